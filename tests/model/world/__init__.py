"""What the rules of the domain say, once more and in other words.

Plain Python that knows no database and imports nothing of the portal, so that the two can be
wrong only in different ways. A method that stands for a command returns `DONE` and changes the
world, or the code of the refusal. A module for each theme, each on the shoulders of the one
before: ground, purchases, deliveries, invoices, requests, negotiations, clock, tickets.
"""

from tests.model.world.ground import DONE
from tests.model.world.tickets import Tickets

__all__ = ["DONE", "World"]


class World(Tickets):
    """Everything that is so at `now`, and everything that may become of it."""

    __slots__ = ()
