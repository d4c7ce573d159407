"""Collects every string marked for translation into locale/*/LC_MESSAGES/django.po.

Django's own makemessages needs the gettext programs; this one needs Babel only.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

# Where nothing is shown to anybody, or nothing is ours.
SKIPPED = {"node_modules", "staticfiles", "tests", "migrations", "locale", "docs", "bench"}

KEYWORDS: dict[str, Any] = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

# No dates, names or versions: a run that finds nothing new changes nothing.
HEADER = """\
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


class Command(BaseCommand):
    """Updates the .po file of every language but the one that the sources are written in."""

    help = __doc__ or ""
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; fail when a file is out of date or lacks a translation",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = collect(Path(settings.BASE_DIR))
        for language, _ in settings.LANGUAGES:
            if language != settings.LANGUAGE_CODE:
                self.update(to_locale(language), found, check=options["check"])

    def update(self, locale: str, found: Catalog, *, check: bool) -> None:
        """Merge `found` into the file of `locale`, or only compare."""
        path = Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po"
        old = path.read_bytes() if path.exists() else b""
        catalog = merge(old, found, locale)
        new = as_po(catalog, locale)
        missing = [message for message in catalog if message.id and not is_translated(message)]
        if check and new != old:
            raise CommandError(f"{path} is out of date: run make_messages")
        if check and missing:
            raise CommandError(f"{path}: {len(missing)} not translated: {missing[0].id!r}, …")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new)
        self.stdout.write(f"{locale}: {len(catalog)} messages, {len(missing)} not translated")


def collect(root: Path) -> Catalog:
    """Every marked string of the Python files and templates under `root`, file by file."""
    catalog = Catalog(charset="utf-8")
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = template_as_python(text, origin=str(path))
        place = path.relative_to(root).as_posix()
        for lineno, message, comments, context in extract(
            "python", BytesIO(text.encode()), KEYWORDS, comment_tags=("Translators",)
        ):
            catalog.add(message, None, [(place, lineno)], (), comments, context=context)
    return catalog


def sources(root: Path) -> Iterator[Path]:
    """The Python files and the templates under `root`, in a stable order."""
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in SKIPPED:
            continue
        if path.is_dir():
            yield from sources(path)
        elif path.suffix == ".py" or (
            path.suffix in {".html", ".txt"} and "templates" in path.parts
        ):
            yield path


def template_as_python(text: str, origin: str) -> str:
    """A template as calls of gettext, which Babel's reader of Python understands.

    Django blanks out everything else but keeps the indentation, which would not be Python.
    """
    return "\n".join(line.lstrip() for line in templatize(text, origin=origin).split("\n"))


def merge(old: bytes, found: Catalog, locale: str) -> Catalog:
    """The messages `found`, with the translations of the file `old`; nothing is guessed."""
    catalog = read_po(BytesIO(old), locale=locale, charset="utf-8")
    catalog.update(found, no_fuzzy_matching=True)
    return catalog


def as_po(catalog: Catalog, locale: str) -> bytes:
    """The catalog as a .po file: places without line numbers, no obsolete messages."""
    body = BytesIO()
    write_po(body, catalog, omit_header=True, ignore_obsolete=True, include_lineno=False)
    header = HEADER.format(locale=locale, plural_forms=catalog.plural_forms)
    return header.encode() + body.getvalue().lstrip(b"\n")


def is_translated(message: Any) -> bool:
    """Whether there is a word for every form of the message, and nobody doubts it."""
    forms = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(forms) and not message.fuzzy
