"""What the marketplace sold. Amounts are whole minor units (fen) of `currency`."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Vendor

CURRENCY = r"^[A-Z]{3}$"
RESOURCE_ID = r"^[A-Za-z0-9._:-]{1,64}$"


class DeliveryType(models.TextChoices):
    """How a product reaches its buyer; it decides which refund rules apply (R2)."""

    SAAS = "saas", _("SaaS")
    SERVICE = "service", _("Manual service")
    API = "api", _("API")
    IMAGE = "image", _("Image")


class Product(models.Model):
    """Something that a vendor offers on the marketplace."""

    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="products", verbose_name=_("vendor")
    )
    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    delivery_type = models.CharField(_("delivery type"), max_length=16, choices=DeliveryType)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = (
            models.CheckConstraint(
                condition=Q(delivery_type__in=DeliveryType.values),
                name="product_delivery_type_known",
            ),
        )

    def __str__(self) -> str:
        return self.name


class OrderKind(models.TextChoices):
    """Why an order was placed; each is a paid order of its own (R2)."""

    NEW = "new", _("New purchase")
    RENEWAL = "renewal", _("Renewal")
    CONVERSION = "conversion", _("Converted trial")


class Order(models.Model):
    """One purchase: one product, one or several instances, paid at once."""

    number = models.CharField(_("order number"), max_length=64, unique=True)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="orders",
        verbose_name=_("buyer"),
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="orders", verbose_name=_("product")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=OrderKind, default=OrderKind.NEW)
    currency = models.CharField(_("currency"), max_length=3)
    list_price = models.BigIntegerField(_("list price"))
    coupon = models.BigIntegerField(_("coupon"), default=0)
    paid = models.BigIntegerField(_("amount paid"))
    purchased_at = models.DateTimeField(_("purchased"))

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = (
            models.CheckConstraint(
                condition=Q(paid=F("list_price") - F("coupon"), paid__gte=0, coupon__gte=0),
                name="order_paid_is_list_price_less_coupon",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=CURRENCY), name="order_currency_is_a_code"
            ),
            models.CheckConstraint(condition=Q(kind__in=OrderKind.values), name="order_kind_known"),
        )

    def __str__(self) -> str:
        return self.number


class InstanceState(models.TextChoices):
    """Stored states; "expired" and "refunding" are read, not stored."""

    ACTIVE = "active", _("Active")
    TERMINATED = "terminated", _("Terminated")


class Instance(models.Model):
    """One bought unit (资源实例), which the buyer manages and may ask to have refunded.

    Buyer, vendor and delivery type are facts of the moment of purchase and so stand here,
    whatever becomes of the product later. `held_by` is an opaque reference (such as
    `refund:12`) that freezes delivery and invoicing.
    """

    resource_id = models.CharField(_("resource ID"), max_length=64, unique=True)
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="instances", verbose_name=_("order")
    )
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="instances",
        db_index=False,
        verbose_name=_("buyer"),
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="instances", verbose_name=_("vendor")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="instances", verbose_name=_("product")
    )
    delivery_type = models.CharField(_("delivery type"), max_length=16, choices=DeliveryType)
    spec = models.CharField(_("specification"), max_length=200, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    list_price = models.BigIntegerField(_("list price"))
    coupon = models.BigIntegerField(_("coupon"))
    paid = models.BigIntegerField(_("amount paid"))
    purchased_at = models.DateTimeField(_("purchased"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=16, choices=InstanceState, default=InstanceState.ACTIVE
    )
    terminated_at = models.DateTimeField(_("terminated"), null=True, blank=True)
    held_by = models.CharField(_("held by"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("instance")
        verbose_name_plural = _("instances")
        indexes = (
            models.Index("buyer", F("purchased_at").desc(), F("id").desc(), name="purchases"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(paid=F("list_price") - F("coupon"), paid__gte=0, coupon__gte=0),
                name="instance_paid_is_list_price_less_coupon",
            ),
            models.CheckConstraint(
                condition=Q(resource_id__regex=RESOURCE_ID), name="resource_id_fits_a_url"
            ),
            models.CheckConstraint(
                condition=Q(delivery_type__in=DeliveryType.values),
                name="instance_delivery_type_known",
            ),
            models.CheckConstraint(
                condition=Q(state=InstanceState.ACTIVE, terminated_at__isnull=True)
                | Q(state=InstanceState.TERMINATED, terminated_at__isnull=False, held_by=""),
                name="instance_terminated_says_when",
            ),
        )

    def __str__(self) -> str:
        return self.resource_id
