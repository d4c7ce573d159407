"""What the templates of every app are made of: icons, times, navigation, form controls."""

import json
import secrets
from datetime import date, datetime, time, timedelta

from django import template
from django.forms import BoundField, CheckboxInput, Select
from django.template.base import NodeList, Parser, Token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

register = template.Library()

CAP = 10_000
NOTHING = "\N{EM DASH}"
MINUS = "\N{MINUS SIGN}"
HIDDEN = SafeString('aria-hidden="true"')


# --- icons, titles, navigation


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The symbol `name` of static/icons.svg; decoration, unless `label` says what it means."""
    meaning = format_html('role="img" aria-label="{}"', label) if label else HIDDEN
    return format_html(
        '<svg class="icon icon-{}" {} focusable="false"><use href="{}#{}"></use></svg>',
        name,
        meaning,
        static("icons.svg"),
        name,
    )


class CaptureNode(template.Node):
    """Keeps what is rendered inside as a variable."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        # Escaped already, piece by piece; strip would forget that it is.
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return SafeString()


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """`{% capture as name %}…{% endcapture %}`: lets one block stand in two places of a page."""
    words = token.split_contents()
    if len(words) != 3 or words[1] != "as":
        raise template.TemplateSyntaxError("write {% capture as name %}")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, words[2])


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(
    context: template.Context, url_name: str, label: str, icon_name: str
) -> dict[str, object]:
    """A link of the main navigation, marked as current on its page and the pages below it."""
    url = reverse(url_name)
    request = context.get("request")
    return {
        "url": url,
        "label": label,
        "icon": icon_name,
        "current": request is not None and request.path.startswith(url),
    }


@register.simple_tag
def unique_id(prefix: str = "id") -> str:
    """An id that no other element has, neither on this page nor in a fragment put into it."""
    return f"{prefix}-{secrets.token_hex(4)}"


@register.simple_tag
def capped_count(count: int) -> str:
    """How many, as far as anybody counted: 12, 3,400, 10,000+."""
    return f"{count:,}" if count <= CAP else f"{CAP:,}+"


# --- times


@register.simple_tag
def moment(at: datetime | None) -> str:
    """An absolute time with its zone, the same in every language: 2026-11-26 09:37 (UTC+8)."""
    if at is None:
        return NOTHING
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}"><span class="text-nowrap">{}</span> ({})</time>',
        local.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M}",
        utc_offset(local),
    )


@register.simple_tag
def end_of(at: datetime | None) -> str:
    """The first moment after something, told as its end: midnight is 24:00 of the day before."""
    if at is None:
        return NOTHING
    local = timezone.localtime(at)
    if local.time() != time.min:
        return moment(at)
    return format_html(
        '<time datetime="{}"><span class="text-nowrap">{} 24:00</span> ({})</time>',
        local.isoformat(timespec="seconds"),
        f"{local - timedelta(days=1):%Y-%m-%d}",
        utc_offset(local),
    )


@register.simple_tag
def natural_date(day: date | None) -> str:
    """A natural day, as the reader's language writes it: Nov. 26, 2026 or 2026年11月26日.

    An aware time counts as the day that it falls on in the current time zone.
    """
    if day is None:
        return NOTHING
    local = timezone.localtime(day).date() if isinstance(day, datetime) else day
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(), date_format(local, "DATE_FORMAT")
    )


@register.simple_tag
def countdown(at: datetime | None) -> str:
    """The time left until `at`, or gone since: in 2 days 3 hours. The page keeps it ticking."""
    if at is None:
        return NOTHING
    local = timezone.localtime(at)
    return format_html(
        '<time class="countdown" datetime="{}" data-countdown>{}</time>',
        local.isoformat(timespec="seconds"),
        remaining(local - timezone.now()),
    )


@register.simple_tag
def countdown_words() -> str:
    """The words in which portal.js tells the remaining time, as JSON: one and many of a unit."""
    one, many = unit_words(1), unit_words(2)
    return json.dumps({unit: [one[unit], many[unit]] for unit, _ in UNITS} | frame_words())


UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def remaining(left: timedelta) -> str:
    """Time until something (negative: since), in the two largest units; portal.js agrees."""
    seconds = int(left.total_seconds())
    frames = frame_words()
    if not seconds:
        return frames["now"]
    rest, parts = abs(seconds), []
    for unit, length in UNITS:
        count, rest = divmod(rest, length)
        parts.append((unit, count))
    first = next(i for i, (_, count) in enumerate(parts) if count)
    span = " ".join(
        unit_words(count)[unit] % {"count": count} for unit, count in parts[first:][:2] if count
    )
    return frames["future" if seconds > 0 else "past"] % {"span": span}


def unit_words(count: int) -> dict[str, str]:
    """How the reader's language counts `count` of each unit of time."""
    return {
        "day": ngettext("%(count)d day", "%(count)d days", count),
        "hour": ngettext("%(count)d hour", "%(count)d hours", count),
        "minute": ngettext("%(count)d minute", "%(count)d minutes", count),
        "second": ngettext("%(count)d second", "%(count)d seconds", count),
    }


def frame_words() -> dict[str, str]:
    """How the reader's language places a span of time before or after now."""
    return {
        "future": gettext("in %(span)s"),
        "past": gettext("%(span)s ago"),
        "now": gettext("now"),
    }


@register.simple_tag
def time_zone() -> str:
    """The zone in which this page states times: Asia/Shanghai (UTC+8)."""
    return f"{timezone.get_current_timezone_name()} ({utc_offset(timezone.localtime())})"


def utc_offset(local: datetime) -> str:
    """How far an aware time's zone is from UTC: UTC+8, UTC−3:30, UTC."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else MINUS}{hours}" + (f":{rest:02}" if rest else "")


# --- forms


@register.filter
def control(field: BoundField) -> SafeString:
    """The form field's widget in the portal's look; a class that the form gave it is kept."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, Select):
        look = "form-select"
    else:
        look = "form-control"
    classes = (look, widget.attrs.get("class"), "is-invalid" if field.errors else None)
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})
