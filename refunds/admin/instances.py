"""An instance in the admin with what the rules say about it: the answer that its buyer gets."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kernel.templatetags.money import money
from kernel.templatetags.ui import end_of
from orders.admin import InstanceAdmin
from orders.models import Instance
from refunds.eligibility import Route
from refunds.queries import assess_instance, policy_at

admin.site.unregister(Instance)


@admin.register(Instance)
class RefundableAdmin(InstanceAdmin):
    """The instance page says whether it can be refunded, why, until when, and for how much."""

    readonly_fields: ClassVar[Any] = (*InstanceAdmin.readonly_fields, "eligibility")
    fieldsets: ClassVar[Any] = (
        *InstanceAdmin.fieldsets,
        (_("Refund"), {"fields": ("eligibility",)}),
    )

    @admin.display(description=_("what the buyer is told"))
    def eligibility(self, instance: Instance) -> str:
        now = timezone.now()
        policy = policy_at(instance.delivery_type, now)
        answer = assess_instance(instance, policy, now=now)
        until = ""
        if answer.until_accepted:
            until = str(_("until the service is accepted"))
        elif answer.until:
            until = format_html(str(_("until {moment}")), moment=end_of(answer.until))
        way = str(answer.route.label)
        if answer.route != Route.NONE:
            way += f": {money(answer.quote.refund, answer.quote.currency)}"
        return format_html(
            "{} {}<br>{}<br>{} · <code>{}</code>",
            answer.sentence,
            until,
            way,
            policy,
            answer.reason.value,
        )
