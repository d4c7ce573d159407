"""The way in, and the rules for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.wording import commission_rules, invoice_rules
from orders.models import DeliveryType
from orders.wording import delivery_rules
from people.http import SignedInRequest
from refunds.eligibility import REMEDIES, Reason
from refunds.models import PolicyVersion
from refunds.rulebook import Rulebook, rulebook
from refunds.wording import (
    credit,
    deciding,
    limit,
    offers,
    refund_rules,
    submissions,
    window,
)


@require_safe
def landing(request: SignedInRequest) -> HttpResponse:
    """Send people where their work is: operators, then vendors, then buyers."""
    if request.user.is_staff:
        return redirect("admin:index")
    if request.user.memberships.exists():
        return redirect("vendor_refunds")
    return redirect("purchases")


@login_not_required
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The refund rules, written from the policy in force (R18)."""
    book = rulebook(timezone.now())
    return render(
        request,
        "refunds/rules.html",
        {
            "book": book,
            "kinds": _by_kind(book),
            "delivery": delivery_rules(book.delivery) if book.delivery else [],
            "invoices": invoice_rules(book.invoices) if book.invoices else [],
            "commission": commission_rules(book.commission) if book.commission else [],
            "reasons": [
                (reason, REMEDIES.get(reason, "")) for reason in Reason if reason != Reason.ELIGIBLE
            ],
        },
    )


def _by_kind(book: Rulebook) -> list[tuple[PolicyVersion, list[str]]]:
    policies = [book.policies[kind] for kind in DeliveryType if kind in book.policies]
    return [(policy, refund_rules(policy)) for policy in policies]


@login_not_required
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What buyers ask after a purchase, answered from the policy in force (R18)."""
    book = rulebook(timezone.now())
    saas, service = book.policies[DeliveryType.SAAS], book.policies[DeliveryType.SERVICE]
    return render(
        request,
        "refunds/questions.html",
        {
            "saas": saas,
            "service": service,
            "book": book,
            "window": window(saas),
            "limit": limit(saas),
            "deciding": (deciding(saas), deciding(service)),
            "credit": credit(saas),
            "offers": offers(service),
            "submissions": submissions(saas),
            "invoices": invoice_rules(book.invoices) if book.invoices else [],
            "delivery": delivery_rules(book.delivery) if book.delivery else [],
        },
    )
