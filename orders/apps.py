from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        import orders.notices  # noqa: F401 -- registers its kinds
        from kernel.health import register
        from orders import health

        post_migrate.connect(_make_first_rows, sender=self)
        register("deliveries", health.deliveries, vital=True)
        register("deliveries_set_aside", health.set_aside, vital=False)


def _make_first_rows(**kwargs: object) -> None:
    """There is a delivery policy before the first service is bought."""
    from orders.commands import make_first_rows

    make_first_rows()
