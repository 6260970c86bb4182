"""Round trips through gradebooks shaped as Canvas, Moodle and Gradescope write them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cli.filled_summary import left_lines
from grader.errors import NotJudgedError, RunError, SheetError, UsageError
from grader.records.result import GradeReport
from grader.records.submission import Identity, Student
from grader.reporting.exporters import Filler, RunExporter, exporter
from grader.reporting.exporters.classroom50 import result
from grader.reporting.sheets.filling import Filled, FillOptions
from grader.runs.store import RunStore
from tests.factories import check_result, evidence, report, submission

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Notes,Lab 2 (4710),Lab 3 (4711),"
    "Assignments Current Score,Final Grade\r\n"
    ",,,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,,100.00,40.00,(read only),(read only)\r\n"
    '"Testfrau, Anna",901,00123,atest,"S1, S2","say ""hi""",55.50,,12.00,A\r\n'
    '"Müller, Bruno",902,00124,bmuell,S1,,60.00,12.00,15.00,B\r\n'
    '"Excused, Eva",903,00125,eeva,S1,,70.00,EX,,\r\n'
    '"Nowhere, Nora",904,00126,nnora,S1,,70.00,33.00,,\r\n'
    '"Student, Test",999,,,S1,,,,,\r\n'
).encode()

MOODLE = (
    '\ufeffIdentifier,"Full name","Email address",Status,Group,Grade,"Maximum grade",'
    '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
    '"Feedback comments"\n'
    'Participant 71,"Anna Testfrau",anna@x.org,Submitted,"A, B",,40.00,Yes,-,-,\n'
    'Participant 72,"Bruno Müller",bruno@x.org,Submitted,A,12.00,40.00,Yes,-,-,"mine, ""stays"""\n'
    'Participant 73,"Eva Excused",eva@x.org,Submitted,A,,40.00,No,-,-,\n'
    'Participant 74,"Nora Nowhere",nora@x.org,Submitted,A,33.00,40.00,Yes,-,-,\n'
).encode()

GRADESCOPE = (
    "First Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status\n"
    "Anna,Testfrau,00123,anna@x.org,S1,,40.0,Missing\n"
    "Bruno,Müller,00124,bruno@x.org,S1,12.0,40.0,Graded\n"
    "Nora,Nowhere,00126,nora@x.org,S1,33.0,40.0,Graded\n"
).encode()


def one(name: str, mail: str, points: float, **more: Any) -> GradeReport:
    """A result out of 40 points."""
    check = check_result("partial", points, max_score=40)
    student = Student(id=mail, name=name, email=f"{mail}@x.org")
    return report(mail, (check,), student=student, lab_title="Lab 3", **more)


def a_class() -> list[GradeReport]:
    return [
        one("Anna Testfrau", "anna", 37.18, identity=Identity(ids=("901",))),
        one("Bruno Muller", "bruno", 12),
        one("Eva Excused", "eva", 20),
        one("Zoe Absent", "zoe", 30),
    ]


def fill(name: str, data: bytes, reports: list[GradeReport] | None = None, **asked: Any) -> Filled:
    found = exporter(name)
    assert isinstance(found, Filler)
    return found.fill(
        data, "book.csv", a_class() if reports is None else reports, FillOptions(**asked)
    )


def table(data: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))


def differing(before: bytes, after: bytes) -> dict[tuple[int, int], str]:
    old, new = table(before), table(after)
    assert [len(row) for row in old] == [len(row) for row in new]
    return {
        (row, column): new[row][column]
        for row in range(len(old))
        for column in range(len(old[row]))
        if old[row][column] != new[row][column]
    }


def test_canvas_only_the_marks_change() -> None:
    """One cell is filled, the mark that is there stays as written, excused stays, and nobody loses a mark."""
    filled = fill("canvas", CANVAS)

    assert filled.data == CANVAS.replace(b"55.50,,12.00", b"55.50,37.18,12.00")
    assert [(item.name, item.old, item.new) for item in filled.changes] == [
        ("Anna Testfrau", "", "37.18")
    ]
    assert filled.same == ("Bruno Muller",)
    assert filled.locked == (("Eva Excused", "excused in the file"),)
    assert [name.split("'")[1] for name in filled.not_in_run] == ["Nowhere, Nora", "Student, Test"]
    assert filled.not_in_file == ("Zoe Absent",)


