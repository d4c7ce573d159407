from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from kernel.health import register
        from notices import kinds
        from orders import health
        from orders.converters import ResourceId
        from orders.notices import KINDS

        post_migrate.connect(_make_first_rows, sender=self)
        register_converter(ResourceId, "resource_id")
        kinds.register(*KINDS)
        register("deliveries", health.deliveries, vital=True)
        register("deliveries_set_aside", health.set_aside, vital=False)


def _make_first_rows(**kwargs: object) -> None:
    """There is a delivery policy before the first service is bought."""
    from orders.commands import make_first_rows

    make_first_rows()
