"""Pages of trouble: each in our look, in the reader's language, with a way on; never a 500."""

import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from people.models import User
from refunds.models import RefundRequest
from refunds_portal import urls
from tests.factories import ask, buy, make_user
from tests.people.conftest import LANGUAGES

pytestmark = pytest.mark.django_db

SITE = "http://testserver"


@login_not_required
def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a view broke")


@login_not_required
def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@login_not_required
def takes_a_form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("field", ""))


class Troublesome:
    """The portal's addresses, and some that go wrong."""

    urlpatterns = [
        *urls.urlpatterns,
        path("breaks/", breaks),
        path("forbids/", forbids),
        path("form/", takes_a_form),
    ]
    handler400 = urls.handler400
    handler403 = urls.handler403
    handler404 = urls.handler404
    handler500 = urls.handler500


@pytest.fixture
def troublesome(settings: object) -> None:
    settings.ROOT_URLCONF = Troublesome  # type: ignore[attr-defined]


def check(answer: HttpResponseBase, status: int, language: str) -> str:
    """The page, after what is true of every page of trouble."""
    assert answer.status_code == status
    assert isinstance(answer, HttpResponse)
    html = answer.content.decode()
    assert f'<html lang="{language}"' in html
    assert "portal.css" in html
    assert len(re.findall("<h1>[^<]+</h1>", html)) == 1
    assert re.search(r'<a class="btn[^"]*" href="/">', html)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    return html


class TestEveryTroubleHasItsPage:
    def test_no_such_page(self, visitor: Client, language: str) -> None:
        check(visitor.get("/no/such/page/"), 404, language)

    def test_another_s_request_is_no_such_page(self, reader: Client, language: str) -> None:
        theirs = ask(buy(at=timezone.now()), at=timezone.now())
        check(reader.get(reverse("refund", args=[theirs.pk])), 404, language)

    def test_not_allowed(self, reader: Client, language: str) -> None:
        html = check(reader.get(reverse("admin:index"), follow=True), 403, language)
        assert reverse("account_logout") in html

    def test_forbidden_by_a_view(self, visitor: Client, language: str, troublesome: None) -> None:
        check(visitor.get("/forbids/"), 403, language)

    def test_a_view_that_breaks(self, visitor: Client, language: str, troublesome: None) -> None:
        check(visitor.get("/breaks/"), 500, language)

    def test_the_page_about_our_fault_asks_no_database(
        self, visitor: Client, troublesome: None, django_assert_num_queries: object
    ) -> None:
        with django_assert_num_queries(0):  # type: ignore[operator]
            visitor.get("/breaks/")

    def test_a_host_that_is_not_ours(self, visitor: Client, language: str) -> None:
        check(visitor.get("/", headers={"Host": "evil.example"}), 400, language)

    def test_a_body_that_is_too_large(
        self, visitor: Client, language: str, troublesome: None
    ) -> None:
        body = "field=" + "x" * 3_000_000
        answer = visitor.post("/form/", body, content_type="application/x-www-form-urlencoded")
        html = check(answer, 400, language)
        if language == "en":
            assert "That was too large" in html

    def test_too_many_fields(self, visitor: Client, language: str, troublesome: None) -> None:
        body = "&".join(f"f{n}=1" for n in range(2_000))
        answer = visitor.post("/form/", body, content_type="application/x-www-form-urlencoded")
        check(answer, 400, language)

    def test_a_form_that_breaks_off(
        self, visitor: Client, language: str, troublesome: None
    ) -> None:
        answer = visitor.post("/form/", b"--x\r\n", content_type="multipart/form-data; boundary=")
        check(answer, 400, language)

    def test_a_button_s_address_typed_in_by_hand(self, reader: Client, language: str) -> None:
        answer = reader.get(reverse("end_session", args=[1]))
        check(answer, 405, language)
        assert answer["Allow"] == "POST"

    def test_a_machine_gets_no_page_with_its_405(self, reader: Client) -> None:
        answer = reader.post(reverse("refunds"), headers={"Accept": "application/json"})
        assert answer.status_code == 405
        assert not answer.content


