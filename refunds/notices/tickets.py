"""What buyers and vendors are told about tickets and appeals (R8, R10, R16)."""

from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind

_SEE = _("See the ticket")
_NEAR = _(
    "The ticket of %(buyer)s about %(product)s has not been decided. Without a decision of the"
    " platform it is approved automatically at %(due)s. Give your side before then."
)

KINDS = (
    Kind(
        "ticket_opened",
        _("A buyer opens a ticket"),
        _("Ticket %(ticket)s: %(product)s"),
        _("%(buyer)s asks the platform for a refund of %(product)s. Say what you agree to."),
        _SEE,
        for_vendor=True,
    ),
    Kind(
        "ticket_with_deadline",
        _("A buyer opens a ticket that is approved automatically at its deadline"),
        _("Ticket %(ticket)s: %(product)s"),
        _(
            "%(buyer)s asks the platform for a refund of %(product)s. Say what you agree to:"
            " without a decision of the platform it is approved automatically at %(due)s."
        ),
        _SEE,
        for_vendor=True,
    ),
    Kind(
        "ticket_first_reminder",
        _("First reminder before a ticket is approved automatically"),
        _("Ticket %(ticket)s waits for a decision: %(product)s"),
        _NEAR,
        _SEE,
        for_vendor=True,
    ),
    Kind(
        "ticket_last_reminder",
        _("Last reminder before a ticket is approved automatically"),
        _("Ticket %(ticket)s is about to be approved automatically"),
        _NEAR,
        _SEE,
        essential=True,
        for_vendor=True,
    ),
    Kind(
        "ticket_appealed",
        _("A buyer appeals to the platform"),
        _("Appeal %(ticket)s: %(product)s"),
        _(
            "%(buyer)s has put the refund of %(product)s before the platform. Give your side: the"
            " platform decides, and no clock approves an appeal."
        ),
        _SEE,
        for_vendor=True,
    ),
    Kind(
        "ticket_urged",
        _("A buyer urges a ticket"),
        _("Ticket %(ticket)s is urged"),
        _("%(buyer)s asks that the ticket about %(product)s be handled soon."),
        _SEE,
        for_vendor=True,
    ),
    Kind(
        "ticket_message",
        _("A message in a ticket"),
        _("New message in ticket %(ticket)s"),
        _("Something was added to the ticket about %(product)s by %(buyer)s or the platform."),
        _SEE,
        for_vendor=True,
    ),
    Kind(
        "ticket_withdrawn",
        _("A buyer withdraws a ticket"),
        _("Ticket %(ticket)s has been withdrawn"),
        _("%(buyer)s has withdrawn the ticket about %(product)s. There is nothing to do."),
        _SEE,
        for_vendor=True,
    ),
    Kind(
        "appeal_withdrawn",
        _("A buyer withdraws an appeal about a request that waits"),
        _("Appeal %(ticket)s has been withdrawn"),
        _(
            "%(buyer)s has withdrawn the appeal about %(product)s. The refund request itself still"
            " waits for your decision."
        ),
        _SEE,
        for_vendor=True,
    ),
    Kind(
        "ticket_lost",
        _("A ticket about your product is approved"),
        _("Ticket %(ticket)s: a refund of %(amount)s"),
        _("%(amount)s for %(product)s will be returned to %(buyer)s. The access has ended."),
        _SEE,
        essential=True,
        for_vendor=True,
    ),
    Kind(
        "ticket_won",
        _("A ticket about your product is declined"),
        _("Ticket %(ticket)s has been declined"),
        _("The platform returns nothing for %(product)s. Its reason: %(reason)s"),
        _SEE,
        for_vendor=True,
    ),
    Kind(
        "ticket_by_vendor",
        _("The vendor appeals to the platform"),
        _("Appeal %(ticket)s by the vendor: %(product)s"),
        _(
            "The vendor of %(product)s has put your refund request before the platform. Give your"
            " side: the platform decides, and no clock approves an appeal."
        ),
        _SEE,
    ),
    Kind(
        "ticket_agreed",
        _("The vendor agrees in a ticket"),
        _("Ticket %(ticket)s: the vendor agrees to %(amount)s"),
        _("The vendor of %(product)s agrees to refund %(amount)s. The platform decides next."),
        _SEE,
    ),
    Kind(
        "ticket_refused",
        _("The vendor declines in a ticket"),
        _("Ticket %(ticket)s: the vendor declines"),
        _("The vendor of %(product)s does not agree. The platform decides next."),
        _SEE,
    ),
    Kind(
        "ticket_answered",
        _("An answer in a ticket"),
        _("New answer in ticket %(ticket)s"),
        _("The vendor or the platform has added something to the ticket about %(product)s."),
        _SEE,
    ),
    Kind(
        "ticket_declined",
        _("Your ticket is declined"),
        _("Ticket %(ticket)s has been declined"),
        _("There is no refund for %(product)s. The platform's reason: %(reason)s"),
        _SEE,
        essential=True,
    ),
)
