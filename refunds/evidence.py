"""What is taken for evidence: pictures and PDFs, judged by their content alone (R10).

Pictures are drawn anew, which leaves behind what was hidden in them: places, comments, a
second file. A PDF stays as it is, because somebody may have signed it; one that could act is
refused. No database, no clock of its own.
"""

import hashlib
import io
import re
import subprocess
import unicodedata
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from kernel.errors import DomainError
from refunds.pdf_check import Finding, check_pdf

PICTURES = {"PNG": ("image/png", ".png"), "JPEG": ("image/jpeg", ".jpg")}
PICTURES["WEBP"] = ("image/webp", ".webp")
PDF = ("application/pdf", ".pdf")

# What a file begins with. Nothing else is handed to a parser.
BEGINNINGS = ((b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"%PDF-", "PDF"))

NAME_LENGTH = 100
QUALITY = 90
# Of what WebP may spend on getting smaller; the usual takes twice as long for little.
WEBP_EFFORT = 2


class BadEvidence(DomainError):
    """The file is not kept; `name` is what the sender called it."""

    code = "bad_evidence"
    sentence = _("%(name)s cannot be read. Please send a PNG, JPEG or WebP picture or a PDF.")


class EmptyFile(BadEvidence):
    code = "evidence_empty"
    sentence = _("%(name)s is empty.")


class FileTooLarge(BadEvidence):
    code = "evidence_too_large"
    sentence = _("%(name)s is too large: a file may have up to %(most)s MB.")


class UnknownKind(BadEvidence):
    code = "evidence_unknown_kind"
    sentence = _("%(name)s is neither a PNG, JPEG or WebP picture nor a PDF.")


class PictureTooLarge(BadEvidence):
    code = "evidence_too_many_pixels"
    sentence = _("%(name)s has too many pixels. Please send a smaller picture.")


class ProtectedPdf(BadEvidence):
    code = "evidence_protected"
    sentence = _("%(name)s is protected by a password. Please send it without one.")


class ActivePdf(BadEvidence):
    code = "evidence_active"
    sentence = _(
        "%(name)s contains scripts, actions or other files. Please print it into a plain PDF."
    )


class LongPdf(BadEvidence):
    code = "evidence_too_many_pages"
    sentence = _("%(name)s is too long: a PDF may have up to %(most)s pages.")


class SlowFile(BadEvidence):
    code = "evidence_too_slow"
    sentence = _(
        "Checking %(name)s takes too long. Please send fewer files at once, or simpler ones."
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How large one file may be, in bytes, pixels and pages, and how many seconds are left.

    A picture, once begun, is finished: its pixels say how long that takes at most.
    """

    file_bytes: int
    pixels: int
    pdf_pages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Sound:
    """A file that has been judged; only `judge` makes one."""

    name: str
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def judge(name: str, content: bytes, limits: Limits) -> Sound:
    """The file as it is kept, under a harmless name. Raises `BadEvidence` and its kinds."""
    called = plain_name(name)
    if not content:
        raise EmptyFile(name=called)
    if len(content) > limits.file_bytes:
        raise FileTooLarge(name=called, most=limits.file_bytes // 1024**2)
    kind = _kind(content)
    if kind is None:
        raise UnknownKind(name=called)
    if limits.seconds <= 0:
        raise SlowFile(name=called)
    if kind == "PDF":
        _read_pdf(called, content, limits)
        return Sound(_with_ending(called, PDF[1]), PDF[0], content)
    content_type, ending = PICTURES[kind]
    drawn = _draw_anew(called, content, kind, limits)
    return Sound(_with_ending(called, ending), content_type, drawn)


def plain_name(name: str) -> str:
    """The last part of a path, without what is invisible or turns the reading direction."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in last)
    return " ".join(visible.split()).strip(". ")[:NAME_LENGTH] or "evidence"


def _with_ending(name: str, ending: str) -> str:
    return re.sub(r"\.(png|jpe?g|webp|pdf)$", "", name, flags=re.IGNORECASE) + ending


def _kind(content: bytes) -> str | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for mark, kind in BEGINNINGS if content.startswith(mark)), None)


def _draw_anew(name: str, content: bytes, kind: str, limits: Limits) -> bytes:
    drawn = io.BytesIO()
    try:
        with warnings.catch_warnings():
            # Our own limit is the one that counts, and it is kept before a pixel is read.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=(kind,))
            if picture.width * picture.height > limits.pixels:
                raise PictureTooLarge(name=name)
            # Without a second picture in memory where the first will do.
            ImageOps.exif_transpose(picture, in_place=True)
            mode = _mode(picture, kind)
            plain = picture if picture.mode == mode else picture.convert(mode)
            plain.info.clear()
            plain.save(drawn, format=kind, quality=QUALITY, method=WEBP_EFFORT)
    except BadEvidence:
        raise
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(name=name) from error
    except Exception as error:
        # Whatever a parser stumbles over in a stranger's bytes means the same.
        raise BadEvidence(name=name) from error
    return drawn.getvalue()


def _mode(picture: Image.Image, kind: str) -> str:
    sees_through = kind != "JPEG" and ("A" in picture.mode or "transparency" in picture.info)
    return "RGBA" if sees_through else "RGB"


def _read_pdf(name: str, content: bytes, limits: Limits) -> None:
    try:
        found = check_pdf(content, most_pages=limits.pdf_pages, seconds=limits.seconds)
    except subprocess.TimeoutExpired as error:
        raise SlowFile(name=name) from error
    if found == Finding.PROTECTED:
        raise ProtectedPdf(name=name)
    if found == Finding.LONG:
        raise LongPdf(name=name, most=limits.pdf_pages)
    if found == Finding.ACTIVE:
        raise ActivePdf(name=name)
    if found != Finding.SOUND:
        raise BadEvidence(name=name)
