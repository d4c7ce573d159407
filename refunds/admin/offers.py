"""The offers of part of the money, within their request (R4)."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kernel.admin import amount
from refunds.models import Offer

AMOUNT = amount("amount", _("amount offered"), currency="request__currency")


class OfferInline(admin.TabularInline):
    model = Offer
    fields = (AMOUNT, "state", "text", "offered_by", "offered_at", "lapses_at", "answer")
    readonly_fields = fields
    ordering = ("id",)
    extra = 0
    can_delete = False
