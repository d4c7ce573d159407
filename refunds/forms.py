"""What people fill in. The commands check again; these say it beside the field."""

from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.resuming import ResumeForm
from kernel.templatetags.money import money
from refunds.models import COMMENT_LENGTH, RefundReason, RejectionGround
from refunds.queries import grounds


class LongTextField(forms.CharField):
    """A few lines in a person's own words."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=COMMENT_LENGTH, **kwargs)


class RefundForm(forms.Form):
    """The buyer's request (R6)."""

    reason = forms.ChoiceField(
        label=_("Refund reason"),
        choices=[("", _("Please choose")), *((r.value, r.label) for r in RefundReason.offered())],
        error_messages={"required": _("Please choose a reason for the refund.")},
    )
    comment = LongTextField(
        label=_("Comment"),
        required=False,
        help_text=_("What should the vendor know? Do not write passwords or keys."),
    )
    acknowledged = forms.BooleanField(
        label=_("I have read and understand the above"),
        error_messages={
            "required": _("Please confirm that you have read and understand the notice.")
        },
    )


class WithdrawInvoiceField(forms.BooleanField):
    """The one step by which a pending invoice is withdrawn, whatever is asked for (R9)."""

    def __init__(self) -> None:
        needed = _("The refund can be requested once the invoice request is withdrawn.")
        super().__init__(
            label=_("Withdraw the invoice request, too"), error_messages={"required": needed}
        )


class RefundOfInvoicedForm(RefundForm):
    """The same for an instance with a pending invoice, which is withdrawn with it (R9)."""

    withdraw_invoice = WithdrawInvoiceField()
    field_order = ("reason", "comment", "withdraw_invoice", "acknowledged")


class RejectionForm(forms.Form):
    """The vendor's refusal, on a listed ground and with a text for the buyer (R8)."""

    ground = forms.ModelChoiceField(
        label=_("Ground"),
        queryset=RejectionGround.objects.none(),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose a ground.")},
    )
    text = LongTextField(
        label=_("Explanation to the buyer"),
        help_text=_("The buyer reads this word for word."),
        error_messages={"required": _("Please explain the rejection to the buyer.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].queryset = grounds()  # type: ignore[attr-defined]


class OfferForm(forms.Form):
    """The vendor's offer of part of the money (R4). `amount` comes out in minor units (fen).

    `most` is the whole refund in minor units of `currency`; an offer is of less.
    """

    def __init__(self, *args: Any, currency: str, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most, self._currency = most, currency
        places = get_currency_precision(currency)
        self._unit = 10**places
        self.fields["amount"] = forms.DecimalField(
            label=_("Amount offered (%(currency)s)") % {"currency": currency},
            max_digits=14,
            decimal_places=places,
            help_text=_("The buyer asks for %(all)s.") % {"all": money(most, currency)},
        )
        self.order_fields(("amount", "text"))

    text = LongTextField(
        label=_("Explanation to the buyer"),
        help_text=_("The buyer reads this word for word."),
        error_messages={"required": _("Please explain the offer to the buyer.")},
    )

    def clean_amount(self) -> int:
        amount = int(self.cleaned_data["amount"] * self._unit)
        if not 0 < amount < self._most:
            most = money(self._most, self._currency)
            raise forms.ValidationError(
                _("Offer more than nothing and less than %(all)s; to refund all of it, approve."),
                params={"all": most},
            )
        return amount


class AnswerForm(forms.Form):
    """What the buyer says to an offer that is declined."""

    text = LongTextField(
        label=_("Answer to the vendor"),
        required=False,
        help_text=_("What would you accept? The vendor reads this."),
    )


class OperatorForm(forms.Form):
    """An operator's act, with the written reason that R8 asks for."""

    note = LongTextField(
        label=_("Written reason"),
        error_messages={"required": _("Please write down the reason for this decision.")},
        help_text=_("Recorded in the history; buyer and vendor see it."),
    )


class HoldForm(OperatorForm):
    """How long a request is held, in whole days of 24 hours, and why."""

    field_order = ("days", "note")

    def __init__(self, *args: Any, left: int, **kwargs: Any) -> None:
        """`left`: how many whole days of holds the request has left."""
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.IntegerField(
            label=_("Days"),
            min_value=1,
            max_value=left,
            help_text=_("Whole days left for holds of this request: %(left)s.") % {"left": left},
        )
        self.order_fields(self.field_order)


class SwitchForm(ResumeForm):
    """Why timed work is stopped or goes on; `stopped` is what the reader's page offered."""

    stopped = forms.TypedChoiceField(
        choices=(("True", "True"), ("False", "False")),
        coerce=lambda word: word == "True",
        widget=forms.HiddenInput,
    )


class OperatorRejectionForm(OperatorForm, RejectionForm):
    """An operator's refusal."""

    field_order = ("ground", "text", "note")
