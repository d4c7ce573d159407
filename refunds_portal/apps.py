"""Django's apps that the portal has its own way with."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PortalAdminConfig(AdminConfig):
    """The operator's admin, which shares the portal's sign-in."""

    default_site = "refunds_portal.admin.PortalAdminSite"


class PortalStaticFilesConfig(StaticFilesConfig):
    """Leaves out the style sheets that no page uses, some of which lack their pictures."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "tabler-*", "tabler.rtl.*"]
