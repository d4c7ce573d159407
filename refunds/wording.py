"""Rules as sentences: one wording for the rules page, the preview in the admin and the notice.

Every number comes from a policy row; none stands in a sentence.
"""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.models import DeliveryType
from refunds.models import PolicyVersion

# The example of the rules: bought on July 1 at any hour.
EXAMPLE = date(2026, 7, 1)


def refund_rules(policy: PolicyVersion) -> list[str]:
    """What one version says, each rule as its own sentence."""
    match policy.delivery_type:
        case DeliveryType.API:
            return [_("No refund window: API products are not refundable.")]
        case DeliveryType.IMAGE:
            return [
                _("No refund window: a free image is not refundable, a paid one only by ticket."),
                credit(policy),
                holding(policy),
            ]
        case DeliveryType.SERVICE:
            return [
                _("The refund window is open from the purchase until the service is accepted."),
                deciding(policy),
                *offers(policy),
                credit(policy),
                submissions(policy),
                holding(policy),
            ]
        case _saas:
            return [
                *window(policy),
                limit(policy),
                deciding(policy),
                credit(policy),
                submissions(policy),
                holding(policy),
            ]


def window(policy: PolicyVersion) -> list[str]:
    """How long the window is open, and an example (R2)."""
    if policy.window_days is None:
        return [_("There is no refund window.")]
    last = EXAMPLE + timedelta(days=policy.window_days - 1)
    counted = ngettext(
        "The refund window is %(days)s day long, the day of purchase included (%(zone)s).",
        "The refund window is %(days)s days long, the day of purchase included (%(zone)s).",
        policy.window_days,
    ) % {"days": policy.window_days, "zone": policy.zone}
    example = _("Bought on %(first)s at any hour, it is open until %(last)s 24:00.") % {
        "first": date_format(EXAMPLE, _("F j")),
        "last": date_format(last, _("F j")),
    }
    return [counted, example]


def limit(policy: PolicyVersion) -> str:
    """How many orders self-service refunds to one buyer (R3)."""
    if policy.max_refunded_orders is None:
        return _("There is no limit to how many orders of a buyer are refunded.")
    return ngettext(
        "%(orders)s order of a buyer is refunded by self-service; the others go by ticket.",
        "%(orders)s orders of a buyer are refunded by self-service; the others go by ticket.",
        policy.max_refunded_orders,
    ) % {"orders": policy.max_refunded_orders}


def deciding(policy: PolicyVersion) -> str:
    """What happens when the vendor does not decide (R6, R8)."""
    days = policy.decision_days
    if policy.approves_at_deadline:
        said = ngettext(
            "A request that nobody decides within %(days)s natural day is approved automatically.",
            "A request that nobody decides within %(days)s natural days is approved automatically.",
            days,
        )
    else:
        said = ngettext(
            "If the vendor has not decided within %(days)s natural day, the buyer may appeal to"
            " the platform.",
            "If the vendor has not decided within %(days)s natural days, the buyer may appeal to"
            " the platform.",
            days,
        )
    return said % {"days": days}


def credit(policy: PolicyVersion) -> str:
    """When the money is there (R13)."""
    minutes = policy.credit_delay_minutes
    if not minutes:
        return _("After the approval the money is at once in Billing center · Transactions.")
    return ngettext(
        "About %(minutes)s minute after the approval the money is in Billing center ·"
        " Transactions.",
        "About %(minutes)s minutes after the approval the money is in Billing center ·"
        " Transactions.",
        minutes,
    ) % {"minutes": minutes}


def submissions(policy: PolicyVersion) -> str:
    """How often the same instance may be asked for (R7)."""
    times = policy.max_submissions
    return ngettext(
        "A refund of the same instance may be requested %(times)s time.",
        "A refund of the same instance may be requested %(times)s times.",
        times,
    ) % {"times": times}


def offers(policy: PolicyVersion) -> list[str]:
    """Part of the money (R4)."""
    days, declines = policy.offer_days, policy.max_declined_offers
    lapse = ngettext(
        "The vendor may offer a part; an offer that nobody answers lapses after %(days)s natural"
        " day.",
        "The vendor may offer a part; an offer that nobody answers lapses after %(days)s natural"
        " days.",
        days,
    )
    recourse = ngettext(
        "After %(declines)s declined offer either side may go to the platform.",
        "After %(declines)s declined offers either side may go to the platform.",
        declines,
    )
    return [lapse % {"days": days}, recourse % {"declines": declines}]


def holding(policy: PolicyVersion) -> str:
    """What the platform may stop (R8)."""
    days = policy.max_hold_days
    return ngettext(
        "The platform may hold a request for at most %(days)s day, with a reason that both sides"
        " see.",
        "The platform may hold a request for at most %(days)s days, with a reason that both sides"
        " see.",
        days,
    ) % {"days": days}
