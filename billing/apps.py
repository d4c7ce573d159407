from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from billing.notices import KINDS
        from notices import kinds

        post_migrate.connect(_make_first_rows, sender=self)
        kinds.register(*KINDS)


def _make_first_rows(**kwargs: object) -> None:
    """The ledger needs its system accounts and a commission before the first purchase."""
    from billing.commands import make_first_rows
    from billing.commands.invoices import make_first_invoice_policy

    make_first_rows()
    make_first_invoice_policy()
