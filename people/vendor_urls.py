"""The vendor's members."""

from django.urls import path

from people import member_views

urlpatterns = [
    path("", member_views.members, name="members"),
    path("<int:vendor_id>/addition/", member_views.add, name="add_member"),
    path("<int:membership_id>/role/", member_views.change, name="change_role"),
    path("<int:membership_id>/removal/", member_views.remove, name="remove_member"),
]
