from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from kernel.health import register
        from notices import health

        # Whoever is not told by mail finds it in the inbox.
        register("mails", health.mails, vital=False)
