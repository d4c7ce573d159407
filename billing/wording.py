"""The rules of money and invoices as sentences; every number comes from the policy row."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import CommissionPolicy, InvoicePolicy
from billing.shares import BASIS_POINTS


def invoice_rules(policy: InvoicePolicy) -> list[str]:
    """What vendors owe (R9)."""
    days = policy.working_days
    return [
        ngettext(
            "The vendor issues an invoice within %(days)s working day.",
            "The vendor issues an invoice within %(days)s working days.",
            days,
        )
        % {"days": days}
    ]


def commission_rules(policy: CommissionPolicy) -> list[str]:
    """The platform's share (R14); of a refund it gives back the same."""
    percent, rest = divmod(policy.basis_points, BASIS_POINTS // 100)
    share = f"{percent}.{rest:02}".rstrip("0") if rest else f"{percent}"
    return [
        _(
            "Of a purchase the platform keeps a commission of %(share)s%%; of a refund it gives"
            " back the same share."
        )
        % {"share": share}
    ]
