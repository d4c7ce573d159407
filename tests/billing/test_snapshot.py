"""Proving the ledger sees one moment, whatever goes on, and changes nothing."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection

from billing import verification as ledger
from billing.models import Transaction
from orders.models import Instance
from refunds import commands
from refunds import verification as refunds
from tests.billing.database import sql, truncation_guarded
from tests.billing.proof import verify
from tests.billing.world import HOUR
from tests.factories import NOW, ask, buy, make_member, make_user


@pytest.mark.django_db
def test_an_empty_ledger_passes() -> None:
    with truncation_guarded():
        code, lines = verify()
    assert code == 0, lines


def _elsewhere(act: Callable[[], object]) -> None:
    """Do something on a connection of its own, and wait for it."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_what_goes_on_meanwhile_is_not_seen() -> None:
    buyer, request = make_user(), ask()
    member = make_member(request.vendor)
    with ledger.snapshot():
        assert list(ledger.run(ledger.CHECKS)) == []
        _elsewhere(lambda: buy(buyer=buyer))
        _elsewhere(lambda: commands.approve(request_id=request.pk, actor=member, now=NOW))
        _elsewhere(lambda: commands.credit_due(now=NOW + HOUR))
        assert Transaction.objects.filter(kind="refund").count() == 0
        assert not Instance.objects.filter(buyer=buyer).exists()
        assert list(ledger.run((*ledger.CHECKS, *refunds.CHECKS))) == []
    with truncation_guarded():
        assert verify()[0] == 0
    assert Transaction.objects.filter(kind="refund").count() == 1


@pytest.mark.django_db(transaction=True)
def test_proving_cannot_change_anything() -> None:
    with pytest.raises(DatabaseError, match="read-only transaction"), ledger.snapshot():
        sql("UPDATE billing_account SET balance = balance + 1")
