"""Adding to the thread of a ticket: the same for buyers and vendors (R10)."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.http import act_and_go, go_to
from people.http import SignedInRequest
from people.limits import TOO_OFTEN, too_often
from refunds.commands import tickets
from refunds.models import Party, Ticket
from refunds.ticket_forms import MessageForm

# What was typed stays, and the files can be chosen anew.
KEPT = tickets.TooMuchEvidence


def written(
    request: SignedInRequest, ticket: Ticket, party: Party, *, to: str
) -> HttpResponse | MessageForm:
    """Add a message or evidence and go on; or the form that says what is wrong with it.

    Files are judged only where they can be kept: judging them costs time.
    """
    if refusal := tickets.refusal_to_write(ticket, request.user, party, now=timezone.now()):
        messages.error(request, str(refusal))
        return go_to(request, to)
    if too_often(request, "write"):
        form = MessageForm(request.POST)
        form.add_error(None, TOO_OFTEN)
        return form
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return form

    def write() -> None:
        tickets.write(
            ticket_id=ticket.pk,
            actor=request.user,
            party=party,
            now=timezone.now(),
            **form.cleaned_data,
        )

    try:
        return act_and_go(request, write, said=_("Added to the ticket."), to=to, kept=KEPT)
    except KEPT as error:
        form.add_error("evidence", str(error))
        return form
