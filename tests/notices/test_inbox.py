"""The inbox and the mail preferences, as their reader sees them (R16)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from notices.models import Notice, Unwanted
from notices.queries import unread_count
from people.models import Role, User
from tests.factories import NOW, ask, buy, make_member, make_user
from tests.notices.test_telling import tell

pytestmark = pytest.mark.django_db

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}


def signed_in(user: User, **kwargs: object) -> Client:
    client = Client(**kwargs)  # type: ignore[arg-type]
    client.force_login(user)
    return client


def page(client: Client, query: str = "") -> str:
    return client.get(reverse("inbox") + query).content.decode()


def test_a_notice_is_read_in_the_language_of_the_reading() -> None:
    request = ask(buy())
    assert "requested" in page(signed_in(request.buyer))
    chinese = page(signed_in(request.buyer, headers=CHINESE))
    assert f"已提交退款申请：{request.instance.product.name}" in chinese
    assert "站内信" in chinese


def test_opening_leads_to_the_page_and_marks_it_as_read() -> None:
    request = ask(buy())
    client = signed_in(request.buyer)
    assert "1<span" in page(client)
    [link] = set(re.findall(r'href="(/inbox/\d+/)"', page(client)))
    assert client.head(link).status_code == 302
    answer = client.get(link)
    assert answer["Location"] == reverse("refund", args=[request.pk])
    assert client.get(link, follow=True).status_code == 200
    assert unread_count(request.buyer) == 0
    assert "told-unread" not in page(client)


def test_the_newest_is_first_and_pages_go_on_by_key() -> None:
    reader = make_user()
    for n in range(25):
        tell(reader, key=f"refund:{n}")
    client = signed_in(reader)
    first = page(client)
    ids = [int(pk) for pk in re.findall(r'<a href="/inbox/(\d+)/">', first)]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 20
    [following] = re.findall(r'href="(\?after=[^"]+)"', first)
    assert len(set(re.findall(r'<a href="/inbox/(\d+)/">', page(client, following)))) == 5


def test_the_unread_are_shown_alone() -> None:
    reader = make_user()
    tell(reader, key="refund:1")
    Notice.objects.filter(channel="inbox").update(read_at=NOW)
    tell(reader, key="refund:2")
    client = signed_in(reader)
    assert page(client).count("told-item") == 2
    assert page(client, "?show=unread").count("told-item") == 1


def test_all_are_marked_as_read_but_what_came_meanwhile() -> None:
    reader = make_user()
    tell(reader, key="refund:1")
    client = signed_in(reader)
    [up_to] = re.findall(r'name="up_to" value="(\d+)"', page(client))
    tell(reader, key="refund:2")
    answer = client.post(reverse("mark_read"), {"up_to": up_to}, follow=True)
    assert "1 notice is marked as read." in answer.content.decode()
    assert unread_count(reader) == 1


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 19, "9" * 40, "9" * 5_000, "²"])
def test_a_mark_that_nobody_offered_marks_nothing(up_to: str) -> None:
    reader = make_user()
    tell(reader)
    assert signed_in(reader).post(reverse("mark_read"), {"up_to": up_to}).status_code == 404
    assert unread_count(reader) == 1


def test_an_empty_inbox_says_so_and_has_nothing_to_mark() -> None:
    empty = page(signed_in(make_user()))
    assert "No notices yet" in empty
    assert reverse("mark_read") not in empty


def test_what_may_no_longer_be_seen_is_not_found() -> None:
    request = ask(buy())
    member = make_member(request.vendor)
    cancelled = ask(buy(product=request.instance.product))
    assert cancelled.vendor == request.vendor
    notice = Notice.objects.get(recipient=member, channel="inbox")
    client = signed_in(member)
    assert client.get(reverse("notice", args=[notice.pk]), follow=True).status_code == 200
    member.memberships.all().delete()
    assert client.get(reverse("notice", args=[notice.pk]), follow=True).status_code == 404


def test_every_page_tells_how_much_is_unread_with_one_query_more(
    django_assert_max_num_queries: object,
) -> None:
    reader = make_user()
    client = signed_in(reader)
    for n in range(120):
        tell(reader, key=f"refund:{n}")
    answer = client.get(reverse("purchases")).content.decode()
    assert re.search(r'class="inbox-count">99\+<', answer)


class TestPreferences:
    def choose(self, user: User, **chosen: object) -> None:
        answer = signed_in(user).post(reverse("mail_preferences"), chosen)
        assert answer.status_code == 302

    def test_are_kept_and_shown(self) -> None:
        reader = make_user()
        self.choose(reader, as_buyer=["refund_credited"])
        unwanted = {u.kind for u in Unwanted.objects.all()}
        assert "refund_submitted" in unwanted
        assert "refund_credited" not in unwanted
        form = signed_in(reader).get(reverse("mail_preferences")).content.decode()
        assert re.findall(r'value="(\w+)"[^>]* checked', form) == ["refund_credited"]
        self.choose(reader, as_buyer=["refund_credited", "refund_submitted"])
        assert not Unwanted.objects.filter(kind="refund_submitted").exists()

    def test_offer_a_vendors_news_only_to_those_who_act_for_one(self) -> None:
        words = "Request withdrawn by the buyer"
        member = make_member(buy().vendor, Role.HANDLER)
        for user, offered in ((make_user(), False), (member, True)):
            form = signed_in(user).get(reverse("mail_preferences")).content.decode()
            assert (words in form) is offered

    def test_of_a_vendors_news_outlive_a_time_without_a_vendor(self) -> None:
        member = make_member(buy().vendor)
        self.choose(member, as_buyer=["refund_credited", "refund_submitted"], as_vendor=[])
        kept = set(Unwanted.objects.values_list("kind", flat=True))
        assert "request_cancelled" in kept
        member.memberships.all().delete()
        self.choose(member, as_buyer=[])
        assert kept < set(Unwanted.objects.values_list("kind", flat=True))

    @pytest.mark.parametrize("kind", ["refund_approved_by_vendor", "request_cancelled", "gossip"])
    def test_refuse_what_was_not_offered(self, kind: str) -> None:
        answer = signed_in(make_user()).post(reverse("mail_preferences"), {"as_buyer": [kind]})
        assert answer.status_code == 422
        assert not Unwanted.objects.exists()
