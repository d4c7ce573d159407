"""What is said to the person at the keyboard when the launcher cannot go on."""

from pathlib import Path

from refunds_portal.launcher.damage import reset_of
from refunds_portal.launcher.places import clusters
from refunds_portal.launcher.space import explanation
from refunds_portal.launcher.trouble import PartDied, Trouble, tail


def in_words(error: Trouble | OSError, folder: Path) -> str:
    """A sentence or two for what went wrong with the data in `folder`; never a traceback."""
    if isinstance(error, PartDied):
        # A full disk is the whole reason: the log has only its many consequences.
        reason = explanation((folder, *clusters(folder)), told=tail(error.log))
        return f"{error.name} {error.how}. {reason}" if reason else str(error)
    if isinstance(error, Trouble):
        return str(error)
    if reason := explanation((folder, *clusters(folder)), error=error):
        return reason
    if isinstance(error, PermissionError):
        return (
            f"{error.filename} may not be used: it belongs to somebody else, perhaps because "
            "the site was started by another user before, or its permissions were changed. "
            f"Start as that user or put the permissions right; `{reset_of(folder)}` wipes the data."
        )
    return f"{error.filename or folder} cannot be used: {error.strerror or error}."
