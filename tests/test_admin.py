"""The admin finds everything and writes nothing that a command ought to write."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from billing.models import Account, CommissionPolicy, Entry, Transaction
from kernel.admin import ReadOnlyAdmin
from orders.models import Instance, Order
from refunds.models import PolicyVersion, RefundEvent, RefundRequest, RejectionGround
from tests.factories import ask, make_user

pytestmark = pytest.mark.django_db

READ_ONLY = (
    Account,
    CommissionPolicy,
    Entry,
    Instance,
    Order,
    PolicyVersion,
    RefundEvent,
    RefundRequest,
    RejectionGround,
    Transaction,
)
PORTAL = ("people", "orders", "billing", "refunds")


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user(operator=True))
    return client


def test_every_model_of_the_portal_is_in_the_admin_or_within_another() -> None:
    registered = {model._meta.label for model in admin.site._registry}
    assert {"people.User", "people.Vendor", "orders.Product"} <= registered
    assert {model._meta.label for model in READ_ONLY} <= registered


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_commands_write_is_only_read(model: type, operator: Client) -> None:
    request = ask()
    assert isinstance(admin.site._registry[model], ReadOnlyAdmin)
    row = model._default_manager.earliest("pk")  # type: ignore[attr-defined]
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
    assert operator.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert operator.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
    assert (
        operator.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    )
    assert operator.get(reverse(f"{name}_add")).status_code == 403
    request.refresh_from_db()


def test_every_list_opens_and_can_be_searched(operator: Client) -> None:
    ask()
    for model, registered in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        query = {"q": "person"} if registered.search_fields else {}
        assert operator.get(reverse(name), query).status_code == 200, name
        if registered.search_fields:
            assert operator.get(reverse(name), {"q": "9" * 40}).status_code == 200, name


def test_a_request_is_found_by_its_resource_id(operator: Client) -> None:
    request = ask()
    page = operator.get(
        reverse("admin:refunds_refundrequest_changelist"), {"q": request.instance.resource_id}
    )
    assert f"/{request.pk}/change/" in page.content.decode()


def test_nobody_is_deleted(operator: Client) -> None:
    request = ask()
    for name, row in (
        ("people_user", request.buyer),
        ("people_vendor", request.vendor),
        ("orders_product", request.instance.product),
    ):
        assert operator.post(reverse(f"admin:{name}_delete", args=[row.pk])).status_code == 403
