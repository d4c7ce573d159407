"""What a vendor's owner fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Role

ROLE_HELP = _(
    "Owners decide and change members; handlers decide; read-only members see everything and"
    " decide nothing."
)


class RoleForm(forms.Form):
    """What a member may do."""

    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, initial=Role.READ_ONLY, help_text=ROLE_HELP
    )


class InvitationForm(RoleForm):
    """Whom to invite; whether anybody has the address is not for the form to say."""

    email = forms.EmailField(label=_("Mail address"), max_length=254)
    field_order = ("email", "role")
