"""allauth's forms where they need other words."""

from typing import Any

from allauth.account.forms import AddEmailForm
from django.utils.translation import gettext_lazy as _


class NewAddressForm(AddEmailForm):
    """The wish for another mail address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)
