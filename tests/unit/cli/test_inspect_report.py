"""``grader inspect`` of reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.report_documents import Drawn, Text, encrypted, pdf, word

Call = Callable[..., Any]
ISOLATION = ("--isolation", "none")
PAGE = [
    Text("Digits with a model", 760, 20),
    Text("Ada Lovelace", 735, 12),
    Text("Exercise 1", 700, 14, "F2"),
    Text("We reached an accuracy of 98 % on the test set", 680),
    Drawn(0, 400),
    Text("Figure 1: Loss", 380),
]


def test_a_pdf_is_shown(call: Call, tmp_path: Path) -> None:
    """Front page, headings, figures and numbers, within 80 columns."""
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf([PAGE], [(60, 40, 9)]))
    shown = call("inspect", path, *ISOLATION)

    assert shown.code == 0
    assert "1 page, 1 figure" in shown.out
    assert "  title: Digits with a model" in shown.out
    assert "  authors: Ada Lovelace" in shown.out
    assert "  Exercise 1 (page 1)" in shown.out
    assert "  page 1, 60 x 40 pixels: Figure 1: Loss" in shown.out
    assert "an accuracy of [98 %] on the test set" in shown.out
    assert all(len(line) <= 80 for line in shown.out.split("\n"))


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("report.docx", word("# Results", "We reached 98 %."), "word"),
        ("report.md", b"# Results\n\nWe reached 98 %.\n", "markdown"),
        ("report.html", b"<html><h1>Results</h1><p>We reached 98 %.</p></html>", "html"),
        ("report.txt", b"Results\n=======\n\nWe reached 98 %.\n", "text"),
    ],
)
def test_other_formats_are_shown_as_json(
    call: Call, tmp_path: Path, name: str, content: bytes, form: str
) -> None:
    """The same record of each."""
    path = tmp_path / name
    path.write_bytes(content)
    reading = json.loads(call("inspect", path, "--json", *ISOLATION).out)

    assert reading["format"] == form
    assert [heading["text"] for heading in reading["headings"]] == ["Results"]
    assert [(item["value"], item["unit"]) for item in reading["numbers"]] == [(98.0, "%")]
    assert reading["numbers"][0]["place"] == {"page": None, "sections": ["Results"]}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("report.pdf", b"%PDF-1.5\n", "is damaged"),
        ("secret.pdf", encrypted(pdf([PAGE], [(60, 40, 9)]), "secret"), "protected by a password"),
        ("scan.pdf", pdf([[Drawn(0, 0)]], [(60, 40, 9)]), "pictures of pages and no text"),
        ("report.pdf", b"\x89PNG\r\n\x1a\n" + bytes(20), "it is a picture"),
        (
            "report.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "document of an office program",
        ),
        ("empty.txt", b"", "it is empty"),
    ],
)
def test_what_cannot_be_read_is_named(
    call: Call, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    """With a hint, and without a traceback."""
    path = tmp_path / name
    path.write_bytes(content)
    shown = call("inspect", path, *ISOLATION)

    assert shown.code == 3
    assert message in " ".join(shown.err.split())
    assert "Hint:" in shown.err
