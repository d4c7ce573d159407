"""Invoices of what was bought, and their place in a refund (R9)."""

from tests.model.world.deliveries import Deliveries
from tests.model.world.ground import DONE
from tests.model.world.things import Invoice, Unit


class Invoices(Deliveries):
    __slots__ = ()

    def ask_for_invoice(self, who: str, vendor: str, units: list[Unit], *, on_paper: bool) -> str:
        if not units:
            return "nothing_to_invoice"
        if any((unit.buyer, unit.vendor) != (who, vendor) for unit in units):
            return "not_found"
        for unit in units:
            if unit.invoice:
                return "already_invoiced"
            if unit.terminated_at or unit.holder or not unit.paid:
                return "not_invoiceable"
        invoice = Invoice(units, on_paper)
        self.invoices.append(invoice)
        for unit in units:
            unit.invoices.append(invoice)
        self.tell(self.deciders(vendor), "invoice_asked", invoice)
        return DONE

    def withdraw_invoice(self, invoice: Invoice, who: str) -> str:
        if who != invoice.buyer:
            return "not_found"
        if invoice.state != "pending":
            return "invoice_moved_on"
        invoice.state = "withdrawn"
        self.tell(self.deciders(invoice.vendor), "invoice_withdrawn", invoice)
        return DONE

    def handle_invoice(self, invoice: Invoice, who: str, to: str, *, number: str) -> str:
        """Take it, mail it, mark it returned; `number` is how it is found again."""
        missing = {"mailed": "invoice_number_required", "returned": "return_reference_required"}
        if to in missing and not number.strip():
            return missing[to]
        refusal = self.refusal_to_vendor(who, invoice.units[0], reader="handling_not_allowed")
        if refusal:
            return "own_invoice" if refusal == "own_purchase" else refusal
        ways = {"processing": {"pending"}, "mailed": {"processing"}}
        if invoice.state not in ways.get(to, {"processing", "mailed"}):
            return "invoice_moved_on"
        invoice.state = to
        self.tell({invoice.buyer}, f"invoice_{to}", invoice)
        return DONE

    def _pass_the_gate(self, unit: Unit, *, withdraw: bool) -> str:
        """A pending invoice is withdrawn with the request, all of it, or stands in its way."""
        if unit.invoice is None or unit.invoice.state != "pending":
            return ""
        if not withdraw:
            return "invoice_pending"
        self.withdraw_invoice(unit.invoice, unit.buyer)
        return ""
