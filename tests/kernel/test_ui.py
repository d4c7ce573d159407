"""The building blocks of the pages: what they say, and that anybody can use them."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from kernel.templatetags import ui
from kernel.templatetags.money import money, signed_money
from people.models import Membership, User, Vendor

TEMPLATES = settings.BASE_DIR / "templates"
STATIC = settings.BASE_DIR / "static"
AT = datetime(2026, 11, 26, 1, 37, tzinfo=UTC)


@pytest.fixture(autouse=True)
def shanghai() -> Iterator[None]:
    """Pages state times in the marketplace's zone, in English unless a test says otherwise."""
    with timezone.override(ZoneInfo("Asia/Shanghai")), translation.override("en"):
        yield


def render(source: str, **context: object) -> str:
    return Template("{% load ui money %}" + source).render(Context(context))


def every_template() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "currency", "text"),
        [
            (0, "CNY", "¥0.00"),
            (1, "CNY", "¥0.01"),
            (123456, "CNY", "¥1,234.56"),
            (-123456, "CNY", "−¥1,234.56"),
            (100_000_000_00, "CNY", "¥100,000,000.00"),
            (123456, "USD", "USD 1,234.56"),
            (-5, "USD", "−USD 0.05"),
            (1234, "JPY", "JPY 1,234"),
            (1234, "KWD", "KWD 1.234"),
            (None, "CNY", "—"),
        ],
    )
    def test_minor_units_read_as_an_amount(
        self, amount: int | None, currency: str, text: str
    ) -> None:
        assert render("{{ a|money:c }}", a=amount, c=currency) == text

    @pytest.mark.parametrize(
        ("amount", "text"), [(5, "+¥0.05"), (-5, "−¥0.05"), (0, "¥0.00"), (None, "—")]
    )
    def test_a_statement_shows_the_direction(self, amount: int | None, text: str) -> None:
        assert signed_money(amount, "CNY") == text

    @pytest.mark.parametrize("amount", [1.0, "1", True])
    def test_anything_but_whole_units_is_refused(self, amount: object) -> None:
        with pytest.raises(TypeError):
            money(amount, "CNY")  # type: ignore[arg-type]

    @given(st.integers(min_value=-(10**17), max_value=10**17))
    def test_no_unit_is_lost(self, amount: int) -> None:
        text = money(amount, "CNY")
        digits = int(re.sub(r"\D", "", text))
        assert (-digits if text.startswith("−") else digits) == amount


class TestTimes:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_a_moment_is_absolute_with_its_zone_in_every_language(self, language: str) -> None:
        with translation.override(language):
            html = ui.moment(AT)
        assert strip_tags(html) == "2026-11-26 09:37 (UTC+8)"
        assert 'datetime="2026-11-26T09:37:00+08:00"' in html

    def test_a_time_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="naive"):
            ui.moment(datetime(2026, 11, 26))  # noqa: DTZ001

    @pytest.mark.parametrize("tag", [ui.moment, ui.countdown, ui.natural_date])
    def test_no_time_is_a_dash(self, tag: object) -> None:
        assert tag(None) == "—"  # type: ignore[operator]

    @pytest.mark.parametrize(
        ("zone", "offset"),
        [
            ("UTC", "UTC"),
            ("Asia/Shanghai", "UTC+8"),
            ("Asia/Kolkata", "UTC+5:30"),
            ("America/St_Johns", "UTC−3:30"),
        ],
    )
    def test_an_offset_reads_as_people_write_it(self, zone: str, offset: str) -> None:
        assert ui.utc_offset(AT.astimezone(ZoneInfo(zone))) == offset

    @pytest.mark.parametrize(
        ("language", "text"), [("en", "Nov. 27, 2026"), ("zh-hans", "2026年11月27日")]
    )
    def test_a_time_belongs_to_the_natural_day_of_the_marketplace(
        self, language: str, text: str
    ) -> None:
        late = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
        with translation.override(language):
            assert ui.natural_date(late) == f'<time datetime="2026-11-27">{text}</time>'
            assert ui.natural_date(date(2026, 11, 27)) == ui.natural_date(late)

    @pytest.mark.parametrize(
        ("left", "text"),
        [
            (timedelta(days=2, hours=3, minutes=59), "in 2 days 3 hours"),
            (timedelta(days=1, minutes=59), "in 1 day"),
            (timedelta(hours=23, minutes=1), "in 23 hours 1 minute"),
            (timedelta(minutes=1, seconds=1), "in 1 minute 1 second"),
            (timedelta(seconds=59, microseconds=9), "in 59 seconds"),
            (timedelta(milliseconds=999), "now"),
            (timedelta(0), "now"),
            (timedelta(milliseconds=-999), "now"),
            (timedelta(seconds=-1), "1 second ago"),
            (timedelta(days=-3, hours=-2), "3 days 2 hours ago"),
        ],
    )
    def test_the_time_left_is_told_in_two_units(self, left: timedelta, text: str) -> None:
        assert ui.remaining(left) == text

    def test_a_countdown_can_be_read_by_people_and_scripts(self) -> None:
        text = ui.countdown(timezone.now() + timedelta(days=2, seconds=30))
        assert re.fullmatch(
            r'<time class="countdown" datetime="[^"]+\+08:00" data-countdown>in 2 days</time>', text
        )

    def test_the_script_has_every_word_of_the_countdown(self) -> None:
        words = json.loads(ui.countdown_words())
        assert words["hour"] == ["%(count)d hour", "%(count)d hours"]
        assert set(words) == {"day", "hour", "minute", "second", "future", "past", "now"}


