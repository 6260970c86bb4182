from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UnknownNameError
from grader.messages import visible
from grader.records.base import from_json
from grader.records.feedback import Feedback
from grader.records.points import late_points, sum_points
from grader.records.result import GradeReport
from grader.records.submission import Student
from grader.registry import EXPORTERS
from grader.reporting.exporters import Exporter, exporter, render
from grader.reporting.feedback import staff_feedback
from grader.reporting.sheets.comments import comment_lines
from tests.factories import check_result, report
from tests.factory_reports import HOSTILE, hostile_report, marked_check, small_class

#: Formats of which every class makes files.
SELF_MADE = [
    name
    for name in EXPORTERS.names()
    if isinstance(exporter(name), Exporter) and name != "classroom50"
]


@pytest.mark.parametrize("name", [name for name in SELF_MADE if name != "ods"])
def test_exports_look_as_they_did(name: str, golden: Callable[[str, str], None]) -> None:
    """Each format is compared with a file a person has looked at."""
    for file, data in render(name, small_class()).items():
        if name != "gradescope" or file in {"amina.json", "chloe.json"}:
            golden(f"{name}.{file}", data.decode())


@pytest.mark.parametrize("name", SELF_MADE)
def test_every_exporter_keeps_the_contract(name: str) -> None:
    """A description on one line, bytes under plain file names, and no error where nobody handed in."""
    found = exporter(name)
    assert isinstance(found, Exporter)
    files = found.render(small_class())

    assert found.description.strip()
    assert "\n" not in found.description
    assert all(isinstance(data, bytes) for data in files.values())
    assert all(Path(file).name == file for file in files)
    assert found.render([]).keys() <= files.keys()
    if found.per_student:
        assert {Path(file).stem for file in files} == {"amina", "bruno", "chloe", "dmitri"}
    else:
        assert len(files) == 1


def test_the_exporters_are_found_in_their_package() -> None:
    """What the documentation names is there, whatever other packages add."""
    assert set(EXPORTERS.names()) >= {
        "csv", "gradescope", "json", "junit", "ods", "canvas", "canvas-comments", "moodle", "moodle-feedback",
        "gradescope-csv", "classroom50",
    }  # fmt: skip


def test_what_fills_a_file_does_not_render_alone() -> None:
    """A gradebook needs the instructor's file."""
    with pytest.raises(TypeError, match="canvas"):
        render("canvas", small_class())


