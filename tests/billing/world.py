"""A small world with one of everything, made through the real commands.

Four buyers, three vendors, two currencies; an order of several instances with a coupon, a
free one and one paid from the balance; a request in every state.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from billing.commands import apply_purchases, check_purchases, record_purchase
from billing.models import Account, Transaction
from notices.commands import choose_mails
from notices.models import Notice
from orders.commands import Line
from orders.models import Instance
from people.commands import invite, suspend_vendor
from people.models import Role, User, Vendor
from refunds import commands
from refunds.models import RefundRequest
from tests.billing.csv_files import sheet
from tests.billing.database import rolled_back, sql, truncation_guarded
from tests.billing.invoice_world import fill_invoices
from tests.billing.negotiation_world import negotiated
from tests.factories import NOW, ProductFactory, ask, buy, ground, make_member, make_user
from tests.orders.service_world import serve
from tests.refunds.ticket_world import name_tickets

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class World:
    """`ids` are what SQL calls things by, such as `%(pending)s`."""

    ids: dict[str, int] = field(default_factory=dict)

    def name(self, **things: Instance | RefundRequest | Account | User) -> None:
        """Give rows a name; an instance's and a request's order, money and events come along."""
        for name, thing in things.items():
            self.ids[name] = thing.pk
            if isinstance(thing, Instance):
                self._name_money(f"{name}_deduct", thing, "deduct")
                self.ids[f"{name}_order"] = thing.order_id
            if isinstance(thing, RefundRequest):
                self._name_money(f"{name}_refund", thing.instance, "refund")
                self.ids[f"{name}_instance"] = thing.instance_id
                self.ids[f"{name}_order"] = thing.order_id
                for event in thing.events.all():
                    self.ids[f"{name}_{event.kind}_event"] = event.pk

    def name_order(self, name: str, instance: Instance) -> None:
        """The same for the recharge of the instance's order."""
        posted = Transaction.objects.get(order=instance.order, kind="recharge")
        self._name_transaction(name, posted)

    def _name_money(self, name: str, instance: Instance, kind: str) -> None:
        for posted in Transaction.objects.filter(instance=instance, kind=kind):
            self._name_transaction(name, posted)

    def _name_transaction(self, name: str, posted: Transaction) -> None:
        self.ids[name] = posted.pk
        for entry in posted.entries.select_related("account"):
            self.ids[f"{name}_{entry.account.kind}"] = entry.pk


@contextmanager
def healthy_world() -> Iterator[World]:
    """The world, with every guard up; gone again at the end."""
    with rolled_back(), truncation_guarded():
        world = World()
        _fill(world)
        sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        yield world


def _fill(world: World) -> None:
    ann, bob, cat, dora = (make_user(full_name=name) for name in ("Ann", "Bob", "Cat", "Dora"))
    one, two, dollars = ProductFactory.create_batch(3)
    several = buy(buyer=ann, product=one, prices=(10_005, 3_333, 1), coupon=1_000)
    plain = Instance.objects.get(order=several.order, list_price=3_333)
    second = buy(buyer=ann, product=two, prices=(7_777,))
    pending, cancelled, rejected = (
        ask(buy(buyer=bob, product=one, prices=(price,))) for price in (5_000, 600, 70)
    )
    approved = ask(buy(buyer=bob, product=two, prices=(900,)))
    free = buy(buyer=cat, product=one, prices=(0,))
    buy(buyer=dora, product=dollars, prices=(20_000,), currency="USD")
    credited, again = ask(several), ask(second)
    ids, requests = negotiated()
    for request in (credited, again):
        _agree(request, after=HOUR)
    name_tickets(world)
    commands.credit_due(now=NOW + 2 * HOUR)
    _agree(approved, after=3 * HOUR)
    commands.cancel(request_id=cancelled.pk, buyer=bob, now=NOW + HOUR)
    _refuse(rejected)
    world.name(plain=plain, free=free, from_balance=_buy_from_balance(ann, several))
    world.name(pending=pending, cancelled=cancelled, rejected=rejected)
    world.name(approved=approved, credited=credited, again=again)
    world.name(**requests)
    world.ids |= ids
    world.name_order("recharge", several)
    world.name(ann=ann, bob=bob, dora=dora)
    _name_accounts(world, ann=ann, bob=bob, plain=plain, second=second)
    world.ids |= fill_invoices()
    serve(world.ids)
    _upload(world)
    _tell(world, one.vendor, ann)


def _tell(world: World, vendor: Vendor, ann: User) -> None:
    """An invitation, a suspension, and a mail that somebody does not want."""
    invite(
        vendor_id=vendor.pk,
        actor=make_member(vendor),
        email=ann.email,
        role=Role.HANDLER,
        now=NOW,
    )
    operator = make_user(operator=True)
    suspend_vendor(vendor_id=vendor.pk, actor=operator, reason="We look into it.", now=NOW)
    world.ids["suspension"] = vendor.suspensions.latest("pk").pk
    choose_mails(user=ann, wanted={"refund_credited": False})
    for notice in Notice.objects.filter(recipient=ann, kind="refund_submitted"):
        world.ids[notice.channel] = notice.pk


def _buy_from_balance(buyer: User, like: Instance) -> Instance:
    """Bought with what a refund had brought."""
    order = record_purchase(
        number="FROM-BALANCE",
        buyer=buyer,
        product=like.product,
        lines=[Line(resource_id="from-balance", list_price=2_000)],
        currency="CNY",
        purchased_at=NOW + 3 * HOUR,
        now=NOW + 3 * HOUR,
        paid_online=False,
    )
    return order.instances.get()


def _upload(world: World) -> None:
    """Files of purchases: refused, checked and applied."""
    operator, product = make_user(operator=True), ProductFactory.create(code="crm")
    files = {
        "refused": sheet({"product_code": "none"}),
        "checked": sheet(),
        "applied": sheet({"order_number": "CM-2", "resource_id": "crm-2"}),
    }
    for name, content in files.items():
        found = check_purchases(name=f"{name}.csv", content=content, uploader=operator, now=NOW)
        world.ids[f"{name}_import"] = found.pk
    apply_purchases(import_id=world.ids["applied_import"], actor=operator, now=NOW)
    assert product.orders.count() == 1


def _agree(request: RefundRequest, *, after: timedelta) -> None:
    commands.approve(request_id=request.pk, actor=make_member(request.vendor), now=NOW + after)


def _refuse(request: RefundRequest) -> None:
    commands.reject(
        request_id=request.pk,
        actor=make_member(request.vendor),
        ground=ground(),
        text="Used up.",
        now=NOW + HOUR,
    )


def _name_accounts(
    world: World, *, ann: User, bob: User, plain: Instance, second: Instance
) -> None:
    account = Account.objects.get
    world.name(
        ann_account=account(buyer=ann),
        bob_account=account(buyer=bob),
        vendor_account=account(vendor=plain.vendor),
        other_vendor_account=account(vendor=second.vendor),
        platform=account(kind="platform", currency="CNY"),
        external=account(kind="external", currency="CNY"),
        dollar_vendor=account(kind="vendor", currency="USD"),
        dollar_platform=account(kind="platform", currency="USD"),
    )
    world.ids["vendor"], world.ids["other_vendor"] = plain.vendor_id, second.vendor_id
    world.ids["product"], world.ids["other_product"] = plain.product_id, second.product_id
