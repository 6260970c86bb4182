"""Answers in reports and in the text of notebooks."""

from __future__ import annotations

import json
from pathlib import Path

from grader.evidence.answers.lookup import find_answer
from grader.evidence.answers.probe.read import read_answers
from grader.evidence.answers.record import Answers
from grader.intake.sniffing import sniff_file
from grader.records.evidence import Failure
from tests.report_documents import Drawn, Text, pdf, word

MARKDOWN = """# Lab 7

Name: Ada

## 2. The model

### A)

- **Number of layers**: 3
- parameters = 545,810
- `activations`: ["relu", "softmax"]
2. range of sigmoid: (0, 1/4]

How many inputs? 784

See https://example.org, and
Figure 1: Loss

| question | answer |
|---|---|
| optimizer | Adam |

```toml
[2b-loss]
loss = "categorical cross-entropy"

formula = '-\\sum y \\log p'
```

more: text
"""


def read(path: Path, content: str | bytes) -> Answers | Failure:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_answers(path, path.name, sniff_file(path))


def read_well(path: Path, content: str | bytes) -> Answers:
    found = read(path, content)
    assert isinstance(found, Answers), found
    return found


def rows(answers: Answers) -> list[tuple[str, str, object]]:
    return [(item.exercise, item.name, item.value) for item in answers.answers]


def test_lines_below_headings_are_answers(tmp_path: Path) -> None:
    """Bullets, cells of tables, questions and fences; not links and captions."""
    answers = read_well(tmp_path / "answers.md", MARKDOWN)
    place = "2. The model > A)"

    assert answers.format == "document"
    assert rows(answers) == [
        ("Lab 7", "Name", "Ada"),
        (place, "Number of layers", 3),
        (place, "parameters", "545,810"),
        (place, "activations", ("relu", "softmax")),
        (place, "range of sigmoid", "(0, 1/4]"),
        (place, "How many inputs", 784),
        (place, "question", "answer"),
        (place, "optimizer", "Adam"),
        ("2b-loss", "loss", "categorical cross-entropy"),
        ("2b-loss", "formula", r"-\sum y \log p"),
        ("2b-loss", "more", "text"),
    ]
    found = find_answer(answers, "2a-model", "layers", "number of layers")
    assert found is not None
    assert found.value == 3


def test_text_above_the_first_heading_has_no_answers(tmp_path: Path) -> None:
    """A file without any is refused, with how to write it."""
    found = read(tmp_path / "report.md", "layers: 3\n")

    assert isinstance(found, Failure)
    assert found.reason == "no-answers"


def test_pages_of_a_pdf_are_named(tmp_path: Path) -> None:
    """A line in bold letters is an answer, too, where its heading has no label."""
    page = [
        Text("Lab 3", 760, 20),
        Text("Exercise 1", 700, 14, "F2"),
        Text("Learns: yes", 680),
        Text("The loss is 0.5 here", 660),
    ]
    second = [Text("Layers: 3", 700), Text("We stop.", 680)]
    answers = read_well(tmp_path / "report.pdf", pdf([page, second]))

    assert [(item.exercise, item.name, item.value, item.where) for item in answers.answers] == [
        ("Exercise 1", "Learns", "yes", "report.pdf, page 1"),
        ("Exercise 1", "Layers", 3, "report.pdf, page 2"),
    ]


def test_documents_of_word_are_read(tmp_path: Path) -> None:
    """By their styles."""
    answers = read_well(tmp_path / "report.docx", word("# Exercise 2a", "Layers: 3"))

    assert rows(answers) == [("Exercise 2a", "Layers", 3)]


def test_text_cells_of_a_notebook_are_read(tmp_path: Path) -> None:
    """Code is not: its comments and names are no answers."""
    cells = [
        {"cell_type": "markdown", "source": ["## Exercise 1\n", "\n", "learns: no\n"]},
        {"cell_type": "code", "source": "layers = 5"},
        {"cell_type": "markdown", "source": "steps = 500"},
    ]
    answers = read_well(tmp_path / "lab.ipynb", json.dumps({"nbformat": 4, "cells": cells}))

    assert rows(answers) == [("Exercise 1", "learns", "no"), ("Exercise 1", "steps", 500)]


def test_a_text_is_toml_by_its_name_or_if_all_of_it_is(tmp_path: Path) -> None:
    """A heading of Markdown is a comment of TOML, so tables decide."""
    by_name = read_well(tmp_path / "answers.toml", "[1]\nx = \n")
    by_content = read_well(tmp_path / "answers.txt", "[1]\nx = 1\n")
    markdown = read_well(tmp_path / "answers.md", "# Exercise 1\n\nx = 1\n")

    assert [item.format for item in (by_name, by_content, markdown)] == ["toml", "toml", "document"]
    assert rows(by_content) == [("1", "x", 1)]
    assert rows(markdown) == [("Exercise 1", "x", 1)]


def test_what_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    """What the reader of reports says, a file that is too long, and one without a word."""
    reasons = [
        found.reason
        for name, content in (
            ("report.pdf", b"%PDF-1.5\n"),
            ("scan.pdf", pdf([[Drawn(0, 0)]], [(60, 40, 9)])),
            ("answers.toml", b"[1]\n" + b"#" * (64 << 10)),
            ("answers.toml", b"# nothing\n"),
        )
        if isinstance(found := read(tmp_path / name, content), Failure)
    ]

    assert reasons == ["broken-report", "empty-report", "too-long-for-answers", "no-answers"]


def test_long_documents_are_bounded(tmp_path: Path) -> None:
    """The first answers are kept."""
    text = "# Exercise 1\n\n" + "\n".join(f"question {number}: {number}" for number in range(9_000))
    answers = read_well(tmp_path / "report.md", text)

    assert len(answers.answers) == 300
    assert [item.what for item in answers.problems] == ["too-many"]


def test_numbers_that_can_be_read_in_two_ways_stay_text(tmp_path: Path) -> None:
    """Checks decide; lists of numbers may be intervals, and stay text as well."""
    lines = "total: 545.810\nloss: 0.177\nrate: 1e-3.\nneurons: [512, 10]\nlearns: TRUE"
    answers = read_well(tmp_path / "report.md", f"# Exercise 1\n\n{lines}\n")

    assert [item.value for item in answers.answers] == [
        "545.810",
        0.177,
        0.001,
        "[512, 10]",
        True,
    ]
