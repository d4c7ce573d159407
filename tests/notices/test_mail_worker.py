"""A real worker mails after the commit; killed between sending and noting it, it sends again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from notices.models import Notice
from tests.factories import ask, buy
from tests.processes import TimedWork, timed_work
from tests.smtp import MailServer, mail_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def work(server: MailServer, transactional_db: None) -> Iterator[TimedWork]:
    with timed_work(EMAIL_URL=server.url) as work:
        yield work


def test_a_mail_leaves_after_the_commit_without_waiting_for_beat(
    work: TimedWork, server: MailServer
) -> None:
    work.start_worker()
    request = ask(buy(at=timezone.now()), at=timezone.now())
    work.wait_until(lambda: bool(server.got(request.buyer.email)), "the buyer has a mail")


def test_a_worker_that_is_killed_before_it_notes_a_mail_sends_it_again(
    work: TimedWork, server: MailServer
) -> None:
    server.answers.clear()
    worker = work.start_worker()
    request = ask(buy(at=timezone.now()), at=timezone.now())
    mail = Notice.objects.get(recipient=request.buyer, channel="mail")
    work.wait_until(lambda: bool(server.mails), "the server has taken the mail in")
    work.kill(worker)
    mail.refresh_from_db()
    assert (mail.sent_at, mail.attempts) == (None, 1)
    server.answers.set()
    Notice.objects.filter(pk=mail.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))
    work.start_worker()
    work.start_beat()

    def is_sent() -> bool:
        return Notice.objects.filter(pk=mail.pk, sent_at__isnull=False).exists()

    work.wait_until(is_sent, "another worker has sent and noted it")
    first, second = server.got(request.buyer.email)
    assert first["Message-ID"] == second["Message-ID"]
