from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RefundsConfig(AppConfig):
    name = "refunds"
    verbose_name = _("Refunds")

    def ready(self) -> None:
        post_migrate.connect(_make_first_rows, sender=self)


def _make_first_rows(**kwargs: object) -> None:
    """There is a policy and a list of grounds before the first request."""
    from refunds.commands import make_first_rows

    make_first_rows()
