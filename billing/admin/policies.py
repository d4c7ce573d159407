"""The rules of commissions and invoices in the admin."""

from django.contrib import admin

from billing.models import CommissionPolicy, InvoicePolicy
from billing.wording import commission_rules, invoice_rules
from kernel.policy_admin import PolicyAdmin


@admin.register(CommissionPolicy)
class CommissionPolicyAdmin(PolicyAdmin):
    rules = ("basis_points",)
    in_words = staticmethod(commission_rules)


@admin.register(InvoicePolicy)
class InvoicePolicyAdmin(PolicyAdmin):
    rules = ("zone", "working_days")
    in_words = staticmethod(invoice_rules)