def test_what_is_in_doubt_is_left_out_and_named() -> None:
    """Nobody gets a mark that may be another's; all others get theirs."""
    data = CANVAS.replace(b'"Nowhere, Nora",904', b'"Testfrau, Anna",904')
    reports = [
        one("Anna Testfrau", "anna", 37.18),
        one("Bruno Muller", "bruno", 13),
        one("Carla Other", "carla", 20, identity=Identity(ids=("903",))),
    ]
    filled = fill("canvas", data, reports)

    assert filled.data == data.replace(b"60.00,12.00", b"60.00,13.00")
    assert filled.doubtful == (
        "'Anna Testfrau' may be 'Testfrau, Anna' in line 4 or 'Testfrau, Anna' in line 7",
        "'Carla Other' may be 'Excused, Eva' in line 6",
    )
    assert [name.split("'")[1] for name in filled.not_in_run] == ["Student, Test"]
    assert filled.not_in_file == ()
    assert any("In doubt" in line and "line 7" in line for line in left_lines(filled))
    assert fill("canvas-comments", data, reports).doubtful == filled.doubtful


@pytest.mark.parametrize("column", ["Lab 3", "4711", "lab 3 (4711)"])
def test_canvas_a_column_is_named_by_title_or_number(column: str) -> None:
    """As the gradebook has it, regardless of case."""
    assert fill("canvas", CANVAS, column=column).title == "Lab 3 (4711)"


@pytest.mark.parametrize(
    ("asked", "said", "hint"),
    [
        ({"column": "Lab 2"}, "out of 100 points, the lab out of 40", "--scale"),
        ({"column": "Final Grade"}, "takes no marks", "'Lab 3 (4711)' (40 points)"),
        ({"column": "Section"}, "takes no marks", "--column"),
        ({"column": "Lab 9"}, "no column of book.csv fits 'Lab 9'", "Lab 2"),
        ({"comments": True}, "no column for comments", "download"),
    ],
)
def test_canvas_what_does_not_fit_is_refused(asked: dict[str, Any], said: str, hint: str) -> None:
    """The message names the matter, the hint a way out."""
    with pytest.raises(SheetError, match=said) as caught:
        fill("canvas", CANVAS, **asked)
    assert hint in caught.value.hint


def test_canvas_two_columns_that_fit_are_a_question() -> None:
    """Without a name of the lab among them nothing is guessed."""
    data = CANVAS.replace(b"Lab 3 (4711)", b"Project (4711)")
    with pytest.raises(SheetError, match="several columns") as caught:
        fill("canvas", data)
    assert "'Project (4711)' (40 points)" in caught.value.hint


def test_canvas_marks_are_converted_on_request() -> None:
    """37.18 of 40 are 92.95 of 100."""
    assert fill("canvas", CANVAS, column="Lab 2", scale=True).changes[0].new == "92.95"


def test_canvas_semicolons_and_decimal_commas() -> None:
    """Numbers are written as the file writes them."""
    data = (
        b"LastName;FirstName;ID;Section;Lab 3 (1)\n    Points Possible;;;;40,00\n"
        b"Testfrau;Anna;901;S;\nM\xc3\xbcller;Bruno;902;S;12,00\n"
    )

    filled = fill("canvas", data)

    assert filled.data == data.replace(b"901;S;", b"901;S;37,18")
    assert filled.same == ("Bruno Muller",)


def test_marks_that_are_not_final_are_left_out() -> None:
    """They are named, and written on request only."""
    anna, *others = a_class()
    reports = [one("Anna Testfrau", "anna", 37.18, complete=False), *others]

    assert fill("canvas", CANVAS, reports).open == ("Anna Testfrau",)
    assert fill("canvas", CANVAS, reports).data == CANVAS
    assert fill("canvas", CANVAS, reports, include_open=True).data != CANVAS
    assert anna.complete


