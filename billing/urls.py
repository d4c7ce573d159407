"""The billing center."""

from django.urls import path

from billing.views import invoice_details, invoices, statement

urlpatterns = [
    path("transactions/", statement.transactions, name="transactions"),
    path(
        "transactions.<str:ending>",
        statement.export_transactions,
        name="export_transactions",
    ),
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/request/", invoices.choose_vendor, name="choose_invoice_vendor"),
    path("invoices/request/<int:vendor_id>/", invoices.ask, name="ask_for_invoice"),
    path("invoices/<int:invoice_id>/", invoices.invoice, name="invoice"),
    path("invoices/<int:invoice_id>/withdrawal/", invoices.withdraw, name="withdraw_invoice"),
    path("invoices/details/", invoice_details.details, name="invoice_details"),
    path("invoices/titles/", invoice_details.add_title, name="add_invoice_title"),
    path(
        "invoices/titles/<int:title_id>/removal/",
        invoice_details.remove_title,
        name="remove_invoice_title",
    ),
    path(
        "invoices/titles/<int:title_id>/preference/",
        invoice_details.prefer_title,
        name="prefer_invoice_title",
    ),
    path("invoices/addresses/", invoice_details.add_address, name="add_invoice_address"),
    path(
        "invoices/addresses/<int:address_id>/removal/",
        invoice_details.remove_address,
        name="remove_invoice_address",
    ),
    path(
        "invoices/addresses/<int:address_id>/preference/",
        invoice_details.prefer_address,
        name="prefer_invoice_address",
    ),
]
