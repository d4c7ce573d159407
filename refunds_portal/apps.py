"""The operator's admin, which shares the portal's sign-in."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "refunds_portal.admin.PortalAdminSite"
