"""What the pages of people share: how a refusal reaches the reader."""

from collections.abc import Callable

from django.http import Http404

from kernel.errors import DomainError, NotFound


def refusal_of(command: Callable[[], object]) -> DomainError | None:
    """Run a command; what refuses it is told to the reader, but for what is not theirs."""
    try:
        command()
    except NotFound as error:
        raise Http404 from error
    except DomainError as error:
        return error
    return None
