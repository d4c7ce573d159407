"""Evidence is judged by its content; nothing that could act or hide is kept (R10)."""

import io
import struct
import time
import zlib
from dataclasses import replace

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from refunds import evidence
from refunds.evidence import judge
from tests.refunds.tickets.making import LIMITS, picture


def pdf(*, pages: int = 1, script: str = "", password: str = "", file: bytes = b"") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=100, height=100)
    if script:
        action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject(name): value for name, value in action.items()}
        )
    if file:
        writer.add_attachment("other.exe", file)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def launching_pdf() -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(width=100, height=100)
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    )
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def busy_pdf() -> bytes:
    """A few kilobytes that keep a parser busy for minutes: a packed object after much space."""
    objects = zlib.compress(b"4 0 " + b" " * 70_000_000 + b"1", 9)
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    pages = len(body)
    body += b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    packed = len(body)
    body += b"3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\n" % (
        len(objects)
    )
    body += b"stream\n" + objects + b"\nendstream\nendobj\n"
    rows = b"".join(
        struct.pack(">BIH", *row)
        for row in ((0, 0, 0), (1, 9, 0), (1, pages, 0), (1, packed, 0), (2, 3, 0))
    )
    table = b"<< /Type /XRef /Size 5 /W [1 4 2] /Root 4 0 R /Length %d >>\n" % len(rows)
    table = b"5 0 obj\n" + table + b"stream\n" + rows + b"\nendstream\nendobj\n"
    return body + table + b"startxref\n%d\n%%%%EOF" % len(body)


@pytest.mark.parametrize(
    ("kind", "content_type", "name"),
    [
        ("PNG", "image/png", "proof.png"),
        ("JPEG", "image/jpeg", "proof.jpg"),
        ("WEBP", "image/webp", "proof.webp"),
    ],
)
def test_pictures_are_drawn_anew_and_named_after_what_they_are(
    kind: str, content_type: str, name: str
) -> None:
    sound = judge("proof.PNG", picture(kind=kind), LIMITS)
    assert (sound.content_type, sound.name) == (content_type, name)
    assert Image.open(io.BytesIO(sound.content)).size == (8, 6)
    assert len(sound.sha256) == 64


def test_a_picture_leaves_its_places_and_second_files_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = "home address"
    exif[0x0112] = 6  # lies on its side
    hidden = b"PK\x03\x04<script>alert(1)</script>%PDF-1.4"
    sound = judge("a.jpg", picture(kind="JPEG", exif=exif) + hidden, LIMITS)
    again = Image.open(io.BytesIO(sound.content))
    assert again.size == (6, 8)
    assert not again.getexif()
    assert b"home address" not in sound.content
    assert b"<script>" not in sound.content


def test_a_pdf_stays_as_it_is() -> None:
    content = pdf(pages=3)
    sound = judge("contract.pdf", content, LIMITS)
    assert (sound.content, sound.content_type) == (content, "application/pdf")


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.png", b"", evidence.EmptyFile),
        ("page.png", b"<html><script>alert(1)</script></html>", evidence.UnknownKind),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", evidence.UnknownKind),
        ("drawing.png", b"<?xml version='1.0'?><svg/>", evidence.UnknownKind),
        ("moving.gif", b"GIF89a" + bytes(50), evidence.UnknownKind),
        ("program.pdf", b"MZ" + bytes(500), evidence.UnknownKind),
        ("late.pdf", b"GIF89a" + pdf(), evidence.UnknownKind),
        ("cut.png", picture(size=(200, 200))[:80], evidence.BadEvidence),
        ("cut.jpg", picture(kind="JPEG")[:40], evidence.BadEvidence),
        ("cut.webp", picture(kind="WEBP")[:20], evidence.BadEvidence),
        ("cut.pdf", pdf()[:60], evidence.BadEvidence),
        ("noise.pdf", b"%PDF-1.7" + bytes(range(256)) * 8, evidence.BadEvidence),
        ("html.pdf", b"%PDF-1.7\n<script>alert(1)</script>", evidence.BadEvidence),
        ("zip.pdf", pdf() + b"PK\x03\x04" + bytes(100), evidence.BadEvidence),
        ("script.pdf", pdf(script="app.alert(1)"), evidence.ActivePdf),
        ("carrier.pdf", pdf(file=b"MZ"), evidence.ActivePdf),
        ("launch.pdf", launching_pdf(), evidence.ActivePdf),
        ("locked.pdf", pdf(password="x"), evidence.ProtectedPdf),
        ("long.pdf", pdf(pages=4), evidence.LongPdf),
        ("bomb.png", png_of(60_000, 60_000), evidence.PictureTooLarge),
        ("wide.png", png_of(2_000, 2_000), evidence.PictureTooLarge),
        ("heavy.pdf", pdf() + bytes(LIMITS.file_bytes), evidence.FileTooLarge),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_not_sound_is_refused_by_its_name(
    name: str, content: bytes, error: type[evidence.BadEvidence]
) -> None:
    with pytest.raises(evidence.BadEvidence) as refusal:
        judge(name, content, LIMITS)
    assert type(refusal.value) is error
    assert name in str(refusal.value)


def test_a_pdf_keeps_nobody_waiting() -> None:
    begun = time.monotonic()
    with pytest.raises(evidence.SlowFile, match=r"Checking busy\.pdf takes too long"):
        judge("busy.pdf", busy_pdf(), replace(LIMITS, seconds=2))
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("content", [picture(), pdf()], ids=["a picture", "a PDF"])
def test_no_file_is_begun_when_the_time_is_up(content: bytes) -> None:
    with pytest.raises(evidence.SlowFile):
        judge("late", content, replace(LIMITS, seconds=0))


def test_what_a_pdf_makes_its_parser_say_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(evidence.BadEvidence):
        judge("broken.pdf", pdf().replace(b"/Type", b"(Type"), LIMITS)
    assert not caplog.records


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\lin\\发票 照片.png", "发票 照片.png"),
        ("fdp\u202egnp.exe\x00.png", "fdp gnp.exe .png"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie: x=1.png"),
        ("...", "evidence"),
        ("", "evidence"),
        ("x" * 5_000 + ".png", "x" * 100),
        ("e\u0301.png", "é.png"),
    ],
)
def test_names_are_made_harmless(name: str, plain: str) -> None:
    assert evidence.plain_name(name) == plain
