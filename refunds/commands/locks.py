"""The order in which rows are locked: buyer, instance, request, accounts by id.

Everybody who will change both an instance and its request takes the instance first, or
claims both at once with SKIP LOCKED; so no two of them wait for each other.
"""

from kernel.errors import NotFound
from kernel.transactions import require_transaction
from orders.models import Instance
from people.models import User
from refunds.models import RefundRequest


def lock_buyer(buyer_id: int) -> None:
    """Whatever is counted for a buyer as a whole is counted by one at a time (R3).

    Raises `NotFound` where the account has been closed meanwhile. Requires a transaction.
    """
    if not lock_person(buyer_id).is_active:
        raise NotFound


def lock_person(person_id: int) -> User:
    """The row of a person, open account or closed. Requires a transaction."""
    require_transaction()
    return User.objects.select_for_update(no_key=True).get(pk=person_id)


def lock_instance(instance_id: int) -> Instance:
    """The instance with its order, locked. Raises `NotFound`. Requires a transaction."""
    require_transaction()
    instance = (
        Instance.objects.select_for_update(no_key=True, of=("self",))
        .select_related("order")
        .filter(pk=instance_id)
        .first()
    )
    if instance is None:
        raise NotFound
    return instance


def lock_request(request_id: int) -> RefundRequest:
    """The request with its instance, both locked. Raises `NotFound`. Requires a transaction."""
    require_transaction()
    instance_id = (
        RefundRequest.objects.filter(pk=request_id).values_list("instance_id", flat=True).first()
    )
    if instance_id is None:
        raise NotFound
    instance = lock_instance(instance_id)
    request = (
        RefundRequest.objects.select_for_update(no_key=True, of=("self",))
        .select_related("policy")
        .get(pk=request_id)
    )
    request.instance = instance
    return request
