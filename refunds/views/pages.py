"""The way in, and the rules for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.http import SignedInRequest
from refunds.eligibility import REMEDIES, Reason
from refunds.queries import policies_at


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
    return render(
        request,
        "refunds/rules.html",
        {
            "policies": policies_at(timezone.now()),
            "reasons": [
                (reason, REMEDIES.get(reason, "")) for reason in Reason if reason != Reason.ELIGIBLE
            ],
        },
    )
