"""The demo's invoices: one in each state, a late one, and two that a refund has to do with."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from billing.commands import invoices as commands
from billing.models import Invoice, InvoiceForm, TitleKind
from billing.queries import addresses_of, titles_of
from orders.models import Instance
from people.models import User
from refunds.demo.catalogue import BUYER, SOFIA, decider, person
from refunds.demo.script import Purchase, Script
from refunds.models import RefundReason

Handle = Callable[[int, User, datetime], None]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Asked:
    """An invoice in the script, of purchases from one vendor, and what becomes of it."""

    def __init__(self, script: Script, *bought: Purchase, at: datetime, form: InvoiceForm) -> None:
        self._script, self._bought, self._form = script, bought, form
        self._id = 0
        script.at(at, self._ask)

    def taken(self, at: datetime) -> "Asked":
        return self._then(at, _take)

    def mailed(self, at: datetime, number: str, tracking: str = "") -> "Asked":
        def mail(pk: int, actor: User, now: datetime) -> None:
            commands.mark_mailed(
                invoice_id=pk, actor=actor, number=number, tracking_number=tracking, now=now
            )

        return self._then(at, mail)

    def returned(self, at: datetime, reference: str) -> "Asked":
        def come_back(pk: int, actor: User, now: datetime) -> None:
            commands.mark_returned(invoice_id=pk, actor=actor, return_reference=reference, now=now)

        return self._then(at, come_back)

    def withdrawn(self, at: datetime) -> "Asked":
        def withdraw(pk: int, actor: User, now: datetime) -> None:
            commands.withdraw(invoice_id=pk, buyer=person(self._bought[0].buyer), now=now)

        return self._then(at, withdraw)

    def _ask(self, now: datetime) -> None:
        buyer = person(self._bought[0].buyer)
        _give_details(buyer, now)
        self._id = _asked(buyer, self._bought, self._form, now).pk

    def _then(self, at: datetime, handle: Handle) -> "Asked":
        self._script.at(at, lambda now: handle(self._id, decider(self._bought[0].code), now))
        return self


def the_invoices(script: Script, now: datetime) -> None:
    """What the buyers have asked the vendors for."""

    def bought(code: str, at: datetime, *, buyer: str = BUYER) -> Purchase:
        return Purchase(script, buyer=buyer, code=code, at=at)

    def asked(*of: Purchase, at: datetime, form: InvoiceForm = InvoiceForm.ELECTRONIC) -> Asked:
        return Asked(script, *of, at=at, form=form)

    start = now - 50 * DAY
    onboarding = bought("onboard", start)
    asked(onboarding, at=start + DAY, form=InvoiceForm.PAPER).taken(start + 2 * DAY).mailed(
        start + 5 * DAY, "04426511", "SF1397050628842"
    )
    asked(bought("crm-team", now - 30 * DAY), at=now - 29 * DAY).taken(now - 28 * DAY).mailed(
        now - 27 * DAY, "24332000000118265403"
    ).returned(now - 20 * DAY, "24332000000118301976")
    asked(bought("sign-std", now - 26 * DAY), at=now - 25 * DAY).withdrawn(now - 24 * DAY)
    # Late: after more than ten working days the vendor has not even begun.
    asked(bought("sign-std", now - 28 * DAY, buyer=SOFIA), at=now - 27 * DAY)
    asked(bought("bi-std", now - 9 * DAY), bought("migrate", now - 8 * DAY), at=now - 7 * DAY)
    # A refund has to withdraw this one, which is of two purchases.
    both = [bought("desk-pro", now - 26 * HOUR), bought("forms-lite", now - 25 * HOUR)]
    asked(*both, at=now - 20 * HOUR)
    # A refund was asked for while this one was being made.
    underway = bought("crm-team", now - 50 * HOUR, buyer=SOFIA)
    asked(underway, at=now - 49 * HOUR).taken(now - 46 * HOUR)
    underway.asked(now - 30 * HOUR, RefundReason.MISTAKE, "The smaller plan is enough for us.")


def _take(invoice_id: int, actor: User, now: datetime) -> None:
    commands.take(invoice_id=invoice_id, actor=actor, now=now)


def _asked(buyer: User, bought: Sequence[Purchase], form: InvoiceForm, now: datetime) -> Invoice:
    instances = Instance.objects.filter(resource_id__in=[one.resource_id for one in bought])
    return commands.ask(
        buyer=buyer,
        vendor_id=instances[0].vendor_id,
        instance_ids=[instance.pk for instance in instances],
        title_id=titles_of(buyer)[0].pk,
        address_id=addresses_of(buyer)[0].pk,
        form=form,
        now=now,
    )


def _give_details(buyer: User, now: datetime) -> None:
    """What a buyer enters before the first invoice."""
    if titles_of(buyer).exists():
        return
    if buyer.email == BUYER:
        commands.add_title(
            buyer=buyer,
            kind=TitleKind.COMPANY,
            name="Hangzhou Qinglan Trading Co., Ltd.",
            tax_number="91330106MA2H3K4L5X",
            now=now,
        )
    commands.add_title(buyer=buyer, kind=TitleKind.PERSONAL, name=buyer.full_name, now=now)
    commands.add_address(
        buyer=buyer,
        recipient=buyer.full_name,
        phone="+86 571 5550 0199",
        email=buyer.email,
        address="Room 1201, 18 Wensan Road, Xihu District, Hangzhou",
        now=now,
    )
