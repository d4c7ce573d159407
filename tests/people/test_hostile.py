"""Hostile input gets a clear answer, never a 500."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from refunds_portal.wsgi import application
from tests.factories import make_user

pytestmark = pytest.mark.django_db


SITE = "http://testserver"


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