class TestIcons:
    def test_every_icon_that_a_template_names_is_in_the_sprite(self) -> None:
        symbols = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
        for path in every_template():
            text = path.read_text()
            named = re.findall(r"""{% icon ["']([^"']+)["']""", text)
            named += re.findall(r"""\bicon=["']([^"']+)["']""", text)
            named += re.findall(r"""{% nav_link .* ["']([^"']+)["'] %}""", text)
            assert set(named) <= symbols, path

    def test_an_icon_is_decoration_unless_it_is_named(self) -> None:
        assert 'aria-hidden="true"' in ui.icon("x")
        assert 'role="img" aria-label="&lt;Close&gt;"' in ui.icon("x", "<Close>")


class Sample(forms.Form):
    """A form with one field of every kind."""

    reason = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A <b>"), ("b", "B")])
    ground = forms.ChoiceField(choices=[("", "-"), ("a", "A")], help_text="Why?")
    comment = forms.CharField(
        widget=forms.Textarea(attrs={"class": "tall"}), required=False, help_text="Optional."
    )
    understood = forms.BooleanField(label="I have read it")
    token = forms.CharField(widget=forms.HiddenInput, initial="t")

    def clean(self) -> None:
        raise forms.ValidationError("This cannot be.")


class TestForms:
    def test_a_control_is_tied_to_its_label_help_and_errors(self) -> None:
        html = str(Sample({}))
        assert '<label class="form-label required" for="id_ground">Ground</label>' in html
        select = re.search(r"<select[^>]*>", html)
        assert select is not None
        assert 'aria-describedby="id_ground_helptext id_ground_error"' in select[0]
        assert 'aria-invalid="true"' in select[0]
        assert 'id="id_ground_helptext"' in html
        assert 'id="id_ground_error"' in html

    def test_choices_are_a_group_with_a_legend(self) -> None:
        html = str(Sample({"reason": "b"})["reason"].as_field_group())
        assert '<legend class="form-label required">Reason</legend>' in html
        assert "A &lt;b&gt;" in html
        checked = re.findall(r"<input[^>]*checked[^>]*>", html)
        assert len(checked) == 1
        assert 'value="b"' in checked[0]

    def test_controls_look_like_the_portal_and_keep_their_own_class(self) -> None:
        form = Sample()
        assert 'class="form-select"' in ui.control(form["ground"])
        assert 'class="form-control tall"' in ui.control(form["comment"])
        assert 'class="form-check-input"' in ui.control(form["understood"])

    def test_a_form_shows_what_is_wrong_as_a_whole_and_keeps_hidden_fields(self) -> None:
        html = str(Sample({"token": "t"}))
        assert re.search(r'role="alert".*This cannot be\.', html, re.DOTALL)
        assert 'type="hidden" name="token" value="t"' in html


class TestAction:
    def test_a_possible_action_is_a_link_that_may_open_the_dialog(self) -> None:
        html = render(
            '{% include "components/action.html" with label="Refund" url="/r/" dialog=True %}'
        )
        assert html.strip() == (
            '<a class="btn" href="/r/" data-dialog aria-haspopup="dialog">Refund</a>'
        )

    def test_an_impossible_action_is_focusable_says_why_and_leads_to_help(self) -> None:
        html = render(
            '{% include "components/action.html" with label="Refund" reason=why help_url=url %}',
            why="Too <late>.",
            url="/rules/",
        )
        link = re.search(r"<a [^>]*>Refund</a>", html)
        assert link is not None
        assert 'href="/rules/"' in link[0]
        assert 'aria-disabled="true"' in link[0]
        assert " disabled" not in link[0]
        described = re.search(r'aria-describedby="([^"]+)"', link[0])
        assert described is not None
        assert f'id="{described[1]}">Too &lt;late&gt;.</span>' in html

    def test_two_actions_of_a_page_never_share_an_id(self) -> None:
        ids = {ui.unique_id("reason") for _ in range(1000)}
        assert len(ids) == 1000


