"""The vendor's members."""

from django.urls import path

from people.views import members as views

urlpatterns = [
    path("", views.members, name="members"),
    path("<int:vendor_id>/addition/", views.add, name="add_member"),
    path("<int:membership_id>/role/", views.change, name="change_role"),
    path("<int:membership_id>/removal/", views.remove, name="remove_member"),
]
