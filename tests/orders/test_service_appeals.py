"""When the buyer of a service may appeal to the platform, and when not (R11)."""

from datetime import timedelta

import pytest

from orders import commands
from orders.models import ServiceState
from orders.transitions import Appeal, may_appeal
from tests.factories import NOW
from tests.orders.deliveries import HOUR, bring, service_in

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.mark.parametrize("state", [ServiceState.REQUIREMENT_SUBMITTED, ServiceState.IN_PROGRESS])
def test_a_step_that_the_vendor_lets_lie_may_be_appealed(state: ServiceState) -> None:
    service = service_in(state)
    assert may_appeal(service, NOW + 5 * DAY - HOUR) is None
    assert may_appeal(service, NOW + 5 * DAY) == Appeal.LATE_STEP


def test_the_third_time_it_is_sent_back_may_be_appealed() -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE)
    for count in (1, 2, 3):
        assert may_appeal(service, NOW) is None
        commands.send_back_service(
            service_id=service.pk, buyer=service.instance.buyer, text="Half is missing.", now=NOW
        )
        service.refresh_from_db()
        assert service.send_backs == count
        if count < 3:
            bring(service, ServiceState.AWAITING_ACCEPTANCE)
    assert may_appeal(service, NOW + HOUR) == Appeal.SEND_BACKS
    bring(service, ServiceState.COMPLETE, at=NOW + 2 * HOUR)
    assert may_appeal(service, NOW + 2 * HOUR) is None


@pytest.mark.parametrize(
    "state", [ServiceState.AWAITING_REQUIREMENT, ServiceState.AWAITING_ACCEPTANCE]
)
def test_a_buyer_who_lets_lie_may_not_appeal(state: ServiceState) -> None:
    assert may_appeal(service_in(state), NOW + 200 * DAY) is None
