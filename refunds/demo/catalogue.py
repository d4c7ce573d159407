"""Who and what the demo's marketplace has. Prices are in fen."""

from dataclasses import dataclass

from django.db import transaction

from orders.commands import list_product
from orders.models import DeliveryType, Product
from people.commands import add_member, register_person, register_vendor
from people.models import Role, User

PASSWORD = "demo"  # noqa: S105 (the demo tells it to everybody)
BUYER = "buyer@example.com"
VENDOR = "vendor@example.com"
OPERATOR = "operator@example.com"


@dataclass(frozen=True, slots=True)
class Item:
    """A product on offer: its price in fen, and until when an instance runs (in days)."""

    vendor: str
    code: str
    name: str
    delivery_type: DeliveryType
    spec: str
    price: int
    days: int | None = 365


VENDORS = {
    "Yunfan Software": ("Zhao Min", "support@yunfan.example", "+86 571 5550 0101"),
    "Blue Harbor Data": ("Chen Rui", "service@blueharbor.example", "+86 21 5550 0188"),
    "Northwind Security": ("Alex Morgan", "help@northwind.example", "+86 10 5550 0123"),
}

SAAS, SERVICE, API, IMAGE = (
    DeliveryType.SAAS,
    DeliveryType.SERVICE,
    DeliveryType.API,
    DeliveryType.IMAGE,
)
ITEMS = (
    Item("Yunfan Software", "crm-team", "Yunfan CRM", SAAS, "Team, 20 seats, 1 year", 598_000),
    Item("Yunfan Software", "desk-pro", "Yunfan Help Desk", SAAS, "Pro, 5 agents", 238_800),
    Item("Yunfan Software", "sign-std", "Yunfan e-Signature", SAAS, "1,000 signatures", 99_900),
    Item("Yunfan Software", "forms-lite", "Yunfan Forms", SAAS, "Lite, monthly", 1_990, 30),
    Item("Blue Harbor Data", "bi-std", "Harbor BI", SAAS, "Standard, 10 viewers", 360_000),
    Item("Blue Harbor Data", "etl-flow", "Harbor Flow", SAAS, "50 pipelines", 129_900),
    Item("Blue Harbor Data", "geo-api", "Harbor Geocoding", API, "100,000 calls", 45_000, None),
    Item(
        "Blue Harbor Data", "migrate", "Database Migration", SERVICE, "Up to 2 TB", 1_280_000, None
    ),
    Item("Northwind Security", "waf", "Northwind WAF", SAAS, "Business, 3 domains", 480_000),
    Item("Northwind Security", "scan", "Northwind Scanner", SAAS, "Monthly, 50 hosts", 59_900, 30),
    Item("Northwind Security", "hardened", "Hardened Linux Image", IMAGE, "x86-64", 8_800, None),
    Item("Northwind Security", "free-img", "Bastion Image (free)", IMAGE, "x86-64", 0, None),
)


@transaction.atomic
def make_marketplace() -> None:
    """The three who sign in, other buyers, vendors with their contacts and their products."""
    register_person(email=BUYER, full_name="Lin Xia", password=PASSWORD)
    register_person(email="wang.lei@example.com", full_name="Wang Lei", password=None)
    register_person(email="sofia@example.com", full_name="Sofia Berg", password=None)
    member = register_person(email=VENDOR, full_name="Zhao Min", password=PASSWORD)
    register_person(email=OPERATOR, full_name="Olivia Park", password=PASSWORD, operator=True)
    vendors = {
        name: register_vendor(
            name=name, contact_name=contact, contact_email=mail, contact_phone=phone
        )
        for name, (contact, mail, phone) in VENDORS.items()
    }
    add_member(vendor=vendors["Yunfan Software"], user=member, role=Role.OWNER)
    for entry in ITEMS:
        list_product(
            vendor=vendors[entry.vendor],
            code=entry.code,
            name=entry.name,
            delivery_type=entry.delivery_type,
        )


def item(code: str) -> Item:
    """The catalogue's entry for a product."""
    return next(entry for entry in ITEMS if entry.code == code)


def person(email: str) -> User:
    return User.objects.get(email=email)


def product(code: str) -> Product:
    return Product.objects.select_related("vendor").get(code=code)
