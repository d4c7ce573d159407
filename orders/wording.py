"""The rules of service delivery as sentences; every number comes from the policy row."""

from django.utils.translation import gettext as _

from orders.models import DeliveryPolicy


def delivery_rules(policy: DeliveryPolicy) -> list[str]:
    """How long the steps of a service may take (R11)."""
    return [
        _(
            "A service that awaits acceptance for %(days)s days is accepted by the system; the"
            " buyer is reminded %(before)s days before."
        )
        % {"days": policy.acceptance_days, "before": policy.reminder_days},
        _("A step that the vendor lets lie for %(days)s days may be appealed.")
        % {"days": policy.step_days},
        _("After %(times)s send-backs the buyer may appeal.") % {"times": policy.max_send_backs},
    ]
