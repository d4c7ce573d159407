"""Buying, and what it does to the money (R4, R14)."""

from fractions import Fraction
from math import floor

from tests.model.world.ground import DONE, Ground
from tests.model.world.things import Purchase, Service, Unit, share_out


class Purchases(Ground):
    __slots__ = ()

    def buy(self, order: Purchase) -> str:
        total = sum(order.prices)
        if order.coupon > total:
            return "invalid_order"
        # Every account is kept in CNY.
        if order.currency != "CNY":
            return "currency_mismatch"
        if not order.online and self.money[order.buyer] < total - order.coupon:
            return "insufficient_balance"
        rate = max((since, rate) for since, rate in self.rates if since <= order.at)[1]
        coupons = share_out(order.coupon, order.prices)
        for n, (price, coupon) in enumerate(zip(order.prices, coupons, strict=True)):
            self._add(order, n, price, coupon, rate)
        if order.online and total > order.coupon:
            self._move("recharge", {order.buyer: total - order.coupon})
        return DONE

    def _add(self, order: Purchase, n: int, price: int, coupon: int, rate: int) -> None:
        unit = Unit(
            resource_id=f"{order.number}-{n}",
            order=order.number,
            buyer=order.buyer,
            vendor=order.vendor,
            delivery=order.delivery,
            kind=order.kind,
            list_price=price,
            coupon=coupon,
            commission=floor(Fraction(rate, 10_000) * (price - coupon)),
            purchased_at=order.at,
            expires_at=order.expires_at,
            service=self._delivery(order) if order.delivery == "service" else None,
        )
        self.units.append(unit)
        if unit.paid:
            earned = {unit.vendor: unit.paid - unit.commission, "platform": unit.commission}
            self._move("deduct", {unit.buyer: -unit.paid} | earned)

    def _delivery(self, order: Purchase) -> Service:
        """Every service is delivered by the terms of its purchase (R11)."""
        known = [terms for terms in reversed(self.delivery_terms) if terms.since <= order.at]
        return Service(max(known, key=lambda terms: terms.since), since=order.at)

    def _move(self, kind: str, gains: dict[str, int]) -> None:
        """Money changes hands; what is missing comes from outside."""
        self.posted[kind] += 1
        self.money.update(gains)
        self.money["external"] -= sum(gains.values())
