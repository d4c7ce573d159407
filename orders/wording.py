"""The rules of service delivery as sentences; every number comes from the policy row."""

from django.utils.translation import ngettext

from orders.models import DeliveryPolicy


def delivery_rules(policy: DeliveryPolicy) -> list[str]:
    """How long the steps of a service may take (R11)."""
    days, before = policy.acceptance_days, policy.reminder_days
    accepted = ngettext(
        "A service that awaits acceptance for %(days)s day is accepted by the system.",
        "A service that awaits acceptance for %(days)s days is accepted by the system.",
        days,
    )
    reminded = ngettext(
        "The buyer is reminded %(days)s day before.",
        "The buyer is reminded %(days)s days before.",
        before,
    )
    late = ngettext(
        "A step that the vendor lets lie for %(days)s day may be appealed.",
        "A step that the vendor lets lie for %(days)s days may be appealed.",
        policy.step_days,
    )
    sent_back = ngettext(
        "After %(times)s send-back the buyer may appeal.",
        "After %(times)s send-backs the buyer may appeal.",
        policy.max_send_backs,
    )
    return [
        accepted % {"days": days},
        reminded % {"days": before},
        late % {"days": policy.step_days},
        sent_back % {"times": policy.max_send_backs},
    ]