class TestPages:
    def test_no_template_needs_what_the_content_security_policy_refuses(self) -> None:
        refused = re.compile(r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|\shx-on""")
        for path in every_template():
            assert not refused.search(path.read_text()), path

    @pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "500"])
    def test_a_page_about_an_error_needs_no_request_and_has_a_way_on(self, page: str) -> None:
        html = render_to_string(f"{page}.html")
        assert re.search(r"<title>[A-Z].* · Refund portal</title>", html)
        assert '<a class="btn btn-primary" href="/">' in html

    @pytest.mark.parametrize("state", ["pending", "approved", "credited", "rejected"])
    def test_a_state_is_told_by_word_and_colour(self, state: str) -> None:
        html = render('{% include "components/status_badge.html" with status=s only %}', s=state)
        assert f">{state.capitalize()}<" in html
        assert f".state-{state}" in (STATIC / "portal.css").read_text()

    def test_a_page_and_a_dialog_show_the_same_title_and_content(self) -> None:
        source = (
            "{% extends skeleton %}{% block title %}Tom & Co{% endblock %}"
            "{% block content %}<p>body</p>{% endblock %}"
        )
        request = RequestFactory().get("/")
        context = {"request": request, "user": AnonymousUser()}
        page = render_source(source, skeleton="base.html", **context)
        dialog = render_source(source, skeleton="dialog.html", **context)
        assert "<title>Tom & Co · Refund portal</title>" in page
        assert '<h1 class="page-title">Tom & Co</h1>' in page
        assert 'id="dialog-title" tabindex="-1" autofocus>Tom & Co</h2>' in dialog
        assert "<p>body</p>" in page
        assert "<p>body</p>" in dialog
        assert "<html" not in dialog
        assert "data-dialog-content" in dialog

    def test_a_captured_text_is_escaped_once(self) -> None:
        html = render("{% capture as x %} {{ name }} {% endcapture %}{{ x }}", name="<b>")
        assert html == "&lt;b&gt;"


@pytest.mark.django_db
class TestSigningIn:
    def test_the_page_names_the_product_and_offers_no_registration(self, client: Client) -> None:
        html = client.get(reverse("account_login")).content.decode()
        assert "Refund portal" in html
        assert reverse("account_signup") not in html

    def test_a_wrong_password_is_told_above_the_form(self, client: Client) -> None:
        answer = client.post(reverse("account_login"), {"login": "a@b.cn", "password": "x"})
        assert re.search(r'<div class="alert alert-danger" role="alert"', answer.content.decode())

    def test_the_language_can_be_switched_without_a_script(self, client: Client) -> None:
        page = reverse("account_login")
        html = client.get(page).content.decode()
        assert re.search(r'name="language" value="zh-hans" lang="zh-hans">.*简体中文', html)
        client.post(reverse("set_language"), {"language": "zh-hans", "next": page})
        assert '<html lang="zh-hans"' in client.get(page).content.decode()


def render_source(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def navigation(*, staff: bool, vendor: bool, bought: bool) -> list[str]:
    """The words of the main navigation for somebody."""
    user = User(email="a@example.com", full_name="Lin Yue", is_staff=staff)
    memberships = [Membership(user=user, vendor=Vendor(name="Lantern"))] if vendor else []
    html = render_to_string(
        "components/nav_links.html",
        {
            "request": RequestFactory().get("/refunds/1/"),
            "user": user,
            "memberships": memberships,
            "has_bought": bought,
        },
    )
    return re.findall(r"<span>([^<]+)</span>", html)


class TestNavigation:
    BUYER = ["Purchased products", "My refunds", "Tickets", "Transactions", "Invoice management"]

    VENDOR = [
        *("Refund requests", "Service delivery", "Tickets"),
        *("Invoices", "Earnings", "Members"),
    ]

    @pytest.mark.parametrize("bought", [True, False])
    def test_who_only_buys_has_the_console(self, bought: bool) -> None:
        assert navigation(staff=False, vendor=False, bought=bought) == self.BUYER

    def test_a_vendor_member_has_the_dashboard(self) -> None:
        assert navigation(staff=False, vendor=True, bought=False) == self.VENDOR

    def test_an_operator_has_the_admin(self) -> None:
        assert navigation(staff=True, vendor=False, bought=False) == ["Admin"]

    def test_who_bought_something_has_the_console_beside_it(self) -> None:
        assert navigation(staff=False, vendor=True, bought=True) == [*self.VENDOR, *self.BUYER]
        assert navigation(staff=True, vendor=False, bought=True) == [*self.BUYER, "Admin"]

    def test_the_pages_below_a_link_mark_it_as_current(self) -> None:
        request = RequestFactory().get("/refunds/1/")
        link = ui.nav_link(Context({"request": request}), "refunds", "My refunds", "clock")
        assert link["current"]
        other = ui.nav_link(Context({"request": request}), "purchases", "Purchases", "clock")
        assert not other["current"]
