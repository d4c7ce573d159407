"""Who plays in the model: real people, vendors and products, made once for all examples."""

from dataclasses import dataclass
from datetime import UTC, datetime

from billing.commands import account_of_buyer, account_of_vendor, system_account
from billing.models import Account, AccountKind
from billing.queries import addresses_of, titles_of
from orders.models import DeliveryPolicy, DeliveryType, Product
from people.commands import add_member
from people.models import Role, User
from refunds.models import GroundSide, PolicyVersion, RejectionGround, TicketGround
from tests.billing.invoicing import with_details
from tests.factories import ProductFactory, VendorFactory, ground, make_user
from tests.model.world import World
from tests.model.world.days import DeliveryTerms, Terms
from tests.model.world.things import Person

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
# Those who decide for each of the vendors.
DECIDERS = {"north": ("nora", "bob"), "south": ("sam",)}
OPERATOR = "olga"
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
    ticket_ground: TicketGround
    # By buyer: a title and an address for invoices.
    details: dict[str, tuple[int, int]]
    first_terms: tuple[Terms, ...]
    first_delivery_terms: DeliveryTerms

    def world(self, now: datetime) -> World:
        """A world in which nobody has bought anything yet."""
        beginning = datetime(2000, 1, 1, tzinfo=UTC)
        people = {person.name: person for person in PEOPLE}
        return World(
            now,
            people,
            list(self.first_terms),
            [self.first_delivery_terms],
            rates=[(beginning, 1_000)],
        )


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
        ticket_ground=TicketGround.objects.filter(side=GroundSide.FOR)[0],
        details={name: _details(users[name]) for name in BUYERS},
        first_terms=tuple(_terms(version) for version in PolicyVersion.objects.all()),
        first_delivery_terms=_delivery_terms(DeliveryPolicy.objects.get()),
    )


def _details(buyer: User) -> tuple[int, int]:
    with_details(buyer)
    return titles_of(buyer)[0].pk, addresses_of(buyer)[0].pk


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


def _delivery_terms(policy: DeliveryPolicy) -> DeliveryTerms:
    return DeliveryTerms(
        since=policy.effective_from,
        zone=policy.zone,
        acceptance_days=policy.acceptance_days,
        reminder_days=policy.reminder_days,
        step_days=policy.step_days,
        send_backs=policy.max_send_backs,
    )
