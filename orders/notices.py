"""The words in which people are told of the delivery of a service (R16)."""

from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind

_OPEN = _("See the delivery")

TO_VENDORS = (
    Kind(
        "service_submit_requirement",
        label=_("A buyer has submitted a requirement"),
        title=_("Requirement submitted: %(product)s"),
        body=_("The buyer of %(resource_id)s has written: %(note)s"),
        action=_("Answer"),
        for_vendor=True,
    ),
    Kind(
        "service_accept",
        label=_("A buyer has accepted a service"),
        title=_("Service accepted: %(product)s"),
        body=_("The buyer of %(resource_id)s has accepted the service. The delivery is complete."),
        action=_OPEN,
        for_vendor=True,
    ),
    Kind(
        "service_send_back",
        label=_("A buyer has sent a service back"),
        title=_("Service sent back: %(product)s"),
        body=_("The buyer of %(resource_id)s has not accepted the service: %(note)s"),
        action=_OPEN,
        for_vendor=True,
    ),
)

TO_BUYERS = (
    Kind(
        "service_accept_requirement",
        label=_("A vendor has accepted your requirement"),
        title=_("Requirement accepted: %(product)s"),
        body=_("The vendor has accepted your requirement for %(resource_id)s and is at work."),
        action=_OPEN,
    ),
    Kind(
        "service_send_back_requirement",
        label=_("A vendor has sent your requirement back"),
        title=_("Requirement sent back: %(product)s"),
        body=_("The vendor needs a better requirement for %(resource_id)s: %(note)s"),
        action=_("Write it anew"),
    ),
    Kind(
        "service_mark_done",
        label=_("A service awaits your acceptance"),
        title=_("Please accept: %(product)s"),
        body=_(
            "The vendor says that the service %(resource_id)s is done. Accept it or send it back"
            " until %(until)s; after that the system accepts it, which ends the refund window."
        ),
        action=_("Accept or send back"),
        essential=True,
    ),
    Kind(
        "service_reminder",
        label=_("A service is about to be accepted automatically"),
        title=_("Accepted automatically soon: %(product)s"),
        body=_(
            "The service %(resource_id)s still awaits your acceptance. The system accepts it at"
            " %(until)s, which ends the refund window."
        ),
        action=_("Accept or send back"),
        essential=True,
    ),
)

TO_BOTH = (
    Kind(
        "service_accepted_automatically",
        label=_("A service has been accepted automatically"),
        title=_("Accepted automatically: %(product)s"),
        body=_("Nobody answered in time, so the system has accepted the service %(resource_id)s."),
        action=_OPEN,
    ),
)

KINDS = (*TO_VENDORS, *TO_BUYERS, *TO_BOTH)
