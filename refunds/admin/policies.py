"""The refund rules in the admin, and the listed grounds."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kernel.policy_admin import PolicyAdmin
from refunds.models import PolicyVersion, RefundRequest, RejectionGround, Ticket, TicketGround
from refunds.wording import refund_rules


@admin.register(PolicyVersion)
class PolicyVersionAdmin(PolicyAdmin):
    ordering = ("delivery_type", "-effective_from", "-id")
    rules = (
        "zone",
        "window_days",
        "decision_days",
        "approves_at_deadline",
        "credit_delay_minutes",
        "max_submissions",
        "max_refunded_orders",
        "offer_days",
        "max_declined_offers",
        "max_hold_days",
        "first_reminder_hours",
        "last_reminder_hours",
    )
    in_words = staticmethod(refund_rules)


class GroundForm(forms.ModelForm):
    """A ground in both languages. One of each list stays on offer: a decision must name one."""

    def clean_offered(self) -> bool:
        offered: bool = self.cleaned_data["offered"]
        beside = {"side": self.instance.side} if hasattr(self.instance, "side") else {}
        others = type(self.instance)._default_manager.filter(offered=True, **beside)
        if not offered and not others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("One ground has to stay on offer."))
        return offered


class GroundAdmin(admin.ModelAdmin):
    """Labels, order, and whether a ground is offered; none is ever deleted.

    What a decision has named goes on saying what it said then: another wording is another
    ground, and the old one is not offered any more.
    """

    form = GroundForm
    # Which decisions name it.
    named_by: ClassVar[tuple[tuple[type[Model], str], ...]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = tuple(name for name in ("code", "side") if obj and hasattr(obj, name))
        is_used = obj and any(
            model._default_manager.filter(**{field: obj}).exists() for model, field in self.named_by
        )
        return (*fixed, "label_en", "label_zh") if is_used else fixed

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(RejectionGround)
class RejectionGroundAdmin(GroundAdmin):
    named_by = ((RefundRequest, "rejection_ground"),)
    list_display = ("code", "label_en", "label_zh", "offered", "position")
    ordering = ("position", "id")


@admin.register(TicketGround)
class TicketGroundAdmin(GroundAdmin):
    named_by = ((Ticket, "ground"), (Ticket, "decision_ground"))
    list_display = ("code", "side", "label_en", "label_zh", "offered", "position")
    list_filter = ("side",)
    ordering = ("-side", "position", "id")