def test_moodle_only_grades_and_comments_change() -> None:
    """Locked grades, other people's comments and people of other groups stay."""
    marks, both = fill("moodle", MOODLE), fill("moodle", MOODLE, comments=True)

    assert marks.data == MOODLE.replace(b'"A, B",,40', b'"A, B",37.18,40')
    assert differing(MOODLE, both.data).keys() == {(1, 5), (1, 10)}
    assert (both.comments, both.comments_kept) == (("Anna Testfrau",), ("Bruno Muller",))
    assert both.locked == (("Eva Excused", "its grade cannot be changed in Moodle"),)
    assert fill("moodle", both.data, comments=True).data == both.data


def test_moodle_our_own_comment_is_brought_up_to_date() -> None:
    """After another mark the comment of the export before is replaced."""
    first = fill("moodle", MOODLE, comments=True)
    again = fill("moodle", first.data, [one("Anna Testfrau", "anna", 20)], comments=True)

    assert again.comments == ("Anna Testfrau",)
    assert "20 / 40" in table(again.data)[1][10]


def test_moodle_in_other_languages() -> None:
    """French and Catalan headers are known, decimal commas kept; any other grade column is named."""
    french = (
        '\ufeffIdentifiant,"Nom complet",Statut,Note,"Note maximale","Dernière modification (note)"\r\n'
        'Participant 71,"Anna Testfrau",Remis,,"40,00",-\r\n'
    ).encode()
    other = french.replace(b",Note,", b",Arvosana,").replace(b"Note maximale", b"Paras")

    assert fill("moodle", french).data == french.replace(b"Remis,,", b'Remis,"37,18",')
    with pytest.raises(SheetError, match="grades") as caught:
        fill("moodle", other)
    assert "Arvosana" in caught.value.hint
    assert fill("moodle", other, column="Arvosana").changes[0].new == "37,18"
    with pytest.raises(SheetError, match="out of 20"):
        fill("moodle", other.replace(b"40,00", b"20,00"), column="Arvosana")


def test_moodle_participants_without_names() -> None:
    """In blind marking the number of the participant is all there is."""
    blind = b"Identifier,Status,Grade,Maximum grade\nParticipant 71,Submitted,,40.00\n"
    anna = one("", "p71", 37.18, identity=Identity(ids=("71",)))

    assert fill("moodle", blind, [anna]).changes[0].new == "37.18"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (CANVAS, "no grading worksheet"),
        (MOODLE.replace(b'"Maximum grade"', b"Scale").replace(b"40.00", b"Good"), "scale of words"),
    ],
)
def test_moodle_refuses_other_files(data: bytes, said: str) -> None:
    """A gradebook of another platform, and an assignment without points."""
    with pytest.raises(SheetError, match=said):
        fill("moodle", data)


def test_gradescope_fills_the_total() -> None:
    """Only the total score changes."""
    filled = fill("gradescope-csv", GRADESCOPE)

    assert filled.data == GRADESCOPE.replace(b"S1,,40.0", b"S1,37.18,40.0")


def test_gradescope_writes_a_table_of_its_own() -> None:
    """Without a file the run's students are the lines."""
    found = exporter("gradescope-csv")
    assert isinstance(found, Filler)
    assert found.blank is not None
    header, anna, *_ = table(fill("gradescope-csv", found.blank(a_class())).data)

    assert header == ["Name", "SID", "Email", "Total Score", "Max Points", "Status"]
    assert anna == ["Anna Testfrau", "anna", "anna@x.org", "37.18", "40", "Graded"]


cell = st.text(st.sampled_from('ab",;\n= '), max_size=6)