class TestTheBarOfAPageOfTrouble:
    """Somebody signed in finds the way on in the usual place, if it can be had."""

    def bar(self, answer: HttpResponseBase) -> list[str]:
        assert isinstance(answer, HttpResponse)
        return re.findall(r'<a class="nav-link[^"]*" href="([^"]+)"', answer.content.decode())

    def test_a_reader_keeps_it(self, reader: Client, language: str, troublesome: None) -> None:
        for answer, status in (
            (reader.get("/no/such/page/"), 404),
            (reader.get("/forbids/"), 403),
            (reader.get(reverse("end_session", args=[1])), 405),
        ):
            check(answer, status, language)
            assert reverse("purchases") in self.bar(answer)
            assert reverse("account") in self.bar(answer)

    def test_a_stale_form_keeps_it(self, language: str) -> None:
        client = Client(enforce_csrf_checks=True, headers={"Accept-Language": LANGUAGES[language]})
        client.force_login(make_user())
        answer = client.post(reverse("account_change_password"), {})
        check(answer, 403, language)
        assert reverse("purchases") in self.bar(answer)

    def test_a_visitor_and_a_page_about_our_fault_have_none(
        self, visitor: Client, reader: Client, troublesome: None
    ) -> None:
        assert self.bar(Client().get("/no/such/page/")) == []
        assert self.bar(reader.get("/breaks/")) == []

    @pytest.mark.parametrize(
        ("lost", "status"),
        [
            ("people_invitation", 404),
            ("people_membership", 404),
            ("people_user", 500),
            ("django_session", 500),
        ],
    )
    def test_a_page_comes_without_it_when_the_database_fails(
        self, reader: Client, language: str, lost: str, status: int
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {lost} RENAME TO lost")
        answer = reader.get("/no/such/page/")
        check(answer, status, language)
        # No page of trouble shows invitations, so it does without that table.
        assert bool(self.bar(answer)) == (lost == "people_invitation")


class TestAStaleForm:
    @pytest.fixture
    def strict(self, language: str) -> Client:
        return Client(enforce_csrf_checks=True, headers={"Accept-Language": LANGUAGES[language]})

    def test_it_leads_back_to_its_page(self, strict: Client, language: str) -> None:
        form = SITE + reverse("account_login") + "?next=/refunds/"
        answer = strict.post(
            reverse("account_login"), {"login": "a@example.com"}, headers={"Referer": form}
        )
        html = check(answer, 403, language)
        assert 'href="/accounts/login/?next=/refunds/"' in html

    @pytest.mark.parametrize(
        "referer",
        [
            "",
            "https://evil.example/form/",
            "http://testserver//evil.example/",
            "http://[::1",
            "javascript:alert(1)",
            "http://testserver/\t//evil.example",
            'http://testserver/"><script>alert(1)</script>',
        ],
    )
    def test_it_leads_nowhere_else(self, strict: Client, language: str, referer: str) -> None:
        answer = strict.post(reverse("account_login"), {}, headers={"Referer": referer})
        html = check(answer, 403, language)
        assert "evil.example" not in html
        assert "<script" not in html
        assert "javascript:" not in html

    def test_what_was_open_before_signing_in_elsewhere_changes_nothing(
        self, strict: Client, language: str
    ) -> None:
        instance = buy(at=timezone.now())
        strict.force_login(instance.buyer)
        url = reverse("request_refund", args=[instance.resource_id])
        strict.get(url)
        answers = {"reason": "other", "acknowledged": "on", "csrfmiddlewaretoken": "x" * 64}
        html = check(strict.post(url, answers, headers={"Referer": SITE + url}), 403, language)
        assert f'href="{url}"' in html
        assert not RefundRequest.objects.exists()


class TestASessionThatHasEnded:
    @pytest.fixture
    def buyer(self) -> User:
        return make_user()

    @pytest.fixture
    def ended(self, buyer: User) -> Client:
        """A browser that still holds the cookie of a session that was ended elsewhere."""
        client = Client()
        client.force_login(buyer)
        client.session.delete()
        return client

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_dialog_leads_to_the_sign_in_and_back_to_the_page_around_it(
        self, ended: Client, buyer: User, method: str
    ) -> None:
        instance = buy(buyer=buyer, at=timezone.now())
        around = reverse("purchases") + "?q=a%20b"
        answer = getattr(ended, method)(
            reverse("request_refund", args=[instance.resource_id]),
            headers={"HX-Request": "true", "HX-Current-URL": SITE + around},
        )
        assert answer.status_code == 200
        assert not answer.content
        sign_in = answer["HX-Redirect"]
        assert sign_in.startswith(reverse("account_login") + "?next=")
        html = ended.get(sign_in).content.decode()
        assert 'name="next" value="/purchases/?q=a%20b"' in html
        said = "nothing was changed" if method == "post" else "Your session has ended."
        assert said in html

    def test_a_form_is_not_sent_and_says_so(self, ended: Client, buyer: User) -> None:
        instance = buy(buyer=buyer, at=timezone.now())
        url = reverse("request_refund", args=[instance.resource_id])
        answer = ended.post(
            url, {"reason": "other", "acknowledged": "on"}, headers={"Referer": SITE + url}
        )
        assert answer["Location"] == f"{reverse('account_login')}?next={url}"
        assert "nothing was changed" in ended.get(answer["Location"]).content.decode()
        assert not RefundRequest.objects.exists()

    def test_a_button_whose_address_is_no_page_leads_to_the_page_that_has_it(
        self, ended: Client
    ) -> None:
        answer = ended.post(
            reverse("end_session", args=[1]),
            headers={"Referer": SITE + reverse("usersessions_list")},
        )
        assert answer["Location"].endswith(f"?next={reverse('usersessions_list')}")

    def test_a_page_says_why_the_sign_in_is_there_once(self, ended: Client) -> None:
        assert "Your session has ended." in ended.get("/refunds/", follow=True).content.decode()
        assert "Your session has ended." not in ended.get("/refunds/", follow=True).content.decode()

    def test_who_was_never_here_is_told_nothing(self) -> None:
        html = Client().get("/refunds/", follow=True).content.decode()
        assert "Your session has ended." not in html

    @pytest.mark.parametrize(
        "address", ["https://evil.example/x/", "http://[::1", "//evil.example", "%ff", "\udcff"]
    )
    def test_no_header_leads_to_another_site(self, ended: Client, address: str) -> None:
        answer = ended.post("/refunds/", headers={"HX-Request": "true", "HX-Current-URL": address})
        assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=/"


class TestDecidedMeanwhile:
    def test_the_buyer_who_withdraws_too_late_learns_what_happened(self) -> None:
        from datetime import timedelta

        bought = timezone.now() - timedelta(days=3, hours=2)
        made = ask(buy(at=bought), at=bought + timedelta(hours=1))
        client = Client()
        client.force_login(made.instance.buyer)
        answer = client.post(reverse("cancel_refund", args=[made.pk]), follow=True)
        html = answer.content.decode()
        assert "The deadline has passed: this request was approved automatically." in html
        assert answer.redirect_chain[-1][0] == reverse("refund", args=[made.pk])
