"""Links in reports, whatever is shown of them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfReader, PdfWriter

from grader.evidence.playground.probe.read import read_links
from grader.evidence.playground.record import Claim, Links
from grader.evidence.report.probe.read import read_report
from grader.evidence.report.record import Hyperlink, ReportReading
from grader.intake.sniffing import sniff_file
from tests.report_documents import Text, pdf

URL = "https://playground.tensorflow.org/#networkShape=3&seed=1"
MARKDOWN = f"# Part 2\n\n[My run]({URL}) of 500 epochs: test loss 0.2.\n\n[mail](mailto:a@b.c)\n"


def read(folder: Path, name: str, data: bytes) -> tuple[ReportReading, Links]:
    path = folder / name
    path.write_bytes(data)
    report = read_report(path, name, sniff_file(path))
    links = read_links(path, name, sniff_file(path))
    assert isinstance(report, ReportReading)
    assert isinstance(links, Links)
    return report, links


def only(found: tuple[Hyperlink, ...]) -> Hyperlink:
    (link,) = found
    return link


def word() -> bytes:
    """A document with a link as Word writes it: what follows the # apart."""
    document = docx.Document()
    document.add_heading("Part 2", 1)
    paragraph = document.add_paragraph("After 500 epochs: ")
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"),
        document.part.relate_to(URL.split("#")[0], "http://x/hyperlink", is_external=True),
    )
    link.set(qn("w:anchor"), URL.split("#")[1])
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "my run"
    run.append(text)
    link.append(run)
    paragraph._p.append(link)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def linked_pdf() -> bytes:
    """A page with words and an area that leads to a link."""
    writer = PdfWriter(
        clone_from=PdfReader(io.BytesIO(pdf([[Text("Part 2", 760, 20), Text("my run", 680)]])))
    )
    writer.add_uri(0, URL, (50, 670, 200, 690))
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_links_behind_words_are_kept_with_their_paragraph(tmp_path: Path) -> None:
    """Of a text they have the section and what is said beside them; links that lead to no page are none."""
    report, links = read(tmp_path, "report.md", MARKDOWN.encode())

    assert report.hyperlinks == (
        Hyperlink(
            url=URL, place=report.parts[0].place, text="My run of 500 epochs: test loss 0.2."
        ),
    )
    assert links.links[0].exercise == "Part 2"
    assert links.links[0].claim == Claim(epochs=500, test_loss=0.2)


def test_links_of_web_pages_and_notebooks_are_kept(tmp_path: Path) -> None:
    """As tags, too; a link that is written out as well counts once."""
    page = f'<h1>Part 2</h1><p>At 500 epochs <a href="{URL.replace("&", "&amp;")}">here</a></p>'
    source = f"# Part 2\n\nAt 500 epochs <a href='{URL}'>here</a>: {URL}"
    cell = {"cell_type": "markdown", "metadata": {}, "source": source}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    for name, text in (("report.html", page), ("lab.ipynb", json.dumps(notebook))):
        report, links = read(tmp_path, name, text.encode())

        assert only(report.hyperlinks).url == URL
        assert [(link.url, link.exercise) for link in links.links] == [(URL, "Part 2")]
        assert links.links[0].claim.epochs == 500


def test_links_of_word_are_put_together(tmp_path: Path) -> None:
    """Their part behind the # stands apart in the file."""
    report, links = read(tmp_path, "report.docx", word())

    assert only(report.hyperlinks).url == URL
    assert links.links[0].exercise == "Part 2"
    assert links.links[0].claim.epochs == 500


def test_links_of_a_pdf_have_their_page(tmp_path: Path) -> None:
    """And the section, where the whole page is in one."""
    report, links = read(tmp_path, "report.pdf", linked_pdf())

    found = only(report.hyperlinks)
    assert (found.url, found.place.page, found.text) == (URL, 1, "")
    assert links.links[0].where == "report.pdf, page 1"


def test_links_are_bounded(tmp_path: Path) -> None:
    """Of thousands the first are kept, which is said."""
    text = "".join(f"[a](https://example.org/{number})\n\n" for number in range(1_000))
    path = tmp_path / "report.md"
    path.write_text(text)
    report = read_report(path, "report.md", "text")

    assert isinstance(report, ReportReading)
    assert len(report.hyperlinks) == 300
    assert "hyperlinks" in report.cut