@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=5), st.sampled_from([",", ";"]))
def test_canvas_keeps_every_other_cell(notes: list[tuple[str, str]], separator: str) -> None:
    """Whatever is in them: parsed again, only the column of the lab differs."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator)
    writer.writerow(["Student", "ID", "Section", "Notes", "Lab 3 (1)", "Other"])
    writer.writerow(["    Points Possible", "", "", "", "40.00", "(read only)"])
    for place, (note, section) in enumerate(notes):
        writer.writerow([f"S{place}, X", 900 + place, section, note, "", note])
    data = stream.getvalue().encode()
    reports = [
        one(f"X S{place}", f"s{place}", 7.25, identity=Identity(ids=(str(900 + place),)))
        for place in range(len(notes))
    ]

    before = table(data, separator)
    after = table(fill("canvas", data, reports).data, separator)

    for row in after[2:]:
        assert row[4] == "7.25"
        row[4] = ""
    assert after == before


def test_canvas_comments_have_the_ids_of_canvas() -> None:
    """One line for each student of the gradebook who has a result."""
    filled = fill("canvas-comments", CANVAS)
    header, anna, *_ = table(filled.data)

    assert header == ["ID", "Student", "Comment"]
    assert anna[:2] == ["901", "Anna Testfrau"]
    assert "37.18 / 40" in anna[2]
    assert "STAFF" not in filled.data.decode()


def moodle_run(folder: Path, sources: dict[str, str]) -> tuple[list[GradeReport], RunStore]:
    store = RunStore(folder)
    for student, source in sources.items():
        store.write_evidence(evidence(student, submission=submission(student, source=source)))
        store.write(f"reports/{student}/index.html", f"page of {student}".encode())
    return [report(student) for student in sources], store


def test_moodle_feedback_goes_back_under_the_same_folders(tmp_path: Path) -> None:
    """With and without the underscore at the end, from folders and from files; others are left out."""
    reports, store = moodle_run(
        tmp_path / "run",
        {
            "anna": "Anna Testfrau_71_assignsubmission_file",
            "bruno": "Bruno B_72_assignsubmission_file_",
            "chloe": "Chloe C_73_assignsubmission_file_model_v2.h5",
            "dmitri": "dmitri",
        },
    )
    found = exporter("moodle-feedback")
    assert isinstance(found, RunExporter)
    (data,) = found.render(reports, store).values()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}

    assert files == {
        "Anna Testfrau_71_assignsubmission_file/feedback.html": b"page of anna",
        "Bruno B_72_assignsubmission_file_/feedback.html": b"page of bruno",
        "Chloe C_73_assignsubmission_file_/feedback.html": b"page of chloe",
    }
    with pytest.raises(RunError, match="no submission"):
        found.render(reports[3:], store)


ENVIRONMENT = {
    "CLASSROOM": "ml", "ASSIGNMENT": "lab3", "USERNAME": "anna",
    "SUBMISSION_TAG": "submit/2026-02-02T08-05-00Z-abc1234",
    "COMMIT_URL": "https://x/c", "RELEASE_URL": "https://x/r",
}  # fmt: skip


def test_classroom50_gets_its_schema() -> None:
    """All keys it requires and no other, whole numbers, the time of the tag."""
    data = result(one("Anna", "anna", 37.18), ENVIRONMENT)

    assert data.keys() == {
        "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit",
        "release", "review", "datetime", "score", "max-score", "tests",
    }  # fmt: skip
    assert (data["score"], data["max-score"], data["datetime"]) == (
        3718,
        4000,
        "2026-02-02T08:05:00Z",
    )
    assert (data["owner"], data["review"]) == ("anna", "https://x/c")
    assert all(type(test[key]) is int for test in data["tests"] for key in ("score", "max-score"))
    assert json.dumps(data)


def test_classroom50_refuses_what_it_has_no_words_for() -> None:
    """Open marks, several submissions, and another environment."""
    with pytest.raises(NotJudgedError):
        result(one("Anna", "anna", 1, complete=False), ENVIRONMENT)
    with pytest.raises(UsageError, match="CLASSROOM, ASSIGNMENT"):
        result(one("Anna", "anna", 1), {})
    with pytest.raises(UsageError, match="one submission"):
        exporter("classroom50").render(a_class())  # type: ignore[attr-defined]
