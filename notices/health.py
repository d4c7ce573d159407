"""What probes and logs say about mails (see `kernel.health`)."""

from datetime import datetime

from kernel.health import OK, patience
from notices.queries import mails_due, mails_given_up


def mails(now: datetime) -> str:
    """Whether mails leave: none has waited for long, and none was given up."""
    late = mails_due(now - patience()).values_list("next_try_at", flat=True).first()
    if late:
        return f"oldest mail has waited for {(now - late).total_seconds() / 60:.1f} minutes"
    count = mails_given_up().count()
    return f"{count} mails were given up" if count else OK
