"""The offers of part of the money, within their request (R4)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("offered_by", "request")
