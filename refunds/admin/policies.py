"""The rules in the admin, to be read."""

from django.contrib import admin

from kernel.admin import ReadOnlyAdmin
from refunds.models import PolicyVersion, RejectionGround


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    list_display = (
        "delivery_type",
        "effective_from",
        "window_days",
        "decision_days",
        "approves_at_deadline",
        "credit_delay_minutes",
        "max_submissions",
    )
    list_filter = ("delivery_type",)
    ordering = ("delivery_type", "-effective_from")


@admin.register(RejectionGround)
class RejectionGroundAdmin(ReadOnlyAdmin):
    list_display = ("code", "label_en", "label_zh", "offered", "position")
