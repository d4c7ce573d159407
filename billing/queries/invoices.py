"""Every read of invoices: what is owed to whom, and what may still be asked for (R9)."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.models import (
    OWED_INVOICES,
    Invoice,
    InvoiceAddress,
    InvoiceLine,
    InvoicePolicy,
    InvoiceState,
    InvoiceTitle,
)
from orders.models import Instance, InstanceState
from people.models import User, Vendor
from people.queries import vendor_ids_of

# Beyond this many a page says "10,000+".
COUNTED = 10_001


def invoice_policy_at(at: datetime) -> InvoicePolicy:
    """What vendors owe at a moment."""
    return InvoicePolicy.objects.in_force(at)[0]


def titles_of(buyer: User) -> QuerySet[InvoiceTitle]:
    """To whom the buyer has invoices made out, the default first."""
    return InvoiceTitle.objects.filter(buyer=buyer).order_by("-is_default", "-id")


def addresses_of(buyer: User) -> QuerySet[InvoiceAddress]:
    """Where the buyer has invoices sent, the default first."""
    return InvoiceAddress.objects.filter(buyer=buyer).order_by("-is_default", "-id")


def invoices_of(buyer: User) -> QuerySet[Invoice]:
    """What the buyer has asked for, with what a row of a list shows."""
    return Invoice.objects.filter(buyer=buyer).select_related("vendor")


def has_open_invoices(buyer: User) -> bool:
    """Whether a vendor owes this buyer an invoice still."""
    return Invoice.objects.filter(buyer=buyer, state__in=OWED_INVOICES).exists()


def invoices_to(member: User) -> QuerySet[Invoice]:
    """What is asked of the vendors that this person acts for, with what a row shows."""
    return Invoice.objects.filter(vendor_id__in=vendor_ids_of(member)).select_related(
        "buyer", "vendor"
    )


def invoice_counts(member: User) -> dict[str, int]:
    """How many invoices each state has, for the vendors that this person acts for.

    One read; nothing is counted beyond `COUNTED`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state.name, (SELECT count(*) FROM (SELECT FROM billing_invoice"
            " WHERE vendor_id = ANY(%s) AND state = state.name LIMIT %s) AS capped)"
            " FROM unnest(%s::text[]) AS state (name)",
            [vendor_ids_of(member), COUNTED, InvoiceState.values],
        )
        return dict(cursor.fetchall())


def lines_of(invoice: Invoice) -> QuerySet[InvoiceLine]:
    """What an invoice is of."""
    return invoice.lines.select_related("instance__product", "instance__order").order_by("id")


def standing_invoice_of(instance: Instance) -> Invoice | None:
    """The invoice that the instance is on: pending, processing or mailed; none otherwise."""
    return Invoice.objects.filter(lines__instance=instance, lines__standing=True).first()


def late_invoices(now: datetime) -> QuerySet[Invoice]:
    """What vendors owe still after their working days (R9)."""
    return Invoice.objects.filter(state__in=OWED_INVOICES, due_at__lte=now)


def latest_invoice_of(instance: Instance) -> Invoice | None:
    """The invoice that the instance was put on last, whatever became of it."""
    return Invoice.objects.filter(lines__instance=instance).order_by("-id").first()


def others_on(invoice: Invoice, instance: Instance) -> list[Instance]:
    """What else is on the invoice of an instance."""
    lines = lines_of(invoice).exclude(instance=instance)
    return [line.instance for line in lines]


def invoiceable(buyer: User) -> QuerySet[Instance]:
    """The purchases that the buyer may ask an invoice of, newest first.

    Something was paid for them, they are neither refunded nor being refunded, and no other
    invoice of them stands.
    """
    standing = InvoiceLine.objects.filter(instance=OuterRef("pk"), standing=True)
    return (
        Instance.objects.filter(
            ~Exists(standing), buyer=buyer, paid__gt=0, state=InstanceState.ACTIVE, held_by=""
        )
        .select_related("product", "order")
        .order_by("-purchased_at", "-id")
    )


def offered(
    buyer: User, vendor_id: int, *, words: str, chosen: Collection[int], most: int
) -> tuple[list[Instance], bool]:
    """What a form offers to tick: what is chosen, then the newest `most` others with the words.

    And whether there are more. The words are of a product, a resource ID or an order number.
    """
    rows = invoiceable(buyer).filter(vendor_id=vendor_id)
    others = rows.exclude(pk__in=chosen)
    if words:
        others = others.filter(
            Q(product__name__icontains=words)
            | Q(resource_id__icontains=words)
            | Q(order__number__icontains=words)
        )
    found = list(others[: most + 1])
    return [*rows.filter(pk__in=chosen), *found[:most]], len(found) > most


def vendors_to_ask(buyer: User) -> QuerySet[Vendor]:
    """The vendors of whom the buyer may ask an invoice, by name."""
    bought = invoiceable(buyer).order_by().filter(vendor=OuterRef("pk"))
    return Vendor.objects.filter(Exists(bought)).order_by("name")
