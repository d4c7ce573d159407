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

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, help_text=ROLE_HELP)


class MemberForm(RoleForm):
    """A new member: somebody who can sign in already."""

    email = forms.EmailField(label=_("Mail address"), max_length=254)
    field_order = ("email", "role")
