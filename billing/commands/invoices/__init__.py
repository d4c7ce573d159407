"""Every write about invoices (R9): asking, withdrawing, handling, and the buyer's address book."""

from billing.commands.invoices.asking import (
    AddressDoesNotFit,
    AlreadyInvoiced,
    NothingToInvoice,
    NotInvoiceable,
    ask,
)
from billing.commands.invoices.details import (
    InvalidAddress,
    InvalidTitle,
    TitleKnown,
    TooManyDetails,
    add_address,
    add_title,
    make_address_default,
    make_title_default,
    remove_address,
    remove_title,
)
from billing.commands.invoices.handling import (
    HandlingNotAllowed,
    NumberRequired,
    OwnInvoice,
    ReturnReferenceRequired,
    TrackingNumberRequired,
    mark_mailed,
    mark_returned,
    refusal_to_handle,
    take,
)
from billing.commands.invoices.moves import InvoiceMovedOn
from billing.commands.invoices.policies import make_first_invoice_policy
from billing.commands.invoices.withdrawal import lock_standing, withdraw, withdraw_standing

__all__ = [
    "AddressDoesNotFit",
    "AlreadyInvoiced",
    "HandlingNotAllowed",
    "InvalidAddress",
    "InvalidTitle",
    "InvoiceMovedOn",
    "NotInvoiceable",
    "NothingToInvoice",
    "NumberRequired",
    "OwnInvoice",
    "ReturnReferenceRequired",
    "TitleKnown",
    "TooManyDetails",
    "TrackingNumberRequired",
    "add_address",
    "add_title",
    "ask",
    "lock_standing",
    "make_address_default",
    "make_first_invoice_policy",
    "make_title_default",
    "mark_mailed",
    "mark_returned",
    "refusal_to_handle",
    "remove_address",
    "remove_title",
    "take",
    "withdraw",
    "withdraw_standing",
]
