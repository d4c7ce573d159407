"""What buyer and vendor write to each other. The commands check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import TEXT_LENGTH


class _Text(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 5})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=TEXT_LENGTH, **kwargs)


class RequirementForm(forms.Form):
    """What the buyer wants done."""

    text = _Text(
        label=_("Requirement"),
        help_text=_("What is to be done, where and by when? Do not write passwords or keys."),
        error_messages={"required": _("Please write down what is to be done.")},
    )


class RequirementReturnForm(forms.Form):
    """What the vendor misses in a requirement."""

    text = _Text(
        label=_("What is missing"),
        help_text=_("The buyer reads this word for word."),
        error_messages={"required": _("Please say what is missing.")},
    )


class CompletionForm(forms.Form):
    """What the vendor has done."""

    note = _Text(
        label=_("What was delivered"),
        required=False,
        help_text=_("The buyer reads this word for word."),
    )


class ReturnForm(forms.Form):
    """What the buyer does not find as agreed."""

    text = _Text(
        label=_("What is not as agreed"),
        help_text=_("The vendor reads this word for word."),
        error_messages={"required": _("Please say what is not as agreed.")},
    )
