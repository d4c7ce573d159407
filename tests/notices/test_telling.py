"""Who is told something is told once, if and only if it has happened (R16)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.utils import translation

from kernel.errors import NotFound
from notices import commands
from notices.commands import Message, notify
from notices.kinds import amount, bilingual, kinds, moment, words_of
from notices.models import Notice
from notices.queries import unread_count
from people.models import User
from tests.factories import NOW, make_user

PARAMS = {"product": "CRM", "resource": "crm-1", "amount": amount(100, "CNY")}
OPTIONAL, ESSENTIAL = "refund_credited", "refund_approved_by_vendor"


def tell(reader: User, kind: str = OPTIONAL, key: str = "refund:1") -> None:
    message = Message(reader.pk, kind, key, "/refunds/1/", PARAMS)
    with transaction.atomic():
        notify([message], now=NOW)


def told(reader: User) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(recipient=reader).order_by("id")
    return list(rows.values_list("kind", "channel"))


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_was_told_to_nobody() -> None:
    reader = make_user()
    with transaction.atomic():
        tell(reader)
        transaction.set_rollback(True)
    assert told(reader) == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_outside_a_transaction() -> None:
    with pytest.raises(TransactionManagementError):
        notify([Message(make_user().pk, OPTIONAL, "x", "/")], now=NOW)


@pytest.mark.django_db
class TestTelling:
    def test_the_same_thing_is_told_once_by_each_way(self) -> None:
        reader = make_user()
        for _ in range(2):
            tell(reader)
        assert told(reader) == [(OPTIONAL, "inbox"), (OPTIONAL, "mail")]
        tell(reader, key="refund:2")
        tell(reader, kind=ESSENTIAL)
        assert len(told(reader)) == 6

    def test_what_is_said_twice_in_one_breath_is_told_once(self) -> None:
        reader = make_user()
        message = Message(reader.pk, OPTIONAL, "refund:1", "/")
        with transaction.atomic():
            notify([message, message], now=NOW)
        assert len(told(reader)) == 2

    def test_an_unwanted_mail_is_not_sent_and_an_essential_one_always(self) -> None:
        reader, other = make_user(), make_user()
        commands.choose_mails(user=reader, wanted={OPTIONAL: False, ESSENTIAL: False})
        for kind in (OPTIONAL, ESSENTIAL):
            tell(reader, kind)
            tell(other, kind)
        assert told(reader) == [(OPTIONAL, "inbox"), (ESSENTIAL, "inbox"), (ESSENTIAL, "mail")]
        assert len(told(other)) == 4
        commands.choose_mails(user=reader, wanted={OPTIONAL: True})
        tell(reader, key="refund:2")
        assert told(reader)[-1] == (OPTIONAL, "mail")

    def test_a_kind_that_nobody_knows_is_a_mistake(self) -> None:
        with pytest.raises(KeyError):
            tell(make_user(), kind="gossip")


class TestWords:
    def test_every_kind_has_its_words_in_both_languages(self) -> None:
        for kind in kinds():
            with translation.override("zh-hans"):
                chinese = [str(t) for t in (kind.label, kind.title, kind.body, kind.action)]
            with translation.override("en"):
                english = [str(t) for t in (kind.label, kind.title, kind.body, kind.action)]
            assert not set(english) & set(chinese), kind.code

    def test_a_notice_is_worded_when_it_is_read(self) -> None:
        params = {
            "vendor": "100% Cloud",
            "resource": "crm-1",
            "product": "CRM",
            "amount": amount(123_456, "CNY"),
            "ground": bilingual("Abuse", "滥用"),
            "text": "No.",
        }
        with translation.override("en"):
            words = words_of("refund_rejected_by_vendor", params)
            assert words.body == (
                "100% Cloud has rejected your request for ¥1,234.56 (crm-1). "
                "Ground: Abuse. Explanation: No."
            )
        with translation.override("zh-hans"):
            assert "拒绝原因：滥用" in words_of("refund_rejected_by_vendor", params).body

    def test_a_time_is_told_with_its_zone(self) -> None:
        params = {"product": "CRM", "at": moment(NOW)}
        with translation.override("en"):
            from notices.kinds import fill

            assert fill("%(at)s", params) == "2026-07-01 10:00 (UTC+8)"

    def test_a_text_of_a_later_release_fills_in_what_it_can(self) -> None:
        with translation.override("en"):
            body = words_of("refund_credited", {"resource": "crm-1"}).body
        assert body == "— for crm-1 has been added to your balance."

    def test_a_kind_of_another_release_does_not_break_the_inbox(self) -> None:
        assert words_of("gossip", {}).title == "gossip"


@pytest.mark.django_db
class TestReading:
    def test_opening_marks_the_one_that_came_by_mail_too(self) -> None:
        reader = make_user()
        for key in ("refund:1", "refund:2"):
            tell(reader, key=key)
        assert unread_count(reader) == 2
        by_mail = Notice.objects.get(recipient=reader, channel="mail", key="refund:1")
        at = NOW + timedelta(hours=1)
        for _ in range(2):
            path = commands.open_notice(reader=reader, notice_id=by_mail.pk, now=at)
            assert path == "/refunds/1/"
            at += timedelta(hours=1)
        read = Notice.objects.get(recipient=reader, channel="inbox", key="refund:1")
        assert read.read_at == NOW + timedelta(hours=1)
        assert unread_count(reader) == 1

    def test_nobody_opens_what_somebody_else_was_told(self) -> None:
        reader, stranger = make_user(), make_user()
        tell(reader)
        tell(stranger)
        theirs = Notice.objects.filter(recipient=reader).first()
        assert theirs is not None
        with pytest.raises(NotFound):
            commands.open_notice(reader=stranger, notice_id=theirs.pk, now=NOW)
        assert unread_count(reader) == unread_count(stranger) == 1

    def test_what_has_come_since_stays_unread(self) -> None:
        reader = make_user()
        tell(reader, key="refund:1")
        seen = Notice.objects.filter(recipient=reader, channel="inbox").latest("id")
        tell(reader, key="refund:2")
        assert commands.mark_read(reader=reader, up_to=seen.pk, now=NOW) == 1
        assert unread_count(reader) == 1
