"""Reports as files of an artefact, and as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import Course
from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.code.collect import collect_code
from grader.evidence.code.profile import PROFILE as CODE_PROFILE
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.evidence.report.collect import collect_report
from grader.evidence.report.profile import PROFILE
from grader.evidence.report.record import ReportNeed, ReportReading
from grader.evidence.report.view import report_sections
from grader.grading.datasets import load_datasets
from grader.grading.isolation import choose_level
from grader.intake.sniffing import sniff_file
from grader.messages import catalogue, failure_text
from grader.records.evidence import ArtefactFile, Failure
from grader.records.lab import Artefact
from grader.records.message import Count, Message, Name
from grader.records.section import Facts, Pictures, Table
from grader.sandbox import Limits, Sandboxes
from tests.factories import ARTEFACT, MODEL_NEED
from tests.report_documents import Drawn, Text, pdf, read_well, word

NEED = ReportNeed(artefact=ARTEFACT)
PAGE = [Text("Lab 3", 760, 20), Text("Exercise 1", 700, 14, "F2"), Text("We reached 98 %.", 680)]


@pytest.fixture
def context() -> Iterator[CollectContext]:
    limits = Limits()
    with Sandboxes(limits, choose_level("none")) as sandboxes:
        pool = load_datasets([], Course()).pool
        yield CollectContext(lambda: sandboxes.open(PROFILE), sandboxes.open, limits, pool)


def collected(path: Path, content: bytes, context: CollectContext) -> Collected:
    path.write_bytes(content)
    file = ArtefactFile(path=path.name, sha256="0", kind=sniff_file(path))
    task = CollectTask(
        artefact=Artefact(id=ARTEFACT, title="it", patterns=("*",), formats=("pdf", "word")),
        files=((file, path),),
        needs=(NEED, MODEL_NEED),
        declared=None,
        keys={},
    )
    return collect_report(task, context)


def test_a_report_is_read_in_a_process_of_its_own(tmp_path: Path, context: CollectContext) -> None:
    """It answers what is asked of a report, and is no model."""
    found = collected(
        tmp_path / "report.pdf", pdf([[*PAGE, Drawn(0, 400)]], [(60, 40, 9)]), context
    )
    reading, model = found.records[NEED], found.records[MODEL_NEED]

    assert isinstance(reading, ReportReading)
    assert [heading.text for heading in reading.headings] == ["Exercise 1"]
    assert reading.figures[0].png is not None
    assert isinstance(model, Failure)
    assert (model.reason, model.why, model.formats) == (
        "wrong-format",
        ("kind-pdf",),
        ("pdf", "word"),
    )


def test_what_is_wrong_is_said_in_sentences(tmp_path: Path, context: CollectContext) -> None:
    """A workbook names the formats that are asked for; a scan says what it is."""
    workbook = word("x").replace(b"word/document.xml", b"work/document.xml")
    old = collected(tmp_path / "report.docx", workbook, context).records[NEED]
    scan = collected(tmp_path / "scan.pdf", pdf([[Drawn(0, 0)]], [(60, 40, 9)]), context).records[
        NEED
    ]

    assert isinstance(old, Failure)
    assert "a PDF or a Word document" in failure_text(old, catalogue("en")).message
    assert isinstance(scan, Failure)
    text = failure_text(scan, catalogue("en"))
    assert text.message == "scan.pdf holds pictures of pages and no text."
    assert "not as a scan" in text.advice
    assert "scan.pdf contient des images" in failure_text(scan, catalogue("fr")).message


def test_pages_show_facts_headings_and_pictures(tmp_path: Path) -> None:
    """A picture without a caption says where it stands."""
    data = pdf([[*PAGE, Drawn(0, 400)]], [(60, 40, 9)])
    facts, headings, pictures = report_sections(read_well(tmp_path / "report.pdf", data))

    assert isinstance(facts, Facts)
    shown = {fact.label.key: fact.value for fact in facts.facts}
    assert shown["report.pages"] == Count(value=1)
    assert shown["report.titled"] == Name(text="Lab 3")
    assert "report.tables" not in shown
    assert isinstance(headings, Table)
    assert headings.rows == ((Name(text="Exercise 1"), Count(value=1), Count(value=1)),)
    assert isinstance(pictures, Pictures)
    assert isinstance(pictures.pictures[0].caption, Message)
    assert catalogue("en")("report.on-page", page=Count(value=1)) == "page 1"


def test_a_text_without_headings_and_figures_is_shown_by_its_facts(tmp_path: Path) -> None:
    """Nothing is shown empty."""
    (facts,) = report_sections(read_well(tmp_path / "report.txt", "We trained a model."))

    assert isinstance(facts, Facts)
    keys = {fact.label.key for fact in facts.facts}
    assert keys == {
        f"report.{name}" for name in ("format", "words", "figures", "captions", "numbers")
    }


def test_code_does_not_answer_what_is_asked_of_a_report(tmp_path: Path) -> None:
    """Where a lab prefers a notebook as code, a check of the report hears what the file is."""
    path = tmp_path / "lab.ipynb"
    path.write_text('{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 1"}]}')
    file = ArtefactFile(path=path.name, sha256="0", kind="notebook")
    task = CollectTask(
        artefact=Artefact(id=ARTEFACT, title="it", patterns=("*",), formats=("notebook", "pdf")),
        files=((file, path),),
        needs=(NEED, CodeNeed(artefact=ARTEFACT)),
        declared=None,
        keys={},
    )
    limits = Limits()
    with Sandboxes(limits, choose_level("none")) as sandboxes:
        pool = load_datasets([], Course()).pool
        context = CollectContext(lambda: sandboxes.open(CODE_PROFILE), sandboxes.open, limits, pool)
        report, code = collect_code(task, context).records.values()

    assert isinstance(report, Failure)
    assert (report.reason, report.formats) == ("wrong-format", ("notebook", "pdf"))
    assert isinstance(code, CodeReading)
