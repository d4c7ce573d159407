"""The operator's admin: one sign-in with the portal."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
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

    @method_decorator(secure_admin_login)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().login(request, extra_context)
