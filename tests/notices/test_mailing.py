"""Mails reach people through a real mail server, whatever that server does (R16)."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kernel.errors import NotFound
from notices import commands
from notices.commands.mailing import AGAIN_AFTER
from notices.health import mails
from notices.mails import mail_server as opened
from notices.models import Notice
from notices.tasks import send_mails
from people.models import User
from tests.factories import NOW, ProductFactory, ask, buy, make_user
from tests.notices.test_telling import tell
from tests.smtp import MailServer, mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as server:
        use(settings, server.port)
        yield server


def use(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 0.5
    settings.SITE_URL = "https://refunds.example.com"


def mail_to(reader: User) -> Notice:
    return Notice.objects.get(recipient=reader, channel="mail")


def due_again() -> None:
    """Let time pass: what waits for another attempt is due."""
    waiting = Notice.objects.filter(next_try_at__isnull=False)
    waiting.update(next_try_at=timezone.now() - timedelta(seconds=1))


class TestAMail:
    def test_takes_no_header_from_a_name(self, server: MailServer) -> None:
        name = "CRM\r\nBcc: evil@example.com\r\n\r\n<b>Pay</b>"
        request = ask(buy(product=ProductFactory.create(name=name)))
        send_mails()
        assert server.mails
        for mail in server.mails:
            assert mail["Bcc"] is None
            assert "CRM Bcc: evil@example.com" in str(mail["Subject"])
            _text, html = (part.get_content() for part in mail.iter_parts())
            assert "&lt;b&gt;Pay&lt;/b&gt;" in html
        assert mail_to(request.buyer).sent_at

    def test_is_in_its_readers_language_and_leads_to_the_page(self, server: MailServer) -> None:
        request = ask(buy())
        User.objects.filter(pk=request.buyer_id).update(language="zh-hans")
        send_mails()
        [mail] = server.mails
        pk = mail_to(request.buyer).pk
        assert mail["To"] == request.buyer.email
        assert mail["Subject"] == f"已提交退款申请：{request.instance.product.name}"
        assert mail["Message-ID"] == f"<notice.{pk}@refunds.example.com>"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["List-Id"] == "<notices.refunds.example.com>"
        text, html = (part.get_content() for part in mail.iter_parts())
        for part in (text, html):
            assert request.vendor.name in part
            assert f"https://refunds.example.com/inbox/{pk}/" in part
            assert "https://refunds.example.com/inbox/preferences/" in part
        assert "<b>查看申请</b>" in html

    def test_is_in_english_for_those_who_were_never_here(self, server: MailServer) -> None:
        ask()
        send_mails()
        assert server.mails[0]["Subject"].endswith("requested")

    def test_leads_its_reader_on_once_signed_in(self, server: MailServer) -> None:
        request = ask(buy())
        send_mails()
        client = Client()
        link = reverse("notice", args=[mail_to(request.buyer).pk])
        assert reverse("account_login") in client.get(link)["Location"]
        client.force_login(request.buyer)
        assert client.get(link)["Location"] == reverse("refund", args=[request.pk])

    def test_is_sent_once(self, server: MailServer) -> None:
        for _ in range(3):
            tell(make_user())
        send_mails()
        send_mails()
        assert len(server.mails) == 3
        assert Notice.objects.filter(sent_at__isnull=False, next_try_at=None).count() == 3
        assert server.connections == 1

    def test_to_a_closed_account_is_never_sent(self, server: MailServer) -> None:
        closed, open_one = make_user(), make_user()
        tell(closed)
        tell(open_one)
        User.objects.filter(pk=closed.pk).update(is_active=False)
        send_mails()
        User.objects.filter(pk=closed.pk).update(is_active=True)
        due_again()
        send_mails()
        assert [mail["To"] for mail in server.mails] == [open_one.email]
        assert mail_to(closed).sent_at is None
        assert mails(timezone.now()) == "ok"

    def test_that_cannot_be_written_does_not_stop_the_others(
        self, server: MailServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        broken, sound = make_user(), make_user()
        tell(broken)
        tell(sound)
        User.objects.filter(pk=broken.pk).update(email="a\n@example.com")
        send_mails()
        assert [mail["To"] for mail in server.mails] == [sound.email]
        assert mail_to(broken).error.startswith("ValueError")


class TestAServer:
    def test_that_refuses_one_reader_gets_the_mails_of_the_others(
        self, server: MailServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        readers = [make_user() for _ in range(3)]
        for reader in readers:
            tell(reader)
        server.refused = {readers[1].email}
        send_mails()
        assert {mail["To"] for mail in server.mails} == {readers[0].email, readers[2].email}
        refused = mail_to(readers[1])
        assert (refused.attempts, refused.sent_at) == (1, None)
        assert "No such user here" in refused.error
        # The log gets no addresses.
        assert readers[1].email not in caplog.text
        server.refused = set()
        due_again()
        send_mails()
        assert len(server.mails) == 3
        assert mail_to(readers[1]).error == ""

    def test_that_is_down_is_asked_once_and_costs_no_mail_an_attempt(
        self, settings: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        with mail_server() as gone:
            use(settings, gone.port)
        readers = [make_user() for _ in range(5)]
        for reader in readers:
            tell(reader)
        with caplog.at_level(logging.WARNING, "notices.tasks"):
            send_mails()
        assert [record.name for record in caplog.records].count("notices.tasks") == 1
        assert {mail_to(reader).attempts for reader in readers} == {0}
        with mail_server() as back:
            use(settings, back.port)
            send_mails()
        assert len(back.mails) == 5

    def test_that_hangs_holds_up_one_mail_and_ends_the_run(self, server: MailServer) -> None:
        readers = [make_user() for _ in range(3)]
        for reader in readers:
            tell(reader)
        server.answers.clear()
        send_mails()
        assert sorted(mail_to(reader).attempts for reader in readers) == [0, 0, 1]
        server.answers.set()
        send_mails()
        due_again()
        send_mails()
        # At least once: the one that it took in and never confirmed came twice, known by its id.
        assert len(server.mails) == 4
        assert len({mail["Message-ID"] for mail in server.mails}) == 3

    def test_that_hangs_up_ends_the_run(self, server: MailServer) -> None:
        tell(make_user())
        tell(make_user())
        server.hangs_up = True
        send_mails()
        assert sorted(Notice.objects.filter(channel="mail").values_list("attempts")) == [
            (0,),
            (1,),
        ]
        with opened() as send, pytest.raises(SMTPServerDisconnected):
            commands.send_next(send=send, now=timezone.now())


class TestTheLastAttempt:
    @pytest.fixture
    def given_up(self, server: MailServer) -> Notice:
        reader = make_user()
        tell(reader)
        server.refused = {reader.email}
        for _ in range(len(AGAIN_AFTER) + 1):
            assert mail_to(reader).given_up_at is None
            due_again()
            send_mails()
        return mail_to(reader)

    def test_leaves_the_mail_to_an_operator(self, server: MailServer, given_up: Notice) -> None:
        assert (given_up.given_up_at is None, given_up.next_try_at) == (False, None)
        assert mails(timezone.now()) == "1 mails were given up"
        server.refused = set()
        send_mails()
        assert server.mails == []
        operator = make_user(operator=True)
        client = Client()
        client.force_login(operator)
        url = reverse("admin:notices_notice_changelist")
        found = client.get(url, {"mail": "given_up"}).content.decode()
        assert f"/{given_up.pk}/change/" in found
        assert "No such user here" in found
        chosen = {"action": "try_again", "_selected_action": [given_up.pk]}
        answer = client.post(url, chosen, follow=True)
        assert "1 mail is tried again." in answer.content.decode()
        again = client.post(url, chosen, follow=True)
        assert "has not been given up" in again.content.decode()
        send_mails()
        assert len(server.mails) == 1
        assert mails(timezone.now()) == "ok"

    def test_is_undone_by_operators_only(self, given_up: Notice) -> None:
        with pytest.raises(NotFound):
            commands.try_again(
                notice_ids=[given_up.pk], actor=given_up.recipient, now=timezone.now()
            )


def test_mails_that_do_not_leave_are_told_to_whoever_watches() -> None:
    tell(make_user())
    assert mails(NOW) == "ok"
    assert mails(NOW + timedelta(hours=1)).startswith("oldest mail has waited for")


def test_two_runs_never_send_at_once(server: MailServer) -> None:
    tell(make_user())
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('notices.send_mails', 0))")
            send_mails()
            assert server.mails == []
    finally:
        other.close()
    send_mails()
    assert len(server.mails) == 1
