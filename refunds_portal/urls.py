"""Where everything is."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("people.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/two-step/", include("allauth.mfa.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("inbox/", include("notices.urls")),
    path("billing/", include("billing.urls")),
    path("vendor/members/", include("people.vendor_urls")),
    path("vendor/invoices/", include("billing.vendor_urls")),
    path("", include("orders.urls")),
    path("", include("refunds.urls")),
]

handler400 = "kernel.trouble.bad_request"
handler403 = "kernel.trouble.permission_denied"
handler404 = "kernel.trouble.page_not_found"
handler429 = "kernel.trouble.too_many_requests"  # allauth's
handler500 = "kernel.trouble.server_error"
