"""The reader's account; allauth's own pages of it are included beside these."""

from django.urls import path

from people.views import account as views
from people.views import invitations

urlpatterns = [
    path("", views.account, name="account"),
    path("sessions/", views.SessionsView.as_view(), name="usersessions_list"),
    path("sessions/<int:session_id>/end/", views.end_session, name="end_session"),
    path(
        "invitations/<int:invitation_id>/acceptance/", invitations.accept, name="accept_invitation"
    ),
    path(
        "invitations/<int:invitation_id>/declination/",
        invitations.decline,
        name="decline_invitation",
    ),
]
