"""The rules of service delivery in the admin."""

from django.contrib import admin

from kernel.policy_admin import PolicyAdmin
from orders.models import DeliveryPolicy
from orders.wording import delivery_rules


@admin.register(DeliveryPolicy)
class DeliveryPolicyAdmin(PolicyAdmin):
    rules = ("zone", "acceptance_days", "reminder_days", "step_days", "max_send_backs")
    in_words = staticmethod(delivery_rules)