def names_only(reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """An export of another package."""
    return {"names.txt": "\n".join(report.student.name for report in reports).encode()}


NAMES_ONLY = Exporter(description="the names", render=names_only)


def test_an_exporter_of_another_package_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point is all it takes: it is listed and renders like the grader's own."""
    point = EntryPoint("names-only", f"{__name__}:NAMES_ONLY", "grader.exporters")
    monkeypatch.setattr(
        "importlib.metadata.entry_points",
        lambda *, group: EntryPoints([point] if group == "grader.exporters" else []),
    )
    EXPORTERS.refresh()
    try:
        assert "names-only" in EXPORTERS.names()
        assert render("names-only", small_class()[:2]) == {"names.txt": b"Amina\nBruno"}
    finally:
        monkeypatch.undo()
        EXPORTERS.refresh()


def test_an_unknown_format_names_the_closest() -> None:
    """A slip is answered with the format that was meant."""
    with pytest.raises(UnknownNameError) as caught:
        render("cvs", [])
    assert "'csv'" in caught.value.hint


def table(reports: list[GradeReport]) -> list[dict[str, str]]:
    (data,) = render("csv", reports).values()
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_the_table_is_read_back() -> None:
    """Points, statuses and flags stand in their columns; what is open is empty, not 0."""
    amina, bruno, chloe, _ = table(small_class())

    assert (amina["points"], amina["max_points"], amina["status"]) == (
        "42.5",
        "180",
        "needs-review",
    )
    assert (amina["mnist/error"], amina["mnist/error status"]) == ("", "error")
    assert (amina["mnist/partial"], amina["mnist/partial status"]) == ("12.5", "partial")
    assert (bruno["passed"], bruno["status"], bruno["days_late"]) == ("yes", "final", "")
    assert (chloe["points"], chloe["mnist/accuracy"], chloe["days_late"]) == ("30", "33.33", "1")


def test_points_in_the_table_keep_their_hundredths() -> None:
    """Labs of many points lose no digits."""
    (line,) = table([report(checks=(check_result("partial", 12345.67, max_score=20000),))])

    assert (line["points"], line["mnist/accuracy"], line["max_points"]) == (
        "12345.67", "12345.67", "20000",
    )  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t=", "\r=", "\n@"])
def test_no_cell_is_a_formula(start: str) -> None:
    """A name that a spreadsheet would run is marked as text."""
    (line,) = table([hostile_report(f"{start}1+1")])

    assert line["name"] == f"'{visible(start)}1+1"


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_a_row(name: str) -> None:
    """Commas, quotes and line breaks in names stay in their cell."""
    lines = table([hostile_report(name), report("bruno")])

    assert [line["id"] for line in lines] == ["mallory", "bruno"]
    assert lines[0]["name"].removeprefix("'") == visible(name).removeprefix("'")


def junit(reports: list[GradeReport]) -> ET.Element:
    return ET.fromstring(render("junit", reports)["junit.xml"])  # noqa: S314  (our own bytes)


def test_junit_counts_are_right() -> None:
    """Totals are the sums of the suites, and each suite's those of its cases."""
    root = junit(small_class())

    for element in (root, *root.iter("testsuite")):
        cases = list(element.iter("testcase"))
        assert int(element.get("tests", "")) == len(cases)
        for attribute, tag in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(element.get(attribute, "")) == sum(
                case.find(tag) is not None for case in cases
            )
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == [
        "9", "4", "1", "2",
    ]  # fmt: skip


def test_junit_keeps_the_statuses_apart() -> None:
    """Ours is `error`, the student's is `failure`, waiting is `skipped`; a pass has none of them."""
    suite = junit(small_class()).find("testsuite")
    assert suite is not None
    outcomes = {
        str(case.get("classname")).rpartition(".")[2]: [
            child.tag for child in case if child.tag != "properties"
        ]
        for case in suite.iter("testcase")
    }

    assert outcomes == {
        "passed": [], "partial": ["failure"], "failed": ["failure"], "skipped": ["skipped"],
        "pending": ["skipped"], "error": ["error"],
    }  # fmt: skip


@pytest.mark.parametrize("name", [*HOSTILE, "a\x00b\x0b\ufffe\ud800.h5", "]]>&amp;"])
def test_junit_is_well_formed_whatever_the_names(name: str) -> None:
    """Characters XML cannot hold are replaced, markup is text."""
    root = junit([hostile_report(name)])
    failure = root.find(".//failure")

    assert failure is not None
    assert (failure.text or "").endswith(".")
    assert {element.tag for element in root.iter()} == {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure",
    }  # fmt: skip


def gradescope(result: GradeReport) -> dict[str, object]:
    (data,) = render("gradescope", [result]).values()
    found: dict[str, object] = json.loads(data)
    return found


@pytest.mark.parametrize("result", small_class(), ids=lambda result: result.student.id)
def test_gradescope_gets_only_what_it_knows(result: GradeReport) -> None:
    """Keys, types and values are those of Gradescope's specification."""
    data = gradescope(result)
    tests = data["tests"]
    assert isinstance(tests, list)

    assert data.keys() <= {
        "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format",
        "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard",
    }  # fmt: skip
    assert data["score"] == result.points
    assert data["output_format"] == data["test_output_format"] == "text"
    for test in tests:
        assert test.keys() <= {
            "score", "max_score", "status", "name", "name_format", "number", "output",
            "output_format", "tags", "visibility", "extra_data",
        }  # fmt: skip
        assert test.get("status", "passed") in {"passed", "failed"}
        assert isinstance(test["number"], str)
        assert test["visibility"] in {"hidden", "after_due_date", "after_published", "visible"}
        assert 0 <= test.get("score", 0) <= test.get("max_score", 0)


def test_gradescope_is_told_what_is_open() -> None:
    """An open check has neither score nor status, and the result says that it is not final."""
    amina, bruno, *_ = small_class()
    tests = gradescope(amina)["tests"]
    assert isinstance(tests, list)

    assert ["score" in test for test in tests] == [True, True, True, True, False, False]
    assert "output" in gradescope(amina)
    assert "output" not in gradescope(bruno)


def test_json_is_the_full_reports() -> None:
    """The array decodes to what staff read of each report, staff detail included."""
    (data,) = render("json", small_class()).values()

    assert from_json(data, list[Feedback]) == [staff_feedback(result) for result in small_class()]
    assert b"STAFF-ONLY" in data


def excel(reports: list[GradeReport], separator: str) -> str:
    found = exporter("csv")
    assert isinstance(found, Exporter)
    assert found.render_for_excel is not None
    (data,) = found.render_for_excel(reports, separator).values()
    return data.decode("utf-8")


@pytest.mark.parametrize(("separator", "points"), [(";", "12,5"), (",", "12.5")])
def test_excel_opens_its_form_of_the_table(separator: str, points: str) -> None:
    """A byte order mark, its line ends, the separator of its language and the decimal sign that goes with it."""
    text = excel([report(checks=(check_result("partial", 12.5),))], separator)
    header, line, end = text.split("\r\n")

    assert header.startswith(f"\ufeffid{separator}name{separator}")
    assert line.split(separator)[4:6] == [points, "30"]
    assert end == ""


@pytest.mark.parametrize(
    ("student", "shown"),
    [("00123", '="00123"'), ("1E5", '="1E5"'), ("mar1", '="mar1"'), ("amina", "amina")],
)
def test_ids_stay_text_in_excel(student: str, shown: str) -> None:
    """What Excel would make a number or a date of stands in the one form it keeps; nothing else is a formula."""
    named = Student(id=student, name="=1+1", email="@x")
    text = excel([report(student, student=named)], ";")
    line = next(csv.reader(io.StringIO(text.splitlines()[1]), delimiter=";"))

    assert line[:3] == [shown, "'=1+1", "'@x"]


def test_the_spreadsheet_has_ids_as_text_and_points_as_numbers() -> None:
    """The columns are those of the table; a formula for a name is text."""
    with zipfile.ZipFile(io.BytesIO(render("ods", small_class())["grades.ods"])) as archive:
        first, *_ = archive.infolist()
        content = ET.fromstring(archive.read("content.xml"))  # noqa: S314  (our own bytes)
        manifest = archive.read("META-INF/manifest.xml").decode()
    rows = [list(row) for row in content.iter() if row.tag.endswith("}table-row")]
    texts = ["".join(cell.itertext()) for cell in rows[4]]
    types = [next((v for k, v in cell.items() if k.endswith("value-type")), "") for cell in rows[4]]

    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert "opendocument.spreadsheet" in manifest
    assert len({len(row) for row in rows}) == 1
    assert texts[1] == "'=HYPERLINK"[1:] + '("http://x")'
    assert types[:6] == ["string", "string", "string", "string", "float", "float"]


@st.composite
def judged(draw: st.DrawFn) -> GradeReport:
    """A result of checks with any points, in a lab with any late rule."""
    shares = st.floats(0, 1)
    checks = []
    for place in range(draw(st.integers(1, 6))):
        full = draw(st.floats(0.01, 60))
        share = draw(st.one_of(st.none(), shares))
        checks.append(
            check_result(
                "partial" if share is not None else "error",
                None if share is None else share * full,
                check_id=f"c{place}",
                max_score=full,
                facts=(),
                feedback=(),
            )
        )
    days = draw(st.integers(0, 9))
    (_, _, late, _) = small_class()
    assert late.lateness is not None
    lateness = msgspec.structs.replace(late.lateness, days=days, factor=1 - 0.1 * days)
    points = late_points(sum_points(check.score or 0 for check in checks), lateness.factor)
    return report(
        "amina",
        checks,
        points=points,
        max_points=sum_points(c.max_score for c in checks),
        lateness=lateness,
    )


@given(judged())
def test_no_export_has_more_than_hundredths(result: GradeReport) -> None:
    """Every number has two decimals at most, and the checks shown times the late rule are the total."""
    files = {name: render(name, [result]) for name in ("csv", "json", "junit", "gradescope")}
    for name, found in files.items():
        (text,) = (data.decode() for data in found.values())
        numbers = re.findall(r"(?<![\w.:-])\d+\.\d+(?:e-?\d+)?(?![\w.])", text)
        assert all(re.fullmatch(r"\d+\.\d{1,2}", number) for number in numbers), (name, numbers)

    (line,) = table([result])
    shown = [float(text) for key, text in line.items() if re.fullmatch(r"mnist/c\d", key) and text]
    assert result.lateness is not None
    assert late_points(sum_points(shown), result.lateness.factor) == float(line["points"])


def test_points_given_by_hand_are_exported_with_the_comment() -> None:
    """Every format has the points that a person gave; the comment goes to students, and who gave them to nobody."""
    result = report("amina", (marked_check(),))
    suite = junit([result])
    (score,) = suite.findall(".//testcase/properties/property[@name='score']")
    (test,) = cast("list[dict[str, object]]", gradescope(result)["tests"])
    (row,) = csv.DictReader(io.StringIO(render("csv", [result])["grades.csv"].decode()))

    assert score.get("value") == row["mnist/accuracy"] == "8"
    assert (test["score"], test["status"]) == (8, "failed")
    assert str(test["output"]).startswith("A person marked this part.\nSee `fit`.\n<b>Now</b>\n")
    assert "See `fit`. <b>Now</b>" in (suite.findtext(".//failure") or "")
    assert "See `fit`. <b>Now</b>" in comment_lines(result)[1]
    assert "Ana" not in json.dumps(gradescope(result)) + "".join(comment_lines(result))
