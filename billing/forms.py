"""What people fill in about invoices. The commands check again; these say it beside the field."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models import InvoiceAddress, InvoiceForm, InvoiceTitle, TitleKind
from billing.queries import addresses_of, offered, titles_of
from billing.words import (
    ADDRESS_LENGTH,
    INVOICE_NUMBER_LENGTH,
    NAME_LENGTH,
    ONE_LINE,
    PHONE,
    RECIPIENT_LENGTH,
    REFERENCE_LENGTH,
    TAX_NUMBER,
    compact,
    tidy,
)
from kernel.filters import SEARCH_LENGTH
from orders.models import Instance
from people.models import User

# A form with more at once would be unusable; the rest is found by its words.
OFFERED = 100


class LineField(forms.CharField):
    """One line that can be printed."""

    default_validators = [
        RegexValidator(ONE_LINE, _("Please write one line, without control characters."))
    ]

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class TaxNumberField(LineField):
    """A company's number, as people group it."""

    default_validators = [
        RegexValidator(TAX_NUMBER, _("A tax number has 15 to 20 letters and digits."))
    ]

    def to_python(self, value: Any) -> str:
        return compact(super().to_python(value))


class TitleForm(forms.Form):
    """To whom invoices are made out."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("invoice title", "Kind"),
        choices=TitleKind.choices,
        initial=TitleKind.COMPANY,
    )
    name = LineField(
        label=pgettext_lazy("invoice title", "Name"),
        max_length=NAME_LENGTH,
        help_text=_("As it is registered, or your own name."),
        error_messages={"required": _("Please enter the name.")},
    )
    # Longer than the number itself, for those who group it by spaces.
    tax_number = TaxNumberField(
        label=_("Tax number"),
        max_length=40,
        required=False,
        help_text=_("A company's unified social credit code: 15 to 20 letters and digits."),
    )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        missing = "tax_number" in told and not told["tax_number"]
        if told.get("kind") == TitleKind.COMPANY and missing:
            self.add_error("tax_number", _("A company has a tax number."))
        return told


class AddressForm(forms.Form):
    """Where invoices are sent."""

    recipient = LineField(
        label=_("Recipient"),
        max_length=RECIPIENT_LENGTH,
        error_messages={"required": _("Please enter who receives it.")},
    )
    phone = forms.RegexField(
        PHONE,
        label=_("Phone"),
        required=False,
        max_length=40,
        strip=True,
        error_messages={"invalid": _("A phone number has digits only, like +86 10 5550 0123.")},
    )
    email = forms.EmailField(
        label=_("Mail address"),
        required=False,
        max_length=254,
        help_text=_("For electronic invoices."),
    )
    address = LineField(
        label=_("Postal address"),
        required=False,
        max_length=ADDRESS_LENGTH,
        help_text=_("For invoices on paper."),
    )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        is_empty = not told.get("email") and not told.get("address")
        if is_empty and not self.errors:
            self.add_error("email", _("Please enter a mail address or a postal address."))
        return told


# What a browser sends of a ticked box; anything else is told of beside the field.
ID = re.compile(r"[0-9]{1,18}", re.ASCII)


class PurchasesField(forms.ModelMultipleChoiceField):
    """Purchases to tick; the template shows product and amount beside each."""

    widget = forms.CheckboxSelectMultiple


class AskForm(forms.Form):
    """The request for an invoice from one vendor, with what is the buyer's own to choose from."""

    q = forms.CharField(
        label=_("Find purchases"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "maxlength": SEARCH_LENGTH,
                "placeholder": _("Product, resource ID or order number"),
            }
        ),
    )
    instances = PurchasesField(
        label=_("Purchases"),
        queryset=Instance.objects.none(),
        error_messages={"required": _("Please choose what the invoice is to be of.")},
    )
    title = forms.ModelChoiceField(
        label=_("Title"), queryset=InvoiceTitle.objects.none(), empty_label=None
    )
    form = forms.ChoiceField(
        label=_("Form"), choices=InvoiceForm.choices, initial=InvoiceForm.ELECTRONIC
    )
    address = forms.ModelChoiceField(
        label=_("Address"), queryset=InvoiceAddress.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, buyer: User, vendor_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = str(self["q"].value() or "").replace("\0", "").strip()[:SEARCH_LENGTH]
        self.chosen = {str(pk) for pk in self["instances"].value() or ()}
        self.most = OFFERED
        self.offered, self.has_more = offered(
            buyer,
            vendor_id,
            words=self.words,
            chosen=[int(pk) for pk in self.chosen if ID.fullmatch(pk)],
            most=OFFERED,
        )
        chosen: Any = self.fields
        chosen["instances"].queryset = Instance.objects.filter(buyer=buyer, vendor_id=vendor_id)
        chosen["title"].queryset = titles_of(buyer)
        chosen["address"].queryset = addresses_of(buyer)
        for name, rows in (("title", titles_of(buyer)), ("address", addresses_of(buyer))):
            first = rows.first()
            self.initial.setdefault(name, first.pk if first else None)

    def order(self) -> dict[str, Any]:
        """What `ask` is told."""
        told = self.cleaned_data
        return {
            "instance_ids": [instance.pk for instance in told["instances"]],
            "title_id": told["title"].pk,
            "address_id": told["address"].pk,
            "form": InvoiceForm(told["form"]),
        }


class MailedForm(forms.Form):
    """What the buyer needs to recognise and to follow the invoice."""

    number = LineField(
        label=_("Invoice number"),
        max_length=INVOICE_NUMBER_LENGTH,
        error_messages={"required": _("Please enter the number of the invoice.")},
    )
    tracking_number = LineField(
        label=_("Tracking number"),
        max_length=REFERENCE_LENGTH,
        error_messages={"required": _("Please enter the tracking number.")},
    )

    def __init__(self, *args: Any, on_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not on_paper:
            del self.fields["tracking_number"]


class ReturnedForm(forms.Form):
    """How the invoice came back."""

    return_reference = LineField(
        label=_("Return reference"),
        max_length=REFERENCE_LENGTH,
        help_text=_(
            "The tracking number with which it came back, or the number of the reversal of an"
            " electronic one."
        ),
        error_messages={"required": _("Please enter how the invoice came back.")},
    )
