"""The pages of refunds."""

from django.urls import path

from refunds.views import earnings, offers, pages, purchases, requests, vendor
from refunds.views.tickets import buyer as tickets
from refunds.views.tickets import vendor as vendor_tickets
from refunds.views.tickets.evidence import evidence

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
    path("vendor/earnings/", earnings.earnings, name="vendor_earnings"),
    path("vendor/earnings.<str:ending>", earnings.export_earnings, name="export_earnings"),
    path("vendor/refunds.<str:ending>", earnings.export_requests, name="export_vendor_refunds"),
    path("vendor/refunds/", vendor.queue, name="vendor_refunds"),
    path("vendor/refunds/<int:request_id>/", vendor.case, name="vendor_refund"),
    path("vendor/refunds/<int:request_id>/approval/", vendor.approve, name="approve_refund"),
    path("vendor/refunds/<int:request_id>/rejection/", vendor.reject, name="reject_refund"),
    path("vendor/refunds/<int:request_id>/offer/", offers.make_offer, name="make_offer"),
    path("vendor/refunds/<int:request_id>/appeal/", vendor_tickets.appeal, name="appeal_as_vendor"),
    path("purchases/<resource_id:resource_id>/ticket/", tickets.open_ticket, name="open_ticket"),
    path("refunds/<int:request_id>/appeal/", tickets.appeal, name="appeal_refund"),
    path("tickets/", tickets.tickets_list, name="tickets"),
    path("tickets/<int:ticket_id>/", tickets.ticket, name="ticket"),
    path("tickets/<int:ticket_id>/messages/", tickets.write, name="write_in_ticket"),
    path("tickets/<int:ticket_id>/urge/", tickets.urge, name="urge_ticket"),
    path("tickets/<int:ticket_id>/withdrawal/", tickets.withdraw, name="withdraw_ticket"),
    path("evidence/<int:evidence_id>/", evidence, name="evidence"),
    path("vendor/tickets/", vendor_tickets.queue, name="vendor_tickets"),
    path("vendor/tickets/<int:ticket_id>/", vendor_tickets.case, name="vendor_ticket"),
    path(
        "vendor/tickets/<int:ticket_id>/messages/",
        vendor_tickets.write,
        name="vendor_write_in_ticket",
    ),
    path("vendor/tickets/<int:ticket_id>/agreement/", vendor_tickets.agree, name="agree_to_ticket"),
    path("vendor/tickets/<int:ticket_id>/refusal/", vendor_tickets.refuse, name="refuse_ticket"),
]
