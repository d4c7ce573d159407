"""Tickets in the admin: the queue, the case, and an operator's decision (R8, R10)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from billing.queries import latest_invoice_of
from kernel.admin import amount, list_links
from kernel.resuming import ResumableAdmin
from refunds.admin.ticket_decisions import approve, decline, write
from refunds.commands import tickets
from refunds.models import Ticket
from refunds.ticket_forms import TicketApprovalForm
from refunds.ticket_queries import in_queue, is_about_pending, thread_of


class QueueFilter(admin.SimpleListFilter):
    """What waits for an operator, and how urgently."""

    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("open", pgettext("ticket", "Open")),
            ("late", _("Late")),
            ("urged", _("Urged")),
            ("appeals", _("Appeals")),
            ("agreed", _("Agreed by the vendor")),
            ("set_aside", _("Set aside")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return in_queue(queryset, self.value() or "", now=timezone.now())


AMOUNTS = (
    amount("paid", gettext_lazy("amount paid")),
    amount("amount_asked", gettext_lazy("amount asked")),
    amount("vendor_amount", gettext_lazy("amount agreed by the vendor")),
)


def give_back(pk: int, **told: Any) -> None:
    """Of what a sweep has set aside, one."""
    tickets.resume_ticket(ticket_id=pk, **told)


@admin.register(Ticket)
class TicketAdmin(ResumableAdmin):
    give_back = staticmethod(give_back)
    change_form_template = "admin/refunds/ticket/change_form.html"
    list_display = (
        "id",
        "state",
        "due_at",
        "kind",
        AMOUNTS[1],
        "vendor_word",
        "instance",
        "buyer",
        "vendor",
        "opened_at",
        "age",
        "urged_at",
    )
    list_filter = (QueueFilter, "state", "kind", "opened_by", "inside", "vendor_word")
    list_select_related = ("instance", "buyer", "vendor")
    search_fields = ("id", "instance__resource_id", "order__number", "buyer__email")
    ordering = ("-id",)
    readonly_fields = ("links", "invoice", "age", "why_told", "policy_says", "thread", *AMOUNTS)
    fieldsets = (
        (
            None,
            {"fields": ("state", "kind", "instance", "order", "buyer", "vendor", "links")},
        ),
        (
            gettext_lazy("Case"),
            {
                "fields": (
                    *("why_told", "appealed", "opened_by", "opener", "ground", "description"),
                    *("opened_at", "age", "urged_at", "invoice"),
                )
            },
        ),
        (gettext_lazy("Amounts"), {"fields": (*AMOUNTS, "vendor_word", "vendor_answered_at")}),
        (
            gettext_lazy("Rules"),
            {"fields": ("policy_says", "policy", "inside", "due_at", "approves_at_deadline")},
        ),
        (gettext_lazy("Messages and evidence"), {"fields": ("thread",)}),
        (
            gettext_lazy("Decision"),
            {"fields": ("closed_at", "decider", "decision", "decision_ground", "refund")},
        ),
        (gettext_lazy("Set aside"), {"fields": ("set_aside_at", "set_aside_reason")}),
    )

    @admin.display(description=gettext_lazy("see also"))
    def links(self, ticket: Ticket) -> str:
        about = ("instance__id__exact", ticket.instance_id)
        return list_links(
            (gettext_lazy("requests"), "refunds_refundrequest", *about),
            (gettext_lazy("tickets"), "refunds_ticket", *about),
            (gettext_lazy("transactions"), "billing_transaction", *about),
        )

    @admin.display(description=gettext_lazy("invoice"))
    def invoice(self, ticket: Ticket) -> str:
        """The instance's latest invoice: one that was made has to come back (R9)."""
        found = latest_invoice_of(ticket.instance)
        if found is None:
            return self.empty_value_display
        address = reverse("admin:billing_invoice_change", args=[found.pk])
        return format_html(
            '<a href="{}">#{}</a> · {}', address, found.pk, found.get_state_display()
        )

    @admin.display(description=gettext_lazy("age"), ordering="-opened_at")
    def age(self, ticket: Ticket) -> str:
        """For how long it has waited, or had."""
        return timesince(ticket.opened_at, ticket.closed_at or timezone.now(), depth=1)

    @admin.display(description=gettext_lazy("why by ticket"))
    def why_told(self, ticket: Ticket) -> str:
        return ticket.why

    @admin.display(description=gettext_lazy("what the rules say"))
    def policy_says(self, ticket: Ticket) -> str:
        if is_about_pending(ticket):
            return _(
                "The request itself is still waiting: approving or declining decides it, in full."
            )
        if ticket.approves_at_deadline:
            return _("Always the full amount; approved automatically at the deadline.")
        if ticket.inside:
            return _("Always the full amount; no ground is needed. No clock decides it.")
        return _("In full on a ground of the rules; in part without one.")

    @admin.display(description=gettext_lazy("thread"))
    def thread(self, ticket: Ticket) -> str:
        """Messages, and links to evidence, which is served as harmless as anywhere."""
        return format_html_join("", "<div>{} · <b>{}</b> · {}</div>", map(_told, thread_of(ticket)))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        ticket: Ticket | None = kwargs.get("obj")
        if ticket and ticket.state == "open" and ticket.vendor_word == "agreed":
            context["agreed_form"] = agreed_form(ticket)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        def at(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            return path(
                f"<int:ticket_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"refunds_ticket_{name}",
            )

        own = [at("approval", approve), at("decline", decline), at("message", write)]
        return [*own, *super().get_urls()]


def agreed_form(ticket: Ticket) -> TicketApprovalForm | None:
    """One click for what the vendor has agreed to; None where it takes more than that."""
    form = TicketApprovalForm(ticket=ticket)
    if is_about_pending(ticket):
        return None
    needs_ground = not ticket.inside and ticket.vendor_amount == ticket.paid
    if needs_ground and ticket.ground is None:
        return None
    # Buyer and vendor read it, each in a language of their own.
    form.initial["note"] = " · ".join(map(_agreed_in, dict(settings.LANGUAGES)))
    for field in form.fields.values():
        field.widget = field.hidden_widget()
    return form


def _agreed_in(language: str) -> str:
    with translation.override(language):
        return _("As agreed with the vendor.")


def _told(line: Any) -> tuple[str, str, str]:
    at = f"{timezone.localtime(line.at):%Y-%m-%d %H:%M}"
    if line.message:
        return at, line.message.get_party_display(), line.message.text
    address = reverse("evidence", args=[line.evidence.pk])
    link = format_html('<a href="{}">{}</a>', address, line.evidence.name)
    return at, line.evidence.get_party_display(), link
