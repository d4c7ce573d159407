"""Operators change the rules for what comes, in words, and never for the past (R2, R18)."""

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import CommissionPolicy, InvoicePolicy
from billing.queries import commission_basis_points
from kernel.commands import BackDated, InvalidPolicy, NoteRequired, add_version
from kernel.errors import NotFound
from kernel.models import PolicyRow
from kernel.versions import Standing, standing
from orders.models import DeliveryPolicy, DeliveryType
from refunds import commands
from refunds.models import PolicyVersion, RejectionGround, TicketGround
from refunds.queries import policy_at
from tests.factories import NOW, ask, buy, make_member, make_user
from tests.refunds.test_access import signed_in

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
RULES: dict[str, object] = {
    "zone": "Asia/Shanghai",
    "window_days": 7,
    "decision_days": 3,
    "approves_at_deadline": "on",
    "credit_delay_minutes": 30,
    "max_submissions": 3,
    "max_refunded_orders": 4,
    "offer_days": 3,
    "max_declined_offers": 2,
    "max_hold_days": 7,
    "first_reminder_hours": 24,
    "last_reminder_hours": 2,
    "note": "Agreed on November 20.",
}
URL = "admin:refunds_policyversion_version"


def typed(at: datetime | None = None, **changes: object) -> dict[str, object]:
    """The form as an operator fills it in; an empty moment means at once."""
    local = timezone.localtime(at) if at else None
    when = {
        "begins_0": f"{local:%Y-%m-%d}" if local else "",
        "begins_1": f"{local:%H:%M:%S}" if local else "",
    }
    return RULES | when | changes


def add(client: Client, step: str = "add", of: str = "saas", **form: Any) -> Any:
    """Send the form; the answer's text beside it."""
    answer = client.post(f"{reverse(URL)}?of={of}", typed(**form) | {"step": step})
    answer.text = re.sub(r"\s+", " ", html.unescape(answer.content.decode()))
    return answer


@pytest.fixture
def operator() -> Client:
    return signed_in(make_user(operator=True, full_name="Olivia Park"))


def saas() -> list[PolicyVersion]:
    return list(PolicyVersion.objects.filter(delivery_type="saas").order_by("pk"))


def test_the_form_starts_from_the_version_in_force(operator: Client) -> None:
    page = operator.get(reverse(URL), {"of": "saas"}).content.decode()
    assert re.search(r'name="window_days" value="5"', page)
    assert re.search(r'name="max_refunded_orders" value="4"', page)


def test_what_a_version_means_is_read_before_anything_is_added(operator: Client) -> None:
    preview = add(operator, step="", at=timezone.now() + DAY)
    assert preview.status_code == 200
    assert "Bought on July 1 at any hour, it is open until July 7 24:00." in preview.text
    assert "approved automatically" in preview.text
    assert len(saas()) == 1
    again = add(operator, step="edit", at=timezone.now() + DAY)
    assert 'name="window_days" value="7"' in again.text


def test_a_version_that_is_added_counts_from_its_moment_on(operator: Client) -> None:
    before = timezone.now()
    assert add(operator, at=before + DAY).status_code == 302
    version = saas()[-1]
    assert (version.window_days, version.note) == (7, "Agreed on November 20.")
    assert version.created_by is not None
    assert version.created_by.full_name == "Olivia Park"
    assert version.created_at is not None
    assert before <= version.created_at <= timezone.now()
    begins = version.effective_from
    assert policy_at("saas", begins - timedelta(microseconds=1)).window_days == 5
    assert policy_at("saas", begins).window_days == 7


def test_without_a_moment_it_counts_at_once_and_what_is_going_on_keeps_its_own(
    operator: Client,
) -> None:
    now = timezone.now()
    request = ask(buy(at=now), at=now)
    add(operator, decision_days=9)
    request.refresh_from_db()
    assert request.policy.decision_days == 3
    assert request.due_at < now + 4 * DAY
    after = timezone.now()
    assert ask(buy(at=after), at=after).due_at > after + 8 * DAY


def test_a_slip_of_the_pen_is_replaced_by_another_version_for_the_same_moment(
    operator: Client,
) -> None:
    later = (timezone.now() + DAY).replace(microsecond=0)
    add(operator, at=later, window_days=70)
    add(operator, at=later, window_days=7)
    assert policy_at("saas", later).window_days == 7
    page = html.unescape(
        operator.get(reverse("admin:refunds_policyversion_changelist")).content.decode()
    )
    assert page.count("Replaced before it took effect") == 1
    assert page.count("Takes effect later") == 1
    rules = html.unescape(Client().get(reverse("rules")).content.decode())
    assert "7 days long" in rules
    assert "70 days" not in rules


