import logging

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RefundsConfig(AppConfig):
    name = "refunds"
    verbose_name = _("Refunds")

    def ready(self) -> None:
        from kernel.health import register
        from kernel.sweeps import switch
        from notices import kinds
        from refunds import health
        from refunds.commands import sweeps_may_run
        from refunds.notices import holds, offers, requests, tickets

        post_migrate.connect(_make_first_rows, sender=self)
        kinds.register(*requests.KINDS, *holds.KINDS, *offers.KINDS, *tickets.KINDS)
        switch(sweeps_may_run)
        register("sweeps", health.sweeps, vital=True)
        register("switch", health.switch, vital=False, level=logging.ERROR)
        # The rest goes on: a site without its pages would help nobody.
        register("set_aside", health.set_aside, vital=False)


def _make_first_rows(**kwargs: object) -> None:
    """There is a policy and a list of grounds before the first request."""
    from refunds.commands import make_first_rows

    make_first_rows()
