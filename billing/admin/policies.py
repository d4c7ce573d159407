"""The rules of commissions and invoices in the admin."""

from django.contrib import admin

from billing.models import CommissionPolicy, InvoicePolicy
from billing.wording import commission_rules, invoice_rules
from kernel.policy_admin import PolicyAdmin, Words


@admin.register(CommissionPolicy)
class CommissionPolicyAdmin(PolicyAdmin):
    rules = ("basis_points",)

    def in_words(self, version: CommissionPolicy) -> Words:
        return commission_rules(version)


@admin.register(InvoicePolicy)
class InvoicePolicyAdmin(PolicyAdmin):
    rules = ("zone", "working_days")

    def in_words(self, version: InvoicePolicy) -> Words:
        return invoice_rules(version)
