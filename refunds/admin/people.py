"""A person keeps the account while a refund or an invoice is going on (see People in the rules)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from billing.queries import has_open_invoices
from people.admin import PersonAdmin
from people.models import User
from refunds.commands.locks import lock_person
from refunds.queries import has_open_requests

admin.site.unregister(User)


@admin.register(User)
class BuyerAdmin(PersonAdmin):
    """Closing an account waits until nothing is pending or yet to be credited."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = (*super().get_readonly_fields(request, obj),)
        if obj and request.method == "POST":
            # Whoever asks for a refund at this moment has asked, or finds the account closed.
            lock_person(obj.pk)
        is_kept = obj and (has_open_requests(obj) or has_open_invoices(obj))
        return (*fields, "is_active") if is_kept else fields
