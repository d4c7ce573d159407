"""Who plays in the model: real people, vendors and products, made once for all examples."""

from dataclasses import dataclass
from datetime import UTC, datetime

from billing.commands import account_of_buyer, account_of_vendor, system_account
from billing.models import Account, AccountKind
from orders.models import DeliveryType, Product
from people.commands import add_member
from people.models import Role, User
from refunds.models import PolicyVersion, RejectionGround
from tests.factories import ProductFactory, VendorFactory, ground, make_user
from tests.model.days import Terms
from tests.model.things import Person
from tests.model.world import World

BUYERS = ("ann", "bob", "cat")
VENDORS = ("north", "south")
# Bob and Olga buy and decide, so that somebody tries to decide their own.
PEOPLE = (
    Person("ann"),
    Person("bob", roles={"north": "owner"}),
    Person("cat", operator=True),
    Person("nora", roles={"north": "handler"}),
    Person("rita", roles={"north": "read_only", "south": "read_only"}),
    Person("sam", roles={"south": "owner"}),
    Person("olga", operator=True),
    Person("eve"),
)
DELIVERIES = tuple(DeliveryType.values)


@dataclass(frozen=True, slots=True)
class Cast:
    """The portal's rows behind the names of the world."""

    users: dict[str, User]
    # By vendor and delivery type.
    products: dict[tuple[str, str], Product]
    # By the name of whose account it is.
    accounts: dict[str, int]
    ground: RejectionGround
    first_terms: tuple[Terms, ...]

    def world(self, now: datetime) -> World:
        """A world in which nobody has bought anything yet."""
        beginning = datetime(2000, 1, 1, tzinfo=UTC)
        people = {person.name: person for person in PEOPLE}
        return World(now, people, list(self.first_terms), rates=[(beginning, 1_000)])


def make_cast() -> Cast:
    """Make everybody; what the rows of a new database are called is taken from there."""
    users = {
        person.name: make_user(full_name=person.name, operator=person.operator) for person in PEOPLE
    }
    vendors = {name: VendorFactory.create(name=name) for name in VENDORS}
    for person in PEOPLE:
        for vendor, role in person.roles.items():
            add_member(vendor=vendors[vendor], user=users[person.name], role=Role(role))
    accounts: dict[str, Account] = {
        "platform": system_account(AccountKind.PLATFORM, "CNY"),
        "external": system_account(AccountKind.EXTERNAL, "CNY"),
    }
    accounts |= {name: account_of_buyer(users[name], "CNY") for name in BUYERS}
    accounts |= {name: account_of_vendor(vendors[name], "CNY") for name in VENDORS}
    return Cast(
        users=users,
        products={
            (name, delivery): ProductFactory.create(vendor=vendor, delivery_type=delivery)
            for name, vendor in vendors.items()
            for delivery in DELIVERIES
        },
        accounts={name: account.pk for name, account in accounts.items()},
        ground=ground(),
        first_terms=tuple(_terms(version) for version in PolicyVersion.objects.all()),
    )


def _terms(version: PolicyVersion) -> Terms:
    return Terms(
        delivery=version.delivery_type,
        since=version.effective_from,
        zone=version.zone,
        window_days=version.window_days,
        decision_days=version.decision_days,
        by_clock=version.approves_at_deadline,
        credit_minutes=version.credit_delay_minutes,
        submissions=version.max_submissions,
        orders=version.max_refunded_orders,
        offer_days=version.offer_days,
        declined_offers=version.max_declined_offers,
        hold_days=version.max_hold_days,
        first_reminder_hours=version.first_reminder_hours,
        last_reminder_hours=version.last_reminder_hours,
    )
