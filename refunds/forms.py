"""What people fill in. The commands check again; these say it beside the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
        choices=[("", _("Please choose")), *RefundReason.choices],
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


class RefundOfInvoicedForm(RefundForm):
    """The same for an instance with a pending invoice, which is withdrawn with it (R9)."""

    withdraw_invoice = forms.BooleanField(
        label=_("Withdraw the invoice request, too"),
        error_messages={
            "required": _("The refund can be requested once the invoice request is withdrawn.")
        },
    )
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


class OperatorForm(forms.Form):
    """An operator's act, with the written reason that R8 asks for."""

    note = LongTextField(
        label=_("Written reason"),
        error_messages={"required": _("Please write down the reason for this decision.")},
        help_text=_("Recorded in the history; buyer and vendor see it."),
    )


class ResumeForm(OperatorForm):
    """Why a request that was set aside may go on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("Recorded in the history, for operators.")


class ResumeManyForm(ResumeForm):
    """The same for several requests at once; `ids` is a list of whole numbers."""

    ids = forms.RegexField(r"^\d{1,18}(,\d{1,18})*\Z", widget=forms.HiddenInput)

    def clean_ids(self) -> list[int]:
        return [int(each) for each in self.cleaned_data["ids"].split(",")]


class OperatorRejectionForm(OperatorForm, RejectionForm):
    """An operator's refusal."""

    field_order = ("ground", "text", "note")
