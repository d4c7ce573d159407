"""Pages of trouble: each in our look, in the reader's language, with a way on; never a 500."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse
from django.utils import timezone

from people.models import User
from refunds.models import RefundRequest
from refunds_portal import urls
from refunds_portal.wsgi import application
from tests.factories import ask, buy, make_user

pytestmark = pytest.mark.django_db

LANGUAGES = {"en": "en-US,en;q=0.9", "zh-hans": "zh-CN,zh;q=0.9"}
SITE = "http://testserver"


@pytest.fixture(params=LANGUAGES, ids=list(LANGUAGES))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visitor(language: str) -> Client:
    """A browser in the language, that sees what a reader sees when a view breaks."""
    return Client(raise_request_exception=False, headers={"Accept-Language": LANGUAGES[language]})


@pytest.fixture
def reader(visitor: Client) -> Client:
    visitor.force_login(make_user())
    return visitor


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


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every address of the portal's own that takes nothing from the path, and some that do."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith(("admin/", "api/")):
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            filled = re.sub(r"<int:[^>]*>", "99999999999999999999999", route)
            filled = re.sub(r"<[^>]*>", "x", filled)
            if not re.search(r"[\\^(]", filled):
                yield "/" + filled.removesuffix("$")


HOSTILE_QUERIES = [
    "q=%00",
    "q=a%00b&after=%00",
    "next=%00",
    "q=%ff%fe&state=%c3%28",
    "q=%ed%a0%80",
    "after=%ff",
    "after=AAAA&before=AAAA",
    "after=" + "W" * 5_000,
    "after=W251bGxd",
    "page=-1&state=%F0%9F%92%A9&from=9999-99-99&to=0000-00-00",
    "&&&===;;;",
    "q=" + "%25" * 4_000,
    "next=https://evil.example/&next=//evil.example",
    "email=%22%3E%3Cscript%3E",
]
HOSTILE_PATHS = [
    "/%00/",
    "/purchases/%00/",
    "/static/%00",
    "/static/..%2f..%2fmanage.py",
    "/%ff%fe/",
    "/purchases/%c3%28/",
    "/refunds/99999999999999999999999/",
    "/refunds/-1/",
    "/%2e%2e/%2e%2e/etc/passwd",
    "//evil.example/",
    "/accounts/confirm-email/x:y:z/",
    "/accounts/password/reset/key/zzzzzzzzzzzzzzzzzzzz-x/",
    "/accounts/password/reset/key/zzzzzzzzzzz-%00/",
    "/accounts/sessions/99999999999999999999999/end/",
    "/" + "a" * 20_000 + "/",
    "/\N{PILE OF POO}/",
]
HOSTILE_HEADERS: list[dict[str, str]] = [
    {"Accept-Language": "x" * 10_000},
    {"Accept-Language": "zh-\x00;q=banana, *;q=-1"},
    {"Accept": "\xff;;;q=x"},
    {"Content-Type": ";;;=;="},
    {"Content-Length": "banana"},
    {"Host": "testserver:port"},
    {"Host": "[::1"},
    {"Host": ""},
    {"Referer": "http://[::1"},
    {"HX-Request": "true", "HX-Current-URL": "http://[::1"},
    {"HX-Current-URL": "%00", "HX-Current-URL-URI-AutoEncoded": "true", "HX-Request": "true"},
    {"X-Forwarded-For": "banana, \xff"},
    {"X-Forwarded-Proto": "gopher"},
    {"If-Modified-Since": "banana"},
    {"If-None-Match": '"'},
    {"Range": "bytes=banana"},
    {"User-Agent": "\xff\xfe" + "x" * 10_000},
    {"X-Request-ID": "x" * 10_000},
]
HOSTILE_COOKIES = [
    r'sessionid="\000aaaaaaaaaaaa"',
    "sessionid=" + "x" * 5_000,
    "sessionid=\xff\xfe",
    r'csrftoken="\000"; messages="\000"; django_language="\000"',
    "messages=[[%22__json_message%22,0,25,%22x%22]]",
    "django_language=../../etc/passwd",
    "django_language=" + "zh-" * 2_000,
    ";;;===,,,",
    '"="="',
]


class TestHostileInput:
    """Whatever comes, the answer is a page or a refusal."""

    @pytest.fixture(params=["a visitor", "a reader"])
    def client(self, request: pytest.FixtureRequest) -> Client:
        client = Client(raise_request_exception=False)
        if request.param == "a reader":
            client.force_login(make_user())
        return client

    def test_no_query_breaks_a_page(self, client: Client) -> None:
        for address in addresses(get_resolver().url_patterns):
            for query in HOSTILE_QUERIES:
                answer = client.get(address, QUERY_STRING=query)
                assert answer.status_code < 500, (address, query)

    def test_no_path_breaks_the_site(self, client: Client) -> None:
        for address in HOSTILE_PATHS:
            for method in (client.get, client.post):
                answer = method(address)
                assert 300 <= answer.status_code < 500 or "evil" not in address
                assert answer.status_code < 500, address

    def test_no_header_breaks_a_page(self, client: Client) -> None:
        for headers in HOSTILE_HEADERS:
            for address in ("/", "/accounts/login/?next=/x/", "/refunds/?after=x", "/no/such/"):
                for method in (client.get, client.post):
                    answer = method(address, headers=headers)
                    assert answer.status_code < 500, (headers, address)

    @pytest.mark.parametrize("charset", ["zlib", "idna", "undefined", "utf-16", "banana", ""])
    def test_no_encoding_breaks_a_page(self, charset: str) -> None:
        environ = RequestFactory().get("/accounts/login/?next=/x/").environ
        environ["CONTENT_TYPE"] = f"text/plain; charset={charset}"
        said: list[str] = []
        application(environ, lambda status, headers: said.append(status))  # type: ignore[arg-type]
        assert said == ["200 OK"]

    def test_no_cookie_breaks_a_page(self, client: Client) -> None:
        kept = "; ".join(f"{m.key}={m.value}" for m in client.cookies.values())
        for cookie in HOSTILE_COOKIES:
            for address in ("/", "/accounts/login/", "/refunds/", "/rules/"):
                client.cookies.clear()
                answer = client.get(address, headers={"Cookie": f"{cookie}; {kept}"})
                assert answer.status_code < 500, (cookie, address)

    def test_no_answer_to_a_form_of_the_account_breaks_it(self, client: Client) -> None:
        junk = "\x00\N{PILE OF POO}" + "x" * 3_000
        fields = ("login", "password", "email", "next", "code", "oldpassword", "password1")
        for name in (
            "account_login",
            "account_logout",
            "account_reset_password",
            "account_email",
            "account_change_password",
            "account_reauthenticate",
            "mfa_activate_totp",
            "set_language",
        ):
            for extra in ("action_add", "action_send", "action_remove", "language"):
                answer = client.post(reverse(name), dict.fromkeys((*fields, extra), junk))
                assert answer.status_code < 500, (name, extra)

    def test_a_cookie_that_cannot_be_read_does_not_lock_anybody_out(self) -> None:
        client = Client()
        client.force_login(make_user())
        session = client.cookies["sessionid"].value
        client.cookies.clear()
        cookies = rf'theme="\000"; sessionid={session}'
        assert client.get("/refunds/", headers={"Cookie": cookies}).status_code == 200


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
