"""Compiles locale/*/LC_MESSAGES/*.po to the .mo files that Django reads.

Django's own compilemessages needs the gettext programs; this one needs Babel only.
"""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Compiles every .po file; a translation that would break a page is an error."""

    help = __doc__ or ""
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                count = compile_file(source)
                self.stdout.write(f"{source.parts[-3]}: {count} messages")


def compile_file(source: Path) -> int:
    """Write the .mo file beside `source`; returns how many messages it has.

    Raises `CommandError` for a translation whose placeholders or plurals are not the original's.
    """
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parts[-3], abort_invalid=True)
    for message, errors in catalog.check():
        raise CommandError(f"{source}: {message.id!r}: {errors[0]}")
    # In place at once: a server that starts meanwhile reads the old file or the new one.
    target = source.with_suffix(".mo")
    # A draft of its own: web, worker and tests may compile at the same moment.
    with NamedTemporaryFile(dir=source.parent, suffix=".draft", delete=False) as draft:
        write_mo(draft, catalog)
    Path(draft.name).chmod(0o644)
    Path(draft.name).replace(target)
    return len(catalog)
