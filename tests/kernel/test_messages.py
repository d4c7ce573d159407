"""Strings go from the sources to the .po files and from there to the pages."""

import gettext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from kernel.management.commands.make_messages import as_po, collect, merge

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy

# Translators: said to the buyer
TITLE = _("Refund request")
STATE = pgettext_lazy("invoice", "Pending")


def days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count)
"""

TEMPLATE = """{% load i18n ui %}
{# said by {% nobody %} "and 'not marked #}
<section class='it isn't'>
    {% if x %}
        <h1 title="{% translate 'A tab' %}">{% translate "It’s 100% sure" %}</h1>
      {% endif %}
    {% nav_link "refunds" _("My refunds") "receipt" %}
    {{ name|default:_("nobody") }}
    {% translate "Pending" context "invoice" %}
    {% blocktranslate count n=rows|length trimmed %}
        one row
    {% plural %}
        {{ n }} rows
    {% endblocktranslate %}
</section>
"""

PO = Path("zh_Hans/LC_MESSAGES/django.po")


@pytest.fixture
def tree(tmp_path: Path, settings: Settings) -> Path:
    """A small project of its own, which the settings point to."""
    for name, text in {"app/views.py": PYTHON, "templates/page.html": TEMPLATE}.items():
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path


def translate(tree: Path, **words: str) -> None:
    """Give translations to messages of the file, by the last word of the original."""
    path = tree / "locale" / PO
    text = path.read_text(encoding="utf-8")
    for last, translation in words.items():
        head, rest = text.split(f'{last}"\nmsgstr ""', 1)
        text = f'{head}{last}"\nmsgstr "{translation}"{rest}'
    path.write_text(text, encoding="utf-8")


def test_every_way_to_mark_a_string_is_found(tree: Path) -> None:
    found = {message.id for message in collect(tree) if message.id}
    assert found == {
        "Refund request",
        "Pending",
        ("%(count)d day", "%(count)d days"),
        "A tab",
        "It’s 100%% sure",
        "My refunds",
        "nobody",
        ("one row", "%(n)s rows"),
    }


def test_a_message_with_a_context_is_one_in_python_and_templates(tree: Path) -> None:
    message = collect(tree).get("Pending", context="invoice")
    assert message is not None
    assert [place for place, _ in message.locations] == ["app/views.py", "templates/page.html"]


def test_a_comment_for_translators_comes_along(tree: Path) -> None:
    message = collect(tree).get("Refund request")
    assert message is not None
    assert message.auto_comments == ["Translators: said to the buyer"]


@pytest.mark.parametrize("folder", ["tests", "node_modules", ".venv", "app/migrations"])
def test_what_nobody_reads_is_left_alone(tree: Path, folder: str) -> None:
    path = tree / folder / "module.py"
    path.parent.mkdir(parents=True)
    path.write_text("_('hidden')")
    assert collect(tree).get("hidden") is None


def test_a_file_names_places_without_lines_and_carries_no_dates(tree: Path) -> None:
    call_command("make_messages")
    text = (tree / "locale" / PO).read_text(encoding="utf-8")
    assert "#: templates/page.html\n" in text
    assert "page.html:" not in text
    assert "Date" not in text
    assert "Plural-Forms: nplurals=1; plural=0;" in text


def test_a_second_run_changes_nothing_and_keeps_translations(tree: Path) -> None:
    call_command("make_messages")
    translate(tree, request="退款申请")
    before = (tree / "locale" / PO).read_bytes()
    call_command("make_messages")
    assert (tree / "locale" / PO).read_bytes() == before


def test_a_changed_string_is_not_guessed_and_a_gone_one_goes(tree: Path) -> None:
    old = """msgid "My refund"\nmsgstr "我的退款"\n"""
    text = as_po(merge(old.encode(), collect(tree), "zh_Hans"), "zh_Hans").decode()
    assert "我的退款" not in text
    assert "fuzzy" not in text
    assert 'msgid "My refunds"\nmsgstr ""\n' in text


def test_the_check_refuses_a_file_that_is_out_of_date_and_writes_nothing(tree: Path) -> None:
    with pytest.raises(CommandError, match="out of date"):
        call_command("make_messages", "--check")
    assert not (tree / "locale").exists()


def test_the_check_refuses_what_is_not_translated(tree: Path) -> None:
    call_command("make_messages")
    with pytest.raises(CommandError, match="8 not translated"):
        call_command("make_messages", "--check")


def test_what_was_compiled_is_what_gettext_says(tree: Path) -> None:
    call_command("make_messages")
    translate(tree, request="退款申请", refunds="我的退款")
    call_command("compile_messages")
    with (tree / "locale" / PO).with_suffix(".mo").open("rb") as file:
        chinese = gettext.GNUTranslations(file)
    assert chinese.gettext("Refund request") == "退款申请"
    assert chinese.gettext("A tab") == "A tab"


def test_a_translation_that_would_break_a_page_is_refused_and_the_old_one_stays(
    tree: Path,
) -> None:
    call_command("make_messages")
    call_command("compile_messages")
    compiled = (tree / "locale" / PO).with_suffix(".mo")
    before = compiled.read_bytes()
    path = tree / "locale" / PO
    broken = path.read_text(encoding="utf-8").replace(
        'msgid_plural "%(count)d days"\nmsgstr[0] ""',
        'msgid_plural "%(count)d days"\nmsgstr[0] "%(anzahl)d 天"',
    )
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(CommandError, match="placeholder"):
        call_command("compile_messages")
    assert compiled.read_bytes() == before
