"""What a command may take for granted about its transaction."""

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from kernel.transactions import require_transaction


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_the_caller_is_told_of_the_mistake() -> None:
    with pytest.raises(TransactionManagementError, match="inside a transaction"):
        require_transaction()


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_nothing_is_said() -> None:
    with transaction.atomic():
        require_transaction()