@pytest.mark.parametrize(
    ("changes", "of", "sentence"),
    [
        ({"note": "  "}, "saas", "Please write down why the rules change."),
        ({"at": NOW}, "saas", "Rules never change for the past"),
        ({"window_days": ""}, "saas", "SaaS needs a window of at least one day."),
        ({"window_days": 0}, "saas", "greater than or equal to 1"),
        ({"decision_days": 100_000}, "saas", "less than or equal to 366"),
        ({"zone": "Asia/Shangai"}, "saas", "There is no such time zone."),
        ({}, "service", "Only SaaS has a refund window"),
        ({"window_days": ""}, "service", "Only SaaS is approved by the clock."),
        (
            {"window_days": "", "approves_at_deadline": ""},
            "service",
            "Only refunds of SaaS count towards a limit.",
        ),
        ({"begins_0": "soon"}, "saas", "Enter a valid date"),
    ],
)
def test_rules_that_cannot_be_kept_say_why_and_are_not_added(
    operator: Client, changes: dict[str, Any], of: str, sentence: str
) -> None:
    answer = add(operator, of=of, **changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PolicyVersion.objects.count() == len(DeliveryType)


def test_what_is_no_delivery_type_has_no_rules(operator: Client) -> None:
    assert operator.get(reverse(URL), {"of": "pigeon"}).status_code == 302
    assert add(operator, of="pigeon").status_code == 302
    assert PolicyVersion.objects.count() == len(DeliveryType)


def test_only_operators_change_rules() -> None:
    for user in (make_user(), buy().buyer):
        client = signed_in(user)
        assert client.get(reverse(URL), {"of": "saas"}).status_code in {302, 403}
        assert add(client).status_code in {302, 403}
        with pytest.raises(NotFound):
            add_version(_version(NOW), actor=user, note="Mine.", now=NOW)
    assert len(saas()) == 1


def _version(at: datetime, **changes: Any) -> CommissionPolicy:
    return CommissionPolicy(**({"basis_points": 1_200, "effective_from": at} | changes))


def test_the_command_refuses_what_the_form_would_refuse() -> None:
    operator = make_user(operator=True)
    for version, note, error in (
        (_version(NOW), " ", NoteRequired),
        (_version(NOW - timedelta(microseconds=1)), "Late.", BackDated),
        (_version(NOW, basis_points=10_001), "All.", InvalidPolicy),
    ):
        with pytest.raises(error):
            add_version(version, actor=operator, note=note, now=NOW)
    assert CommissionPolicy.objects.count() == 1


def test_a_new_commission_counts_from_its_moment_on() -> None:
    add_version(_version(NOW), actor=make_user(operator=True), note="Agreed.", now=NOW)
    assert commission_basis_points(NOW - timedelta(microseconds=1)) == 1_000
    assert commission_basis_points(NOW) == 1_200


OTHERS: tuple[tuple[type[PolicyRow], dict[str, object], str], ...] = (
    (CommissionPolicy, {"basis_points": 1_250}, "a commission of 12.5%"),
    (
        InvoicePolicy,
        {"zone": "Asia/Shanghai", "working_days": 10},
        "within 10 working days",
    ),
    (
        DeliveryPolicy,
        {
            "zone": "Asia/Shanghai",
            "acceptance_days": 90,
            "reminder_days": 7,
            "step_days": 5,
            "max_send_backs": 3,
        },
        "After 3 send-backs the buyer may appeal.",
    ),
)


@pytest.mark.parametrize(("model", "rules", "sentence"), OTHERS)
def test_every_kind_of_rules_has_the_same_way(
    operator: Client, model: type[PolicyRow], rules: dict[str, object], sentence: str
) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    url = reverse(f"{name}_version")
    form = rules | {"note": "Agreed.", "begins_0": "", "begins_1": ""}
    assert operator.get(url).status_code == 200
    assert sentence in html.unescape(operator.post(url, form).content.decode())
    assert operator.post(url, form | {"step": "add"}).status_code == 302
    assert model.objects.in_force(timezone.now())[0].note == "Agreed."
    listed = html.unescape(operator.get(reverse(f"{name}_changelist")).content.decode())
    assert "In force" in listed
    row = model.objects.latest("pk")
    assert "Agreed." in operator.get(reverse(f"{name}_change", args=[row.pk])).content.decode()


def test_the_reminder_comes_before_what_it_reminds_of(operator: Client) -> None:
    rules = dict(OTHERS[2][1]) | {"reminder_days": 90, "note": "x"}
    answer = operator.post(reverse("admin:orders_deliverypolicy_version"), rules)
    assert answer.status_code == 422
    assert "The reminder comes before" in answer.content.decode()


@pytest.mark.parametrize(
    ("begins", "ends", "where"),
    [
        (NOW - DAY, None, Standing.IN_FORCE),
        (NOW, None, Standing.IN_FORCE),
        (NOW - DAY, NOW + DAY, Standing.IN_FORCE),
        (NOW - DAY, NOW, Standing.PAST),
        (NOW + DAY, None, Standing.COMING),
        (NOW + DAY, NOW + DAY, Standing.REPLACED),
        (NOW - DAY, NOW - DAY, Standing.REPLACED),
    ],
)
def test_a_version_stands_somewhere_at_any_moment(
    begins: datetime, ends: datetime | None, where: Standing
) -> None:
    assert standing(begins, ends, now=NOW) == where


def test_the_first_grounds_of_tickets_are_there_in_both_languages() -> None:
    sides = TicketGround.objects.values_list("side", flat=True)
    assert sorted(sides) == ["against"] * 5 + ["for"] * 6
    assert all(ground.label_en and ground.label_zh for ground in TicketGround.objects.all())


@pytest.mark.parametrize("model", [RejectionGround, TicketGround])
def test_a_ground_is_reworded_and_withdrawn_and_never_deleted(
    operator: Client, model: type[RejectionGround] | type[TicketGround]
) -> None:
    name = f"admin:refunds_{model._meta.model_name}"
    one = model.objects.order_by("pk")[0]
    form = {"label_en": "Other words", "label_zh": "别的话", "position": 9}
    url = reverse(f"{name}_change", args=[one.pk])
    assert operator.post(url, form | {"code": "another"}).status_code == 302
    code = one.code
    one.refresh_from_db()
    assert (one.label_en, one.offered, one.code) == ("Other words", False, code)
    assert operator.post(reverse(f"{name}_delete", args=[one.pk])).status_code == 403


def test_the_last_ground_stays_on_offer(operator: Client) -> None:
    last, *others = TicketGround.objects.filter(side="for")
    TicketGround.objects.filter(pk__in=[other.pk for other in others]).update(offered=False)
    url = reverse("admin:refunds_ticketground_change", args=[last.pk])
    form = {"label_en": "x", "label_zh": "x", "position": 0}
    assert "One ground has to stay on offer." in operator.post(url, form).content.decode()
    last.refresh_from_db()
    assert last.offered


def test_an_instance_in_the_admin_says_what_its_buyer_is_told(operator: Client) -> None:
    for instance, code in (
        (buy(at=timezone.now()), "eligible"),
        (buy(at=NOW - 30 * DAY), "window_closed"),
    ):
        url = reverse("admin:orders_instance_change", args=[instance.pk])
        page = html.unescape(operator.get(url).content.decode())
        assert f"<code>{code}</code>" in page
        assert "¥100.00" in page


def test_nobody_undoes_unseen_what_somebody_else_has_added_meanwhile(operator: Client) -> None:
    opened = operator.get(reverse(URL), {"of": "saas"}).content.decode()
    based_on = re.search(r'name="based_on" value="(\d+)"', opened)
    assert based_on
    add(signed_in(make_user(operator=True)), decision_days=5)
    warned = add(operator, decision_days=2, based_on=based_on[1])
    assert warned.status_code == 422
    assert "Somebody has added a version since you opened this form." in warned.text
    assert saas()[-1].decision_days == 5
    # Having been told, the operator may.
    again = re.search(r'name="based_on" value="(\d+)"', warned.text)
    assert again
    assert add(operator, decision_days=2, based_on=again[1]).status_code == 302
    assert saas()[-1].decision_days == 2


def test_a_ground_that_a_decision_has_named_keeps_its_words(operator: Client) -> None:
    used, fresh = RejectionGround.objects.order_by("pk")[:2]
    request = ask(buy(at=NOW), at=NOW)
    commands.reject(
        request_id=request.pk,
        actor=make_member(request.vendor),
        ground=used,
        text="Used up.",
        now=NOW + timedelta(hours=1),
    )
    for ground, words in ((used, used.label_en), (fresh, "Other words")):
        url = reverse("admin:refunds_rejectionground_change", args=[ground.pk])
        form = {"label_en": "Other words", "label_zh": "别的", "position": 9, "offered": "on"}
        assert operator.post(url, form).status_code == 302
        ground.refresh_from_db()
        assert (ground.label_en, ground.position) == (words, 9)
