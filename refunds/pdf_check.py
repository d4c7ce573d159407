"""Whether a PDF is harmless (R10): read in a process of its own, which has no secrets.

A parser in a stranger's hands can be kept busy for hours by a file of a few bytes, and cannot be
stopped where it runs; a process can. No database, no clock.

    python -m refunds.pdf_check MOST_PAGES < file

prints one word of `Finding`, and what it cannot read ends it with an error.
"""

import io
import resource
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

# Names in a PDF that make it do something when it is opened, or carry another file.
_ACTS = """
JS JavaScript Launch EmbeddedFile EmbeddedFiles EF RichMedia XFA OpenAction AA SubmitForm
ImportData GoToE Movie Sound Rendition
"""
ACTING = frozenset(f"/{name}" for name in _ACTS.split())
# Real documents of the allowed size have far fewer; walking more would take too long.
MOST_OBJECTS = 100_000
# After the last %%EOF there is at most the end of the line: anything more is another file.
AFTER_THE_END = 4
# For the largest file that is allowed, unpacked, and the interpreter.
MOST_MEMORY = 2**30
CHECKOUT = Path(__file__).resolve().parent.parent


class Finding(Enum):
    """What a PDF is."""

    SOUND = "sound"
    PROTECTED = "protected"
    LONG = "long"
    ACTIVE = "active"
    UNREADABLE = "unreadable"


def check_pdf(content: bytes, *, most_pages: int, seconds: float) -> Finding:
    """What the PDF is. Raises `subprocess.TimeoutExpired` where that takes too long to find out."""
    answer = subprocess.run(
        [sys.executable, "-m", "refunds.pdf_check", str(most_pages)],
        input=content,
        capture_output=True,
        check=False,
        cwd=CHECKOUT,
        env={},
        timeout=seconds,
    )
    return Finding(answer.stdout.decode()) if answer.returncode == 0 else Finding.UNREADABLE


def read_pdf(content: bytes, most_pages: int) -> Finding:
    """The same in this process. Raises whatever a parser stumbles over."""
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        return Finding.PROTECTED
    if len(content) - content.rindex(b"%%EOF") - len(b"%%EOF") > AFTER_THE_END:
        return Finding.UNREADABLE
    if not 0 < len(reader.pages) <= most_pages:
        return Finding.LONG
    if any(ACTING & set(map(str, each)) for each in _dictionaries(reader)):
        return Finding.ACTIVE
    return Finding.SOUND


def _dictionaries(reader: PdfReader) -> Iterator[list[object]]:
    """The keys and names of every dictionary that the document can reach or lists."""
    listed = [(n, age) for age, table in reader.xref.items() for n in table]
    waiting: list[object] = [reader.trailer]
    waiting += [IndirectObject(n, age, reader) for n, age in listed]
    waiting += [IndirectObject(n, 0, reader) for n in reader.xref_objStm]
    seen: set[int] = set()
    walked = 0
    while waiting:
        walked += 1
        if walked > MOST_OBJECTS:
            raise ValueError("a PDF with too many objects")
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield [*one, *(value for value in one.values() if isinstance(value, str))]
            waiting += one.values()
        elif isinstance(one, ArrayObject):
            waiting += one


if __name__ == "__main__":
    # Not everywhere can memory be limited; time always is.
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.stdout.write(read_pdf(sys.stdin.buffer.read(), int(sys.argv[1])).value)
