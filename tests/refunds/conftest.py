"""What the tests of refunds share."""

from collections.abc import Callable

import pytest
from django.core.management import call_command

from tests.billing.database import truncation_guarded


@pytest.fixture
def the_ledger_agrees() -> Callable[[], None]:
    """Prove the ledger as an operator would; with a breach the command exits and names it."""

    def prove() -> None:
        with truncation_guarded():
            call_command("verify_ledger")

    return prove
