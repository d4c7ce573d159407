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
# Whose dashboard `VENDOR` opens.
OURS = "Yunfan Software"


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
    "Lotus Vision AI": ("Sun Yue", "care@lotusvision.example", "+86 755 5550 0166"),
    "Cedar DevTools": ("Maya Lind", "hello@cedar.example", "+86 28 5550 0142"),
    "Great Wall Consulting": ("Liu Yang", "projects@greatwall.example", "+86 10 5550 0177"),
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
    Item("Yunfan Software", "onboard", "CRM Onboarding", SERVICE, "5 days on site", 980_000, None),
    Item("Blue Harbor Data", "bi-std", "Harbor BI", SAAS, "Standard, 10 viewers", 360_000),
    Item("Blue Harbor Data", "etl-flow", "Harbor Flow", SAAS, "50 pipelines", 129_900),
    Item("Blue Harbor Data", "geo-api", "Harbor Geocoding", API, "100,000 calls", 45_000, None),
    Item("Blue Harbor Data", "migrate", "Data Migration", SERVICE, "Up to 2 TB", 1_280_000, None),
    Item("Blue Harbor Data", "pg-image", "Tuned PostgreSQL", IMAGE, "x86-64", 19_900, None),
    Item("Northwind Security", "waf", "Northwind WAF", SAAS, "Business, 3 domains", 480_000),
    Item("Northwind Security", "scan", "Northwind Scanner", SAAS, "Monthly, 50 hosts", 59_900, 30),
    Item("Northwind Security", "pentest", "Penetration Test", SERVICE, "1 app", 2_600_000, None),
    Item("Northwind Security", "hardened", "Hardened Linux Image", IMAGE, "x86-64", 8_800, None),
    Item("Northwind Security", "free-img", "Bastion Image (free)", IMAGE, "x86-64", 0, None),
    Item("Lotus Vision AI", "ocr-api", "Lotus OCR", API, "10,000 pages", 29_900, None),
    Item("Lotus Vision AI", "faceless", "Privacy Blur", SAAS, "Monthly, 200 hours", 88_000, 30),
    Item("Lotus Vision AI", "shelf", "Shelf Analytics", SAAS, "10 stores, 1 year", 720_000),
    Item("Lotus Vision AI", "speech", "Lotus Speech", API, "500 hours", 75_000, None),
    Item("Cedar DevTools", "ci-team", "Cedar CI", SAAS, "Team, 10 runners", 159_900),
    Item("Cedar DevTools", "tests", "Cedar Load Test", SAAS, "Monthly, 5,000 users", 39_900, 30),
    Item("Cedar DevTools", "repo-img", "Git Server Image", IMAGE, "Arm64", 5_900, None),
    Item("Great Wall Consulting", "review", "Cloud Review", SERVICE, "3 days", 750_000, None),
    Item("Great Wall Consulting", "icp", "ICP Filing Help", SERVICE, "1 domain", 49_900, None),
)

# Who else buys: mail address and name.
WANG, SOFIA, LI_NA = "wang.lei@example.com", "sofia.berg@example.com", "li.na@example.com"
AT_THE_LIMIT = "zhang.wei@example.com"
OTHERS = {
    WANG: "Wang Lei",
    SOFIA: "Sofia Berg",
    LI_NA: "Li Na",
    AT_THE_LIMIT: "Zhang Wei",
    "huang.jing@example.com": "Huang Jing",
    "tom.oneill@example.com": "Tom O'Neill",
    "amara.diallo@example.com": "Amara Diallo",
    "chen.yu@example.com": "Chen Yu",
    "kenji.sato@example.com": "Kenji Sato",
    "guo.ling@example.com": "Guo Ling",
    "ines.costa@example.com": "Inês Costa",
    "xu.hao@example.com": "Xu Hao",
}
# Who has a story of their own asks for nothing beside it.
CROWD = tuple(email for email in OTHERS if email not in {WANG, SOFIA, LI_NA, AT_THE_LIMIT})


@transaction.atomic
def make_marketplace() -> None:
    """The three who sign in, other buyers, vendors with their contacts and their products."""
    register_person(email=BUYER, full_name="Lin Xia", password=PASSWORD)
    register_person(email=OPERATOR, full_name="Olivia Park", password=PASSWORD, operator=True)
    for email, name in OTHERS.items():
        register_person(email=email, full_name=name, password=None)
    for name, (contact, mail, phone) in VENDORS.items():
        vendor = register_vendor(
            name=name, contact_name=contact, contact_email=mail, contact_phone=phone
        )
        ours = name == OURS
        member = register_person(
            email=VENDOR if ours else mail,
            full_name=contact,
            password=PASSWORD if ours else None,
        )
        add_member(vendor=vendor, user=member, role=Role.OWNER)
        for entry in (entry for entry in ITEMS if entry.vendor == name):
            list_product(
                vendor=vendor,
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


def decider(code: str) -> User:
    """Somebody who decides for the product's vendor."""
    return User.objects.get(memberships__vendor__products__code=code)
