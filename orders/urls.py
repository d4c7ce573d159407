"""The pages of deliveries."""

from django.urls import path

from orders.views import buyer, vendor

urlpatterns = [
    path(
        "purchases/<resource_id:resource_id>/service/requirement/",
        buyer.submit_requirement,
        name="service_requirement",
    ),
    path(
        "purchases/<resource_id:resource_id>/service/acceptance/",
        buyer.accept,
        name="service_acceptance",
    ),
    path(
        "purchases/<resource_id:resource_id>/service/return/",
        buyer.send_back,
        name="service_return",
    ),
    path("vendor/services/", vendor.services, name="vendor_services"),
    path("vendor/services/<int:service_id>/", vendor.service, name="vendor_service"),
    path(
        "vendor/services/<int:service_id>/requirement/acceptance/",
        vendor.accept_requirement,
        name="accept_requirement",
    ),
    path(
        "vendor/services/<int:service_id>/requirement/return/",
        vendor.send_back_requirement,
        name="return_requirement",
    ),
    path(
        "vendor/services/<int:service_id>/completion/", vendor.mark_done, name="service_completion"
    ),
]
