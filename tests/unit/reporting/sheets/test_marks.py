from __future__ import annotations

import codecs
import csv
import io
from typing import Any

import pytest

from grader.errors import MarkError
from grader.records.message import Name, message
from grader.records.result import CheckResult
from grader.records.section import Excerpt
from grader.reporting.sheets.marks import MarkLine, marks_template, read_marks
from tests.factories import check_result, report


def waiting(text: str = "Pixels are divided.", **more: Any) -> CheckResult:
    """A check that waits for a person, with what there is to read."""
    excerpt = Excerpt(title=message("manual.passage"), source=Name(text="a.pdf"), text=text)
    return check_result(
        "pending", None, **{"check_id": "why", "title": "Why"} | more, figures=(excerpt,)
    )


def rows(data: bytes, separator: str = ",") -> list[dict[str, str]]:
    assert data.startswith(codecs.BOM_UTF8)
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def test_the_template_lists_what_waits_check_by_check() -> None:
    """A line for each check that waits, with what there is to read and empty cells to fill; others are left out."""
    reports = [
        report("amina", (waiting(), check_result(), waiting(check_id="how", title="How"))),
        report("bruno", (waiting(), check_result(), check_result("passed", 30))),
    ]
    found = rows(marks_template(reports))

    assert [(row["student"], row["check"]) for row in found] == [
        ("amina", "mnist/why"), ("bruno", "mnist/why"), ("amina", "mnist/how"),
    ]  # fmt: skip
    assert found[0] == {
        "student": "amina",
        "name": "Amina",
        "check": "mnist/why",
        "title": "MNIST: Why",
        "maximum": "30",
        "points": "",
        "comment": "",
        "excerpt": "Pixels are divided.",
    }


def test_the_template_is_safe_in_a_spreadsheet() -> None:
    """Numbers that are ids stay text, nothing that a student wrote is run, and lines of a text stay lines."""
    text = "=HYPERLINK(1)\x1b[31m\nsecond\n" + "long " * 1000
    (row,) = rows(marks_template([report("00123", (waiting(text, max_score=2.5),))], ";"), ";")

    assert row["student"] == '="00123"'
    assert row["maximum"] == "2,5"
    assert row["excerpt"].startswith("'=HYPERLINK(1)\ufffd[31m\nsecond\nlong")
    assert row["excerpt"].endswith(" …")
    assert len(row["excerpt"]) < 3_010


def test_a_filled_template_is_read_back() -> None:
    """Only lines with points or a comment count; ids and texts are what they were."""
    data = marks_template([report("00123", (waiting(),)), report("bruno", (waiting(),))])
    filled = data.replace(b"30,,,", b'30,"7,5","Why 255?\nSay so.",', 1)
    (line,) = read_marks(filled, "marks.csv")

    assert line == MarkLine(
        where="marks.csv, line 2",
        student="00123",
        check="mnist/why",
        points="7,5",
        comment="Why 255?\nSay so.",
    )


@pytest.mark.parametrize(
    "data",
    [
        "student;check;points;comment\namina;e/why;7,5;Bien joué\n".encode("utf-8-sig"),
        "student\tcheck\tpoints\tcomment\r\namina\te/why\t7,5\tBien joué\r\n".encode("utf-16"),
        "Points,Comment,Check,Student,Mine\n'7,5,x\n".replace("'7,5,x", '"7,5",Bien joué,e/why,amina,1').encode(),
        "student;check;points;comment\namina;e/why;7,5;Bien joué\n;;;\n".encode("cp1252"),
    ],
    ids=["semicolons", "unicode text of Excel", "other columns and order", "windows"],
)  # fmt: skip
def test_sheets_are_read_however_they_were_saved(data: bytes) -> None:
    """Separators, encodings, the order of the columns and further ones do not matter."""
    (line,) = read_marks(data, "m.csv")

    assert (line.student, line.check, line.points, line.comment) == (
        "amina", "e/why", "7,5", "Bien joué",
    )  # fmt: skip


def test_a_name_counts_where_no_id_stands() -> None:
    """Whoever writes a sheet of their own may know names alone."""
    (line,) = read_marks(b"student,name,check,points\n,Amina Testfrau,e/why,1\n", "m.csv")

    assert line.student == "Amina Testfrau"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "m.csv is empty"),
        (b"student,points\na,1\n", "m.csv has no column 'check'; its columns are student, points"),
        (b"student,check,check,points\n", "two columns 'check'"),
        (b'student,check,points\na,"e,1\n', "line 2: a quotation mark is not closed"),
        (b"%PDF-1.4 ...", "it is a PDF document, not CSV"),
    ],
)
def test_what_is_no_such_sheet_is_refused(data: bytes, message: str) -> None:
    """The error names the file and what is wrong with it."""
    with pytest.raises(MarkError) as error:
        read_marks(data, "m.csv")

    assert message in str(error.value)
    assert error.value.hint
