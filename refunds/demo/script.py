"""A list of things that happen at moments, played in order of time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from billing.commands import record_purchase
from billing.models import Entry
from orders.commands import Line
from orders.models import Instance, Order, OrderKind
from people.models import User
from refunds import commands
from refunds.demo.catalogue import decider, item, person, product
from refunds.demo.mailbox import deliver
from refunds.models import RefundReason, RefundRequest, RejectionGround

Step = Callable[[datetime], object]


class Script:
    """Steps with their moments. `play` runs each with its moment as `now`, and the mails leave."""

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, Step]] = []

    def at(self, moment: datetime, step: Step) -> None:
        self._steps.append((moment, step))

    def play(self) -> None:
        for moment, step in sorted(self._steps, key=lambda timed: timed[0]):
            step(moment)
            deliver(moment)


class Purchase:
    """A purchase in the script, and what becomes of it."""

    def __init__(
        self,
        script: Script,
        *,
        buyer: str,
        code: str,
        at: datetime,
        coupon: int = 0,
        kind: OrderKind = OrderKind.NEW,
    ) -> None:
        self.script, self.buyer, self.code, self.coupon = script, buyer, code, coupon
        self.kind = kind
        self.resource_id = ""
        script.at(at, self._buy)

    def asked(self, at: datetime, reason: RefundReason, comment: str = "") -> "Purchase":
        self.script.at(at, lambda now: self._submit(now, reason, comment))
        return self

    def cancelled(self, at: datetime) -> "Purchase":
        self.script.at(
            at,
            lambda now: commands.cancel(
                request_id=self._request.pk, buyer=person(self.buyer), now=now
            ),
        )
        return self

    def approved(self, at: datetime) -> "Purchase":
        self.script.at(
            at,
            lambda now: commands.approve(
                request_id=self._request.pk, actor=decider(self.code), now=now
            ),
        )
        return self

    def rejected(self, at: datetime, ground: str, text: str) -> "Purchase":
        self.script.at(
            at,
            lambda now: commands.reject(
                request_id=self._request.pk,
                actor=decider(self.code),
                ground=RejectionGround.objects.get(code=ground),
                text=text,
                now=now,
            ),
        )
        return self

    def swept(self, at: datetime) -> "Purchase":
        """The clock's work at that moment: approvals that are due, then credits."""
        self.script.at(at, lambda now: commands.approve_due(now=now))
        self.script.at(at, lambda now: commands.credit_due(now=now))
        return self

    def _buy(self, now: datetime) -> None:
        entry, buyer = item(self.code), person(self.buyer)
        number = f"CM{now:%Y%m%d}{Order.objects.count() + 1:06}"
        self.resource_id = f"{entry.code}-{number.lower()}"
        record_purchase(
            number=number,
            buyer=buyer,
            product=product(self.code),
            lines=[
                Line(
                    resource_id=self.resource_id,
                    list_price=entry.price,
                    spec=entry.spec,
                    expires_at=now + timedelta(days=entry.days) if entry.days else None,
                )
            ],
            coupon=self.coupon,
            kind=self.kind,
            currency="CNY",
            purchased_at=now,
            # A demo that is started again brings older orders in late: a statement stays in
            # order of time.
            now=max(now, _last_posting(buyer, now)),
        )

    def _submit(self, now: datetime, reason: RefundReason, comment: str) -> None:
        instance = Instance.objects.get(resource_id=self.resource_id)
        commands.submit(
            instance_id=instance.pk,
            buyer=instance.buyer,
            reason=reason,
            comment=comment,
            acknowledged=True,
            now=now,
        )

    @property
    def _request(self) -> RefundRequest:
        return RefundRequest.objects.filter(instance__resource_id=self.resource_id).latest("id")


def _last_posting(buyer: User, before: datetime) -> datetime:
    last = Entry.objects.filter(account__buyer=buyer).order_by("-id").first()
    return last.transaction.posted_at if last else before
