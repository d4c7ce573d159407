"""The operator's admin: one sign-in with the portal."""

from functools import partial
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

# What operators look for most.
PLACES = (
    "refunds.ticket",
    "refunds.refundrequest",
    "orders.instance",
    "orders.order",
    "orders.service",
    "billing.invoice",
    "billing.transaction",
    "people.user",
    "people.vendor",
    "notices.notice",
)


class PortalAdminSite(AdminSite):
    site_header = _("Refund portal")
    site_title = _("Refund portal")
    index_title = _("Operations")

    def has_permission(self, request: HttpRequest) -> bool:
        """An operator may do everything here, and nobody else anything."""
        return super().has_permission(request) and bool(
            getattr(request.user, "is_superuser", False)
        )

    index_template = "admin/today.html"

    # Wide tables need the room; `PLACES` lead everywhere, without JavaScript, too.
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Every page leads to the others, and says so while timed work is stopped."""
        from refunds.queries import newest_switch

        context = super().each_context(request)
        if not self.has_permission(request) or context["is_popup"]:
            return context
        own = {
            "switch": newest_switch(),
            "places": list(map(partial(_place, request.path), PLACES)),
            "is_today": request.path == reverse("admin:index"),
        }
        return context | own

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Today: what waits for an operator, and what the sweeps will do next."""
        from refunds.today import today

        return super().index(request, {**(extra_context or {}), **today(now=timezone.now())})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Recording a purchase lies among the orders, which know nothing of money."""
        from billing.admin.purchases import record

        page = self.admin_view(record)
        return [
            path("orders/order/record/", page, name="billing_record_purchase"),
            *super().get_urls(),
        ]

    @method_decorator(secure_admin_login)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().login(request, extra_context)


def _place(path: str, label: str) -> dict[str, Any]:
    """A link to the list of a model, and whether the page at `path` belongs to it."""
    opts = apps.get_model(label)._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return {"label": opts.verbose_name_plural, "url": url, "current": path.startswith(url)}
