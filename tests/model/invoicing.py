"""Buyers ask for invoices and withdraw them, vendors make them and get them back (R9)."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billing.commands import invoices
from billing.models import InvoiceForm
from tests.model.asking import mostly_right
from tests.model.cast import BUYERS, DECIDERS
from tests.model.stage import Stage, picks
from tests.model.world.things import Unit

NEXT = {"pending": "processing", "processing": "mailed"}


class Invoicing(Stage):
    @rule(pick=picks, most=st.sampled_from((1, 2, 3, 0)), who=mostly_right, on_paper=st.booleans())
    def ask_for_invoice(self, pick: int, most: int, who: str, on_paper: bool) -> None:
        """Of something, and of what else was bought from the same vendor."""
        one = self.pick(self.invoiceable or self.units, pick)
        alike = [u for u in self.units if (u.buyer, u.vendor) == (one.buyer, one.vendor)]
        units = [one, *(unit for unit in alike if unit is not one)][:most]
        units.sort(key=lambda unit: unit.pk)
        who = who if who in BUYERS else one.buyer
        title, address = self.cast.details[who]
        expected = self.world.ask_for_invoice(who, one.vendor, units, on_paper=on_paper)
        made = self.agree(
            expected,
            partial(
                invoices.ask,
                buyer=self.user(who),
                vendor_id=self.cast.products[one.vendor, one.delivery].vendor_id,
                instance_ids=[unit.pk for unit in units],
                title_id=title,
                address_id=address,
                form=InvoiceForm.PAPER if on_paper else InvoiceForm.ELECTRONIC,
                now=self.world.now,
            ),
        )
        if made:
            self.world.invoices[-1].pk = made.pk

    @precondition(lambda self: self.world.invoices)
    @rule(
        pick=picks,
        to=st.sampled_from(("", "", "", "processing", "mailed", "returned")),
        who=mostly_right,
        number=st.sampled_from(("24332000", "24332000", "24332000", " ")),
    )
    def handle_invoice(self, pick: int, to: str, who: str, number: str) -> None:
        invoice = self.pick(self.world.invoices, pick)
        to = to or NEXT.get(invoice.state, "returned")
        who = who or DECIDERS[invoice.vendor][0]
        expected = self.world.handle_invoice(invoice, who, to, number=number)
        with_number = {
            "processing": partial(invoices.take),
            "mailed": partial(invoices.mark_mailed, number=number, tracking_number=number),
            "returned": partial(invoices.mark_returned, return_reference=number),
        }[to]
        self.agree(
            expected,
            partial(with_number, invoice_id=invoice.pk, actor=self.user(who), now=self.world.now),
        )

    @precondition(lambda self: self.world.invoices)
    @rule(pick=picks, who=mostly_right)
    def withdraw_invoice(self, pick: int, who: str) -> None:
        invoice = self.pick(self.world.invoices, pick)
        who = who or invoice.buyer
        self.agree(
            self.world.withdraw_invoice(invoice, who),
            partial(
                invoices.withdraw,
                invoice_id=invoice.pk,
                buyer=self.user(who),
                now=self.world.now,
            ),
        )

    @property
    def invoiceable(self) -> list[Unit]:
        return [u for u in self.units if u.paid and not (u.holder or u.terminated_at or u.invoice)]
