"""Small reports made by code: PDFs of lines of text and images, and documents of Word."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
from PIL import Image
from pypdf import PdfReader, PdfWriter

from grader.evidence.report.probe.read import read_report
from grader.evidence.report.record import ReportReading
from grader.intake.sniffing import sniff_file
from grader.records.evidence import Failure

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def read(path: Path) -> ReportReading | Failure:
    """Read a report in this process, as the one in the sandbox would."""
    return read_report(path, path.name, sniff_file(path))


def read_well(path: Path, content: bytes | str) -> ReportReading:
    """Write a report and read it; it must be one that can be read."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = read(path)
    assert isinstance(found, ReportReading), found
    return found


def read_badly(path: Path, content: bytes | str) -> Failure:
    """Write a report and read it; it must be one that cannot be read."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = read(path)
    assert isinstance(found, Failure), found
    return found


def png(width: int = 40, height: int = 30, colour: str = "red") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(stream, "PNG")
    return stream.getvalue()


@dataclass(frozen=True)
class Text:
    """A line of a page."""

    text: str
    y: int
    size: int = 10
    font: str = "F1"
    """F1 is Helvetica, F2 its bold face, F3 Courier."""


@dataclass(frozen=True)
class Drawn:
    """An image on a page, by its number among those of the document."""

    image: int
    y: int


def pdf(
    pages: Sequence[Sequence[Text | Drawn]],
    images: Sequence[tuple[int, int, int]] = (),
    *,
    before: bytes = b"",
) -> bytes:
    """A PDF.

    Args:
        pages: What stands on each.
        images: Width, height and grey value of each image.
        before: What the content of every page begins with.
    """
    first = 6 + len(images)
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        *(
            f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>".encode()
            for name in ("Helvetica", "Helvetica-Bold", "Courier")
        ),
        *(_image(*image) for image in images),
    ]
    drawn = "".join(f"/I{number} {6 + number} 0 R" for number in range(len(images)))
    fonts = "/F1 3 0 R/F2 4 0 R/F3 5 0 R"
    for number, page in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {first + 2 * number + 1} 0 R"
            f"/Resources<</Font<<{fonts}>>/XObject<<{drawn}>>>>>>".encode()
        )
        objects.append(_stream(before + b"\n".join(map(_shown, page))))
    return _file(objects)


def _shown(item: Text | Drawn) -> bytes:
    if isinstance(item, Drawn):
        return f"q 200 0 0 100 50 {item.y} cm /I{item.image} Do Q".encode()
    text = item.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    shown = f"BT /{item.font} {item.size} Tf 1 0 0 1 50 {item.y} Tm ({text}) Tj ET"
    return shown.encode("cp1252")


def _image(width: int, height: int, grey: int) -> bytes:
    settings = f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8"
    return _stream(bytes([grey]) * (width * height), settings)


def _stream(data: bytes, settings: str = "") -> bytes:
    packed = zlib.compress(data)
    head = f"<<{settings}/Filter/FlateDecode/Length {len(packed)}>>stream\n"
    return head.encode() + packed + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    return out + f"{table}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF".encode()


def with_outline(data: bytes, entries: Sequence[tuple[str, int, int | None]]) -> bytes:
    """A PDF with an outline: title, page from 0, and the place of the entry above."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    made: list[object] = []
    for title, page, above in entries:
        parent = None if above is None else made[above]
        item = writer.add_outline_item(title=title, page_number=page, parent=parent)  # type: ignore[arg-type]
        made.append(item)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def encrypted(data: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def word(*blocks: str) -> bytes:
    """A document of Word: ``# Heading``, ``! caption under an image``, anything else a paragraph."""
    document = docx.Document()
    for block in blocks:
        if block.startswith("#"):
            level = len(block) - len(block.lstrip("#"))
            document.add_heading(block.lstrip("# "), level)
        elif block.startswith("!"):
            document.add_picture(io.BytesIO(png()))
            document.add_paragraph(block.lstrip("! "), style="Caption")
        elif "|" in block:
            cells = block.split("|")
            table = document.add_table(1, len(cells))
            for cell, text in zip(table.rows[0].cells, cells, strict=True):
                cell.text = text
        else:
            document.add_paragraph(block)
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_body(body: bytes, doctype: bytes = b"") -> bytes:
    """A document of Word whose body is this XML."""
    head = b'<?xml version="1.0"?>' + doctype
    opening = f'<w:document xmlns:w="{_W}"><w:body>'.encode()
    return repacked(
        word("x"), {"word/document.xml": head + opening + body + b"</w:body></w:document>"}
    )


def repacked(
    data: bytes, changed: dict[str, bytes] | None = None, *, last: Sequence[str] = ()
) -> bytes:
    """A zip with other contents of some files, or with some files at its end."""
    changed = changed or {}
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        names = sorted(source.namelist(), key=lambda name: name in last)
        for name in names:
            made.writestr(name, changed.get(name, source.read(name)))
    return stream.getvalue()
