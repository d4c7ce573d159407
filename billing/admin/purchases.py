"""Recording a purchase by form, for an operator (R17)."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from billing.commands import record_purchase
from kernel.admin import PickedSelect
from kernel.errors import DomainError
from orders.commands import Line
from orders.models import Order, OrderKind, Product
from people.http import SignedInRequest
from people.models import User

MOST_INSTANCES = 100


def _price(label: Any, **kwargs: Any) -> forms.DecimalField:
    """An amount as people write it: 1234.50."""
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2, **kwargs)


class PurchaseForm(forms.Form):
    """One order of one product: one instance a line, each at the same list price."""

    buyer = forms.ModelChoiceField(
        label=gettext_lazy("Buyer"),
        queryset=User.objects.filter(is_active=True),
        widget=PickedSelect(Order._meta.get_field("buyer"), admin.site),
    )
    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"),
        queryset=Product.objects.select_related("vendor"),
        widget=PickedSelect(Order._meta.get_field("product"), admin.site),
    )
    number = forms.CharField(label=gettext_lazy("Order number"), max_length=64)
    kind = forms.ChoiceField(label=pgettext_lazy("order", "Kind"), choices=OrderKind.choices)
    resource_ids = forms.CharField(
        label=gettext_lazy("Resource IDs"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One instance a line."),
    )
    spec = forms.CharField(label=gettext_lazy("Specification"), max_length=200, required=False)
    list_price = _price(gettext_lazy("List price of one instance"))
    coupon = _price(gettext_lazy("Coupon on the whole order"), initial=Decimal(0))
    currency = forms.RegexField(
        label=gettext_lazy("Currency"), regex=r"^[A-Z]{3}\Z", initial="CNY", max_length=3
    )
    purchased_at = forms.SplitDateTimeField(
        label=gettext_lazy("Purchased"), widget=AdminSplitDateTime(), initial=timezone.now
    )
    expires_at = forms.SplitDateTimeField(
        label=gettext_lazy("Expires"), widget=AdminSplitDateTime(), required=False
    )
    paid_online = forms.BooleanField(
        label=gettext_lazy("Paid online"),
        initial=True,
        required=False,
        help_text=gettext_lazy("Otherwise it is paid from the buyer's balance."),
    )

    def clean_resource_ids(self) -> list[str]:
        ids: list[str] = self.cleaned_data["resource_ids"].split()
        if len(ids) > MOST_INSTANCES:
            raise forms.ValidationError(
                _("At most %(most)s instances in one order."), params={"most": MOST_INSTANCES}
            )
        return ids

    def clean_purchased_at(self) -> Any:
        at = self.cleaned_data["purchased_at"]
        if at > timezone.now():
            raise forms.ValidationError(_("A purchase lies in the past."))
        return at

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        places = get_currency_precision(told.get("currency", "CNY"))
        for name in ("list_price", "coupon"):
            amount = told.get(name)
            if amount is not None and amount != round(amount, places):
                self.add_error(name, _("The currency has no such small amounts."))
        purchased, expires = told.get("purchased_at"), told.get("expires_at")
        if purchased and expires and expires <= purchased:
            self.add_error("expires_at", _("This is not after the purchase."))
        return told

    def order(self) -> dict[str, Any]:
        """What `record_purchase` is told; amounts become whole minor units."""
        told = dict(self.cleaned_data)
        scale = get_currency_precision(told["currency"])
        price = int(told.pop("list_price").scaleb(scale))
        spec, expires_at = told.pop("spec"), told.pop("expires_at")
        lines = [
            Line(resource_id=one, list_price=price, spec=spec, expires_at=expires_at)
            for one in told.pop("resource_ids")
        ]
        return {
            **told,
            "lines": lines,
            "coupon": int(told["coupon"].scaleb(scale)),
            "kind": OrderKind(told["kind"]),
        }


def record(request: SignedInRequest) -> HttpResponse:
    """The form, and the order that it made."""
    form = PurchaseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            order = record_purchase(**form.order(), now=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The purchase has been recorded and posted."))
            return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))
    context = {
        **admin.site.each_context(request),
        "title": _("Record a purchase"),
        "form": form,
        "media": form.media,
    }
    return render(
        request, "admin/billing/purchase.html", context, status=422 if form.errors else 200
    )
