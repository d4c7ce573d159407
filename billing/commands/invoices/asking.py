"""A buyer asks a vendor for an invoice of purchases (R9)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.models import (
    Invoice,
    InvoiceAddress,
    InvoiceForm,
    InvoiceLine,
    InvoiceTitle,
)
from billing.notices import asked
from billing.queries import invoice_policy_at
from billing.working_days import end_of_working_days
from kernel.errors import DomainError, NotFound
from notices.commands import notify
from orders.models import Instance, InstanceState
from people.models import User


class NothingToInvoice(DomainError):
    """An invoice is of something."""

    code = "nothing_to_invoice"
    sentence = _("Please choose what the invoice is to be of.")


class NotInvoiceable(DomainError):
    """No invoice of what was not paid for, has been refunded or is being refunded."""

    code = "not_invoiceable"
    sentence = _(
        "There is no invoice of %(resource_id)s: nothing was paid for it, or it has been or is"
        " being refunded."
    )


class AlreadyInvoiced(DomainError):
    """One invoice stands for an instance; `invoice_id` is which."""

    code = "already_invoiced"
    sentence = _("%(resource_id)s is on invoice #%(invoice_id)s already.")

    def __init__(self, *, resource_id: str, invoice_id: int) -> None:
        super().__init__(resource_id=resource_id, invoice_id=invoice_id)
        self.invoice_id = invoice_id


class AddressDoesNotFit(DomainError):
    """Paper goes to a postal address, an electronic invoice to a mail address."""

    code = "address_does_not_fit"
    sentence = _(
        "An invoice on paper needs a postal address, an electronic one a mail address. Please"
        " choose another address, or the other form."
    )


def ask(
    *,
    buyer: User,
    vendor_id: int,
    instance_ids: Sequence[int],
    title_id: int,
    address_id: int,
    form: InvoiceForm,
    now: datetime,
) -> Invoice:
    """Ask a vendor for one invoice of these purchases, over the sum of what was paid for them.

    Title and address are copied as they are now. It is due at the end of the working days of
    the policy at `now`. Opens a transaction. Raises `NotFound` for what is somebody else's,
    `NothingToInvoice`, `NotInvoiceable`, `AlreadyInvoiced`, `AddressDoesNotFit`.
    """
    if not instance_ids:
        raise NothingToInvoice
    with transaction.atomic(durable=True):
        instances = _lock(set(instance_ids), buyer=buyer, vendor_id=vendor_id)
        title = InvoiceTitle.objects.filter(pk=title_id, buyer=buyer).first()
        address = InvoiceAddress.objects.filter(pk=address_id, buyer=buyer).first()
        if title is None or address is None:
            raise NotFound
        if not (address.address if form == InvoiceForm.PAPER else address.email):
            raise AddressDoesNotFit
        _refuse_what_has_none(instances)
        invoice = _make(instances, title, address, form, now)
        notify(asked(invoice), now=now)
    return invoice


def _lock(instance_ids: set[int], *, buyer: User, vendor_id: int) -> list[Instance]:
    """The buyer's instances of this vendor, locked in the order of their ids."""
    instances = list(
        Instance.objects.select_for_update(no_key=True)
        .filter(pk__in=instance_ids, buyer=buyer, vendor_id=vendor_id)
        .order_by("pk")
    )
    if len(instances) != len(instance_ids):
        raise NotFound
    return instances


def _refuse_what_has_none(instances: Sequence[Instance]) -> None:
    standing = dict(
        InvoiceLine.objects.filter(instance__in=instances, standing=True).values_list(
            "instance_id", "invoice_id"
        )
    )
    for instance in instances:
        if instance.pk in standing:
            raise AlreadyInvoiced(
                resource_id=instance.resource_id, invoice_id=standing[instance.pk]
            )
        is_gone = instance.state == InstanceState.TERMINATED or instance.held_by
        if is_gone or not instance.paid:
            raise NotInvoiceable(resource_id=instance.resource_id)


def _make(
    instances: Sequence[Instance],
    title: InvoiceTitle,
    address: InvoiceAddress,
    form: InvoiceForm,
    now: datetime,
) -> Invoice:
    policy = invoice_policy_at(now)
    invoice = Invoice.objects.create(
        buyer_id=instances[0].buyer_id,
        vendor_id=instances[0].vendor_id,
        policy=policy,
        form=form,
        title_kind=title.kind,
        title=title.name,
        tax_number=title.tax_number,
        recipient=address.recipient,
        phone=address.phone,
        # The vendor learns no more than it needs.
        email="" if form == InvoiceForm.PAPER else address.email,
        address=address.address if form == InvoiceForm.PAPER else "",
        currency=instances[0].currency,
        amount=sum(instance.paid for instance in instances),
        requested_at=now,
        due_at=end_of_working_days(now, days=policy.working_days, zone=policy.zone),
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, instance=instance, amount=instance.paid)
        for instance in instances
    )
    return invoice
