"""Whatever is handed in gives a record or a failure, never an exception."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.evidence.report.probe.read import read_report
from grader.evidence.report.protocol import ReportRead
from grader.evidence.report.record import ReportReading
from grader.records.base import to_json
from grader.records.evidence import Failure
from tests.report_documents import Drawn, Text, pdf, word

_KINDS = {
    "a.pdf": "pdf",
    "a.docx": "word",
    "a.md": "text",
    "a.html": "html",
    "a.txt": "utf-16",
    "a.ipynb": "notebook",
}
_PDF = pdf(
    [[Text("Exercise 1", 700, 14, "F2"), Text("We reached 98 % here.", 680), Drawn(0, 500)]],
    [(40, 30, 9)],
)
_WORD = word("# Exercise 1", "We reached 98 % here.", "! Figure 1: Loss")
_TEXTS = {
    "a.md": b"# Exercise 1\n\n![x](data:image/png;base64,AAAA) $x$ 98 %\n\n|a|b|\n|-|-|\n|1|2|\n",
    "a.html": b"<html><h1>Exercise 1</h1><p>98 %<img src='data:image/png;base64,AAAA'><table><tr><td>1</html>",
    "a.txt": b"Exercise 1\n==========\n\nAuthors: Ada\n\nFigure 1: 98 %\n",
    "a.ipynb": b'{"cells": [{"cell_type": "markdown", "source": ["# A\\n", "1"], "attachments": {"a": {"b": "c"}}}]}',
}
_WHOLE = {"a.pdf": _PDF, "a.docx": _WORD, **_TEXTS}


def read(file: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report"
        path.write_bytes(content)
        found = read_report(path, file, _KINDS[file])
    assert isinstance(found, ReportReading | Failure)
    if isinstance(found, ReportReading):
        # The sandbox's answer holds at most 4 MiB.
        assert len(to_json(ReportRead(reading=found))) < 4 << 20


@pytest.mark.parametrize("file", _KINDS)
@settings(max_examples=40)
@given(content=st.binary(max_size=400))
def test_random_bytes(file: str, content: bytes) -> None:
    """Behind a signature or without one."""
    read(file, content)
    read(file, _WHOLE[file][:12] + content)


@pytest.mark.parametrize("file", _KINDS)
@settings(max_examples=60)
@given(place=st.integers(0, 10_000), put=st.binary(max_size=12), removed=st.integers(0, 30))
def test_damaged_documents(file: str, place: int, put: bytes, removed: int) -> None:
    """With some bytes changed, added or missing."""
    whole = _WHOLE[file]
    place %= len(whole)
    read(file, whole[:place] + put + whole[place + removed :])


@settings(max_examples=100)
@given(text=st.text(max_size=300))
def test_any_text(text: str) -> None:
    """As Markdown, as a page and as plain text."""
    for file in ("a.md", "a.html", "a.txt"):
        read(file, text.encode("utf-8", "surrogatepass"))
