"""The operator's admin: one sign-in with the portal."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    site_header = _("Refund portal")
    site_title = _("Refund portal")
    index_title = _("Operations")


PortalAdminSite.login = secure_admin_login(PortalAdminSite.login)  # type: ignore[method-assign]
