"""The inbox."""

from django.urls import path

from notices import views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("reading/", views.mark_read, name="mark_read"),
    path("preferences/", views.preferences, name="mail_preferences"),
    path("<int:notice_id>/", views.notice, name="notice"),
]
