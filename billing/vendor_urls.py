"""The invoices that a vendor owes, below /vendor/invoices/."""

from django.urls import path

from billing.views import vendor_invoices as views

urlpatterns = [
    path("", views.queue, name="vendor_invoices"),
    path("<int:invoice_id>/", views.invoice, name="vendor_invoice"),
    path("<int:invoice_id>/processing/", views.take, name="take_invoice"),
    path("<int:invoice_id>/mailing/", views.mark_mailed, name="mark_invoice_mailed"),
    path("<int:invoice_id>/return/", views.mark_returned, name="mark_invoice_returned"),
]
