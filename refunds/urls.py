"""The pages of refunds."""

from django.urls import path

import orders.converters  # noqa: F401 -- registers <resource_id:…>
from refunds.views import offers, pages, purchases, requests, vendor

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("rules/", pages.rules, name="rules"),
    path("questions/", pages.questions, name="questions"),
    path("purchases/", purchases.purchases, name="purchases"),
    path("purchases/<resource_id:resource_id>/", purchases.purchase, name="purchase"),
    path(
        "purchases/<resource_id:resource_id>/refund/",
        requests.request_refund,
        name="request_refund",
    ),
    path("refunds/", requests.refunds, name="refunds"),
    path("refunds/<int:request_id>/", requests.refund, name="refund"),
    path("refunds/<int:request_id>/cancellation/", requests.cancel_refund, name="cancel_refund"),
    path("offers/<int:offer_id>/acceptance/", offers.accept_offer, name="accept_offer"),
    path("offers/<int:offer_id>/refusal/", offers.decline_offer, name="decline_offer"),
    path("vendor/refunds/", vendor.queue, name="vendor_refunds"),
    path("vendor/refunds/<int:request_id>/", vendor.case, name="vendor_refund"),
    path("vendor/refunds/<int:request_id>/approval/", vendor.approve, name="approve_refund"),
    path("vendor/refunds/<int:request_id>/rejection/", vendor.reject, name="reject_refund"),
    path("vendor/refunds/<int:request_id>/offer/", offers.make_offer, name="make_offer"),
]
