"""Reports as documents of Word, those of other programs and hostile ones among them."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from grader.evidence.report.probe.read import read_report
from grader.intake.sniffing import sniff_file
from grader.records.evidence import Failure
from tests.report_documents import read_badly, read_well, repacked, saved, with_body, word

_MATH = (
    '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    "<m:r><m:t>x+1</m:t></m:r></m:oMath>"
)


def test_headings_tables_and_images_are_read(tmp_path: Path) -> None:
    """Headings go by their styles; a caption below an image is its caption."""
    data = word(
        "# Results",
        "An accuracy of 0,98 was reached.",
        "## Training",
        "! Figure 2: Loss of each epoch",
        "epochs|accuracy",
    )
    reading = read_well(tmp_path / "report.docx", data)
    (figure,) = reading.figures

    assert (reading.format, reading.pages, reading.tables, reading.equations) == (
        "word",
        None,
        1,
        0,
    )
    assert [(item.text, item.level) for item in reading.headings] == [
        ("Results", 1),
        ("Training", 2),
    ]
    assert (figure.width, figure.height) == (40, 30)
    assert figure.caption == "Figure 2: Loss of each epoch"
    assert figure.place.sections == ("Results", "Training")
    assert figure.png is not None
    assert [caption.number for caption in reading.captions] == ["2"]
    assert "accuracy" in reading.parts[-1].text


def test_styles_of_ones_own_are_headings_by_what_they_are_based_on(tmp_path: Path) -> None:
    """And paragraphs that state a level of the outline."""
    document = docx.Document()
    style = document.styles.add_style("Uppgift", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("Exercise 4", style="Uppgift")
    document.add_paragraph("Text of it.")
    reading = read_well(tmp_path / "report.docx", saved(document))

    assert [(item.text, item.level) for item in reading.headings] == [("Exercise 4", 2)]


def test_the_title_and_formulas_are_read(tmp_path: Path) -> None:
    """The title goes by its style; formulas are counted, and their letters are text."""
    document = docx.Document()
    document.add_paragraph("Digits by models", style="Title")
    paragraph = document.add_paragraph("With ")
    paragraph._p.append(parse_xml(_MATH))
    reading = read_well(tmp_path / "report.docx", saved(document))

    assert reading.front.title is not None
    assert reading.front.title.text == "Digits by models"
    assert reading.equations == 1
    assert "With x+1" in reading.parts[0].text


def test_documents_of_any_program_are_recognised(tmp_path: Path) -> None:
    """LibreOffice writes the list of contents last; a workbook is no report."""
    path = tmp_path / "report.docx"
    read_well(path, repacked(word("Hello there"), last=["[Content_Types].xml"]))
    assert sniff_file(path) == "word"

    read_well(path, repacked(word("Hello there"), last=["word/document.xml"]))
    assert sniff_file(path) == "word"


def test_what_is_no_document_is_named(tmp_path: Path) -> None:
    """Old and other office files are of another format; an encrypted package is one with a password."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    old = read_badly(tmp_path / "old.doc", ole)
    secret = read_badly(tmp_path / "secret.docx", ole + "EncryptedPackage".encode("utf-16-le"))

    assert (old.reason, old.why) == ("wrong-format", ("kind-office",))
    assert secret.reason == "encrypted-report"


def entities() -> bytes:
    lines = [b'<!ENTITY e0 "aaaaaaaaaa">']
    lines += [b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10)]
    doctype = b"<!DOCTYPE x [" + b"".join(lines) + b"]>"
    return with_body(b"<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", doctype)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(entities(), id="entities"),
        pytest.param(with_body(b" " * (31 << 20)), id="bomb"),
        pytest.param(with_body(b"<w:p>" * 5000 + b"</w:p>" * 5000), id="nested deep"),
        pytest.param(with_body(b"<w:p>"), id="not closed"),
        pytest.param(word("Hello")[:2000], id="cut off"),
        pytest.param(repacked(word("x"), {"word/_rels/document.xml.rels": b"<"}), id="relations"),
    ],
)
def test_damaged_and_hostile_documents_are_refused(tmp_path: Path, content: bytes) -> None:
    """Each with a reason, and none with an exception."""
    path = tmp_path / "report.docx"
    path.write_bytes(content)
    found = read_report(path, path.name, "word")
    assert isinstance(found, Failure)
    assert found.reason in ("broken-report", "empty-report", "wrong-format")


def test_other_files_of_the_machine_are_not_read(tmp_path: Path) -> None:
    """An entity that names a file is nothing."""
    secret = tmp_path / "secret.txt"
    secret.write_text("topsecret")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    body = b"<w:p><w:r><w:t>Hello</w:t></w:r><w:r><w:t>&e;</w:t></w:r></w:p>"
    reading = read_well(tmp_path / "report.docx", with_body(body, doctype))

    assert reading.parts[0].text == "Hello"
