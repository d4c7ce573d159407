"""The form of the mail preferences."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind


class MailForm(forms.Form):
    """Which of these kinds come by mail; those that always do are no choice."""

    as_buyer = forms.MultipleChoiceField(
        label=_("About your own purchases"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    as_vendor = forms.MultipleChoiceField(
        label=_("About the vendors that you act for"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, kinds: list[Kind], unwanted: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._codes: list[str] = []
        for name, for_vendor in (("as_buyer", False), ("as_vendor", True)):
            offered = [k for k in kinds if not k.essential and k.for_vendor == for_vendor]
            codes = [kind.code for kind in offered]
            field = self.fields[name]
            if not isinstance(field, forms.MultipleChoiceField) or not offered:
                del self.fields[name]
                continue
            field.choices = [(kind.code, kind.label) for kind in offered]
            field.initial = [code for code in codes if code not in unwanted]
            self._codes += codes

    @property
    def wanted(self) -> dict[str, bool]:
        """Of each kind that was offered, whether it was chosen."""
        chosen = {code for codes in self.cleaned_data.values() for code in codes}
        return {code: code in chosen for code in self._codes}
