"""The billing center."""

from django.urls import path

from billing import views

urlpatterns = [
    path("transactions/", views.transactions, name="transactions"),
]
