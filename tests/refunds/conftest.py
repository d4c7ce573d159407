"""What the tests of refunds share."""

from collections.abc import Callable

import pytest
from django.core.management import call_command, get_commands


@pytest.fixture
def the_ledger_agrees() -> Callable[[], None]:
    """Prove the ledger as an operator would; the command exits with its findings."""

    def prove() -> None:
        if "verify_ledger" in get_commands():
            call_command("verify_ledger")

    return prove
