"""The vendor's members, and whom it invites."""

from django.urls import path

from people.views import invitations
from people.views import members as views

urlpatterns = [
    path("", views.members, name="members"),
    path("<int:vendor_id>/invitation/", invitations.invite, name="invite_member"),
    path(
        "invitations/<int:invitation_id>/withdrawal/",
        invitations.withdraw,
        name="withdraw_invitation",
    ),
    path("<int:membership_id>/role/", views.change, name="change_role"),
    path("<int:membership_id>/removal/", views.remove, name="remove_member"),
]
