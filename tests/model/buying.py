"""Buyers buy: every delivery type, several at once, with coupons, from the balance (R4, R14)."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule

from billing.commands import record_purchase
from orders.commands import Line
from orders.models import Instance, Order, OrderKind
from tests.model.cast import BUYERS, DELIVERIES, VENDORS
from tests.model.stage import Stage
from tests.model.world import DONE
from tests.model.world.things import Purchase

# So many are enough to meet one another, and few enough to compare all of them at each step.
MOST_UNITS = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to buy; `prices` and `coupon` in fen."""

    buyer: str
    vendor: str
    # SaaS most often: it is what self-service refunds; then what is delivered step by step.
    delivery: str
    # Fen that do not divide, nothing at all, and enough to buy again from.
    prices: tuple[int, ...]
    coupon: int
    kind: str
    lifetime: timedelta | None
    online: bool
    currency: str


prices = st.sampled_from((10_000, 0, 1, 9, 3_333, 99_999))
wishes = st.builds(
    Wish,
    buyer=st.sampled_from(BUYERS),
    vendor=st.sampled_from(VENDORS),
    delivery=st.sampled_from((*["saas"] * 7, *["service"] * 4, *DELIVERIES)),
    prices=st.lists(prices, min_size=1, max_size=3).map(tuple),
    coupon=st.sampled_from((0, 0, 0, 1, 500, 7_777)),
    kind=st.sampled_from((*["new"] * 6, "conversion", "renewal")),
    lifetime=st.sampled_from((None, None, None, timedelta(hours=30), timedelta(days=4))),
    online=st.sampled_from((True, True, False)),
    currency=st.sampled_from((*["CNY"] * 8, "USD")),
)


class Buying(Stage):
    last: Purchase

    @rule(wish=wishes, again=st.sampled_from((None, None, None, None, 0, 1)))
    def buy(self, wish: Wish, again: int | None) -> None:
        if again is None and len(self.units) < MOST_UNITS:
            self.purchase(wish)
        else:
            self._push_the_last_order_again(more=again or 0)

    def _push_the_last_order_again(self, *, more: int) -> None:
        """The same order changes nothing, another one under its number is refused (R17)."""
        order = replace(self.last, prices=(self.last.prices[0] + more, *self.last.prices[1:]))
        self.agree("order_already_recorded" if more else DONE, partial(self._record, order))

    def purchase(self, wish: Wish) -> None:
        now = self.world.now
        order = Purchase(
            number=f"M{len(self.units):04}",
            buyer=wish.buyer,
            vendor=wish.vendor,
            delivery=wish.delivery,
            prices=wish.prices,
            coupon=wish.coupon,
            kind=wish.kind,
            at=now,
            expires_at=now + wish.lifetime if wish.lifetime else None,
            online=wish.online,
            currency=wish.currency,
        )
        if self.agree(self.world.buy(order), partial(self._record, order)):
            self.last = order
            found = Instance.objects.filter(order__number=order.number)
            pks = dict(found.values_list("resource_id", "pk"))
            services = dict(found.values_list("resource_id", "service__pk"))
            for unit in self.units:
                unit.pk = pks.get(unit.resource_id, unit.pk)
                if unit.service:
                    unit.service.pk = services.get(unit.resource_id, unit.service.pk)

    def _record(self, order: Purchase) -> Order:
        return record_purchase(
            number=order.number,
            buyer=self.user(order.buyer),
            product=self.cast.products[order.vendor, order.delivery],
            lines=[
                Line(f"{order.number}-{n}", price, expires_at=order.expires_at)
                for n, price in enumerate(order.prices)
            ],
            coupon=order.coupon,
            currency=order.currency,
            purchased_at=order.at,
            now=self.world.now,
            kind=OrderKind(order.kind),
            paid_online=order.online,
        )
