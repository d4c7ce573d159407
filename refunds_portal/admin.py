"""The operator's admin: one sign-in with the portal."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


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

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Every page says so while timed work is stopped."""
        from refunds.queries import newest_switch

        switch = newest_switch() if self.has_permission(request) else None
        return {**super().each_context(request), "switch": switch}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Today: what waits for an operator, and what the sweeps will do next."""
        from refunds.today import today

        return super().index(request, {**(extra_context or {}), **today(now=timezone.now())})

    @method_decorator(secure_admin_login)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().login(request, extra_context)
