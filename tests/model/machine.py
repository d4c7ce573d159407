"""The whole portal as one machine: a class of rules for each thing that people and time do."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tests.model.buying import Buying, Wish, prices, wishes
from tests.model.delivering import Delivering
from tests.model.editing import ZONES, Editing, delivery_terms
from tests.model.invoicing import Invoicing
from tests.model.negotiating import Negotiating
from tests.model.racing import Racing
from tests.model.ticketing import Ticketing
from tests.model.world.days import DeliveryTerms

# Ordinary days, a leap day, the end of a year, and the eves of summer time's beginning and end
# in the zones in which clocks change.
STARTS = (
    datetime(2026, 7, 1, 2, tzinfo=UTC),
    datetime(2028, 2, 27, 15, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 12, 30, 16, tzinfo=UTC),
    datetime(2026, 3, 5, 7, 30, tzinfo=UTC),
    datetime(2026, 10, 29, 5, 30, tzinfo=UTC),
)


class Portal(Buying, Racing, Negotiating, Delivering, Ticketing, Invoicing, Editing):
    """A part that is added brings a class with its rules here, and its words to the world."""

    @initialize(
        start=st.sampled_from(STARTS),
        zone=st.sampled_from(ZONES[:3]),
        orders=st.sampled_from((4, 1, 2)),
        delivery=delivery_terms,
        wishes=st.lists(wishes, min_size=1, max_size=4),
        price=prices,
    )
    def begin(
        self,
        start: datetime,
        zone: str,
        orders: int,
        delivery: DeliveryTerms,
        wishes: list[Wish],
        price: int,
    ) -> None:
        """In one of the zones, with something that each of the buyers can ask for."""
        self.world = self.cast.world(start)
        saas = self.world.terms_of("saas")
        self.publish(replace(saas, since=start, zone=zone, orders=orders))
        self.publish_delivery(replace(delivery, since=start))
        self.purchase(Wish("ann", "north", "saas", (price + 1,), 0, "new", None, True, "CNY"))
        self.purchase(Wish("cat", "south", "saas", (price + 1,), 0, "new", None, True, "CNY"))
        self.purchase(Wish("bob", "south", "service", (10_000,), 0, "new", None, True, "CNY"))
        for wish in wishes:
            self.purchase(wish)
