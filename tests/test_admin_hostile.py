"""What no page of the admin offers gets a clear answer there, too, never a 500."""

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import Transaction
from notices.models import Notice
from orders.models import DeliveryPolicy, Product
from people.models import Membership
from refunds.models import PolicyVersion
from tests.factories import ProductFactory, ask, make_member, make_user

pytestmark = pytest.mark.django_db

NO_IDS = ["x", "\x00", "-1", "1.5", "9" * 30, "9" * 5_000, "\N{PILE OF POO}"]
VERSIONS = [
    ("admin:orders_deliverypolicy_version", DeliveryPolicy, ("acceptance_days", "reminder_days")),
    (
        "admin:refunds_policyversion_version",
        PolicyVersion,
        ("window_days", "first_reminder_hours", "last_reminder_hours"),
    ),
]


def refusals(page: str) -> int:
    """How many fields say that what was sent is no choice."""
    return page.count("Select a valid choice.") + page.count("Null characters are not allowed.")


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user(operator=True))
    return client


@pytest.mark.parametrize("no_id", NO_IDS)
def test_a_purchase_of_nobody_or_nothing_is_refused_beside_the_field(
    no_id: str, operator: Client
) -> None:
    url = reverse("admin:billing_record_purchase")
    answer = operator.post(url, {"buyer": no_id, "product": no_id})
    assert answer.status_code == 422
    assert refusals(answer.content.decode()) == 2
    assert not Transaction.objects.exists()


@pytest.mark.parametrize("no_id", NO_IDS)
def test_a_product_of_no_vendor_is_refused_beside_the_field(no_id: str, operator: Client) -> None:
    product = ProductFactory.create()
    url = reverse("admin:orders_product_change", args=[product.pk])
    answer = operator.post(url, {"name": "Other", "code": "other", "vendor": no_id})
    assert refusals(answer.content.decode()) == 1
    assert Product.objects.get(pk=product.pk).name == product.name


@pytest.mark.parametrize("no_id", NO_IDS)
def test_a_member_that_is_nobody_is_refused_beside_the_field(no_id: str, operator: Client) -> None:
    vendor = ProductFactory.create().vendor
    owner = vendor.memberships.first() or vendor.memberships.get(user=make_member(vendor))
    form = {
        "name": vendor.name,
        "contact_name": vendor.contact_name,
        "contact_email": vendor.contact_email,
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": owner.pk,
        "memberships-0-vendor": vendor.pk,
        "memberships-0-user": owner.user_id,
        "memberships-0-role": owner.role,
        "memberships-1-vendor": vendor.pk,
        "memberships-1-user": no_id,
        "memberships-1-role": owner.role,
    }
    answer = operator.post(reverse("admin:people_vendor_change", args=[vendor.pk]), form)
    assert refusals(answer.content.decode()) == 1
    assert Membership.objects.filter(vendor=vendor).count() == 1


@pytest.mark.parametrize("no_id", NO_IDS)
def test_an_action_on_rows_that_are_none_is_refused(no_id: str, operator: Client) -> None:
    ask()
    for model, action in (("notices_notice", "try_again"), ("refunds_refundrequest", "x")):
        url = reverse(f"admin:{model}_changelist")
        answer = operator.post(url, {"action": action, "_selected_action": no_id})
        assert answer.status_code == 400
    assert not Notice.objects.filter(sent_at__isnull=False).exists()


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "1.5", "9" * 30, "\x00", "1e400", "NaN"])
@pytest.mark.parametrize(("name", "model", "fields"), VERSIONS, ids=lambda one: str(one)[:30])
def test_rules_with_a_number_that_is_none_are_refused_beside_the_field(
    name: str, model: type, fields: tuple[str, ...], number: str, operator: Client
) -> None:
    before = model._default_manager.count()  # type: ignore[attr-defined]
    of = {"of": "saas"} if model is PolicyVersion else {}
    for field in fields:
        form = {field: number, "zone": "Asia/Shanghai", "note": "Why.", "step": "add"}
        answer = operator.post(reverse(name, query=of), form)
        assert answer.status_code == 422
    assert model._default_manager.count() == before  # type: ignore[attr-defined]
