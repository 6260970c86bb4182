"""Reports as Markdown, HTML, plain text and the text cells of notebooks."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.report_documents import png, read, read_badly, read_well

PICTURE = base64.b64encode(png()).decode()

MARKDOWN = f"""---
title: Digits with Keras
author: Ada Lovelace, Bo Ek
date: 2024-03-08
---

# Exercise 1

We reached **98 %** with $\\alpha = 10^{{-3}}$ and $$x^2$$, which costs $5 or $6 a run.

![Accuracy of each epoch](data:image/png;base64,{PICTURE})

![](plots/loss.png)

Figure 2: Loss of each epoch

| epochs | accuracy |
| --- | --- |
| 10 | 0.97 |

## Discussion

<p align="center"><img src="a.png" alt="A confusion matrix"></p>

```python
# no heading
```
"""


def test_markdown_is_read(tmp_path: Path) -> None:
    """Front matter, headings, formulas, tables, images with what stands for them."""
    reading = read_well(tmp_path / "report.md", MARKDOWN)
    chart, loss, matrix = reading.figures

    assert (reading.format, reading.tables, reading.equations) == ("markdown", 1, 2)
    assert [(item.text, item.level) for item in reading.headings] == [
        ("Exercise 1", 1),
        ("Discussion", 2),
    ]
    assert (chart.caption, chart.width) == ("Accuracy of each epoch", 40)
    assert chart.png is not None
    assert (loss.caption, loss.width) == ("Figure 2: Loss of each epoch", None)
    assert (matrix.caption, matrix.place.sections) == (
        "A confusion matrix",
        ("Exercise 1", "Discussion"),
    )
    assert [(item.value, item.unit) for item in reading.numbers[:2]] == [(98.0, "%"), (0.001, "")]
    assert "10 | 0.97" in reading.parts[1].text


def test_front_matter_is_a_front_page(tmp_path: Path) -> None:
    """With what it labels."""
    front = read_well(tmp_path / "report.md", MARKDOWN).front

    assert front.title is not None
    assert front.title.text == "Digits with Keras"
    assert [author.text for author in front.authors] == ["Ada Lovelace", "Bo Ek"]
    assert front.date is not None
    assert front.date.text == "2024-03-08"


HTML = f"""<!DOCTYPE html>
<html><head><title>My lab</title><style>p {{ color: red }}</style></head><body>
<h1>Results<a class="anchor-link">¶</a></h1>
<p>We reached <b>97,5&nbsp;%</b><br>in 10 epochs.</p>
<script>var hidden = 1;</script>
<figure><img src="data:image/png;base64,{PICTURE}"><figcaption>Figure 1: Loss</figcaption></figure>
<table><tr><th>a</th><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>
<h2>Why</h2><math><mi>x</mi></math>
</body></html>
"""


def test_html_is_read_as_it_is_shown(tmp_path: Path) -> None:
    """Without scripts and styles; a figure has the caption that is in it."""
    reading = read_well(tmp_path / "report.html", HTML)
    (figure,) = reading.figures

    assert (reading.format, reading.tables, reading.equations) == ("html", 1, 1)
    assert [(item.text, item.level) for item in reading.headings] == [("Results", 1), ("Why", 2)]
    assert (figure.caption, figure.width, figure.place.sections) == (
        "Figure 1: Loss",
        40,
        ("Results",),
    )
    assert "We reached 97,5 %\nin 10 epochs." in reading.parts[0].text
    assert "a b\n1 2" in reading.parts[0].text
    assert not any("hidden" in part.text or "red" in part.text for part in reading.parts)


PLAIN = """Lab report
==========

Name: Ada Lovelace
Group: 7

1. Introduction

We trained a model.

Exercise 2:
The loss fell to 0.05.

1. Load the data
2. Train the model
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    """Headings are underlined, or numbered and alone, or named; items of a list are none."""
    text = PLAIN.replace("trained", "tränade").encode(encoding)
    reading = read_well(tmp_path / "report.txt", text)

    assert reading.format == "text"
    assert (reading.tables, reading.equations, reading.figures) == (None, None, ())
    assert [(item.text, item.level) for item in reading.headings] == [
        ("Lab report", 1),
        ("1. Introduction", 1),
        ("Exercise 2:", 1),
    ]
    assert reading.front.group is not None
    assert reading.front.group.text == "7"
    assert any("tränade" in part.text for part in reading.parts)


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"nbformat": 4, "cells": cells})


def test_text_cells_of_a_notebook_are_one_report(tmp_path: Path) -> None:
    """Code and what it puts out are not part of it; images put into a cell are."""
    outputs = [{"data": {"image/png": PICTURE}, "output_type": "display_data"}]
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "source": ["# Exercise 1\n", "We tried 3 models."]},
        {"cell_type": "code", "source": "epochs = 99", "outputs": outputs},
        {
            "cell_type": "markdown",
            "source": "![chart](attachment:a.png)",
            "attachments": {"a.png": {"image/png": PICTURE}},
        },
    ]
    reading = read_well(tmp_path / "lab.ipynb", notebook(*cells))

    assert reading.format == "notebook"
    assert [item.value for item in reading.numbers] == [3.0]
    assert [(item.caption, item.width) for item in reading.figures] == [("chart", 40)]
    assert reading.figures[0].place.sections == ("Exercise 1",)


def test_a_notebook_without_text_is_empty(tmp_path: Path) -> None:
    """Its code is for others to read."""
    cell: dict[str, object] = {"cell_type": "code", "source": "x = 1"}

    assert read_badly(tmp_path / "lab.ipynb", notebook(cell)).reason == "empty-report"


def test_what_is_too_long_is_cut_and_says_so(tmp_path: Path) -> None:
    """200,000 characters of text, 500 numbers and 300 headings are kept."""
    text = "".join(f"# Part {n}\n\nIt is {n} of 100.\n\n" for n in range(12_000))
    reading = read_well(tmp_path / "report.md", text)

    assert {"text", "headings", "numbers"} <= set(reading.cut)
    assert len(reading.headings) == 300
    assert len(reading.numbers) == 500
    assert sum(len(part.text) for part in reading.parts) <= 200_000


def test_training_logs_give_way_to_other_numbers(tmp_path: Path) -> None:
    """Where there are too many numbers, those that Keras prints are left out first."""
    log = "".join(
        f"Epoch {n}/300\n469/469 [==============================] - 1s 2ms/step - loss: 0.{n:04}\n"
        for n in range(1, 301)
    )
    reading = read_well(tmp_path / "report.txt", f"{log}\nWe reached 99.12 % at last.\n")

    assert reading.cut == ("numbers",)
    assert [item.value for item in reading.numbers] == [99.12]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", "<html>" + "<a " * 300_000),
        ("a.html", "<html>" + "<!--" * 300_000),
        ("a.html", "<html>" + "<div>" * 300_000),
        ("a.md", "[" * 50_000),
        ("a.md", ">" * 300_000),
        ("a.md", "".join("`" * n + " " for n in range(900))),
        ("a.txt", "1 000" * 100_000),
        ("a.ipynb", '{"cells": ' + "[" * 100_000),
    ],
)
def test_hostile_texts_end_soon(tmp_path: Path, name: str, content: str) -> None:
    """Whatever comes of them, it is no exception and no wait."""
    path = tmp_path / name
    path.write_text(content)
    assert read(path) is not None
