from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.confusion import pack_counts
from grader.grading import publish as publishing
from grader.grading.publish import publish
from grader.grading.run_judging import JudgedClass
from grader.records.message import Count, Name, Share, message
from grader.records.result import GradeReport, JudgedArtefact, ShownEvidence
from grader.records.section import Column, ConfusionMatrix, Fact, Mistake, Table
from grader.records.similarity import (
    CodeOverlap,
    CodeRegion,
    ComparedSource,
    Group,
    LineRange,
    Link,
    SimilarCode,
    Similarities,
    SourcePiece,
)
from grader.records.submission import Student
from grader.runs.store import RunStore
from tests.factories import ARTEFACT, DATASET, check_result, report, said

STUDENTS = ("amina", "bruno", "chloe")


class Images:
    """Pictures for every mistake, and which were asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def __call__(self, dataset: str, place: int) -> Any:
        self.asked.append((dataset, place))
        return np.full((4, 4), place, np.uint8)


def own_words(student: str) -> list[str]:
    """What of a student nobody else in the class may see."""
    kinds = (
        "ID",
        "NAME",
        "MAIL",
        "FILE",
        "ALTERNATIVE",
        "LAYER",
        "FEEDBACK",
        "DETAIL",
        "HIDDEN",
        "DIGEST",
    )
    return [f"{kind}-OF-{student}".upper() for kind in kinds]


def confusion(place: int) -> ConfusionMatrix:
    """One mistake, on the image at `place`."""
    counts = pack_counts(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)
    mistake = Mistake(image=place, label=0, predicted=1)
    return ConfusionMatrix(dataset=DATASET, classes=2, counts=counts, mistakes=(mistake,))


def shown_layer(name: str) -> ShownEvidence:
    """A table of one layer of the student's model."""
    title = message("model.summary", layers=Count(value=1), parameters=Count(value=1))
    column = Column(title=message("model.layer"))
    return ShownEvidence(
        sections=(Table(title=title, columns=(column,), rows=((Name(text=name),),)),)
    )


def canary_report(student: str, place: int) -> GradeReport:
    identity, name, mail, file, alternative, named, feedback, detail, hidden, digest = own_words(
        student
    )
    check = check_result(
        "partial",
        10 * place,
        feedback=said(feedback),
        detail=detail,
        facts=(Fact(label=message("accuracy.top-1"), value=Share(value=0.5, dataset=DATASET)),),
        figures=(confusion(place),),
        class_scores=(0.9, 0.5, 0.2),
    )
    secret = check_result(
        check_id="hidden", title=hidden, feedback=said(hidden), detail=detail, visibility="hidden"
    )
    result = report(
        student,
        (check, secret),
        student=Student(id=identity, name=name, email=f"{mail}@example.org"),
        flags=("needs-review",),
    )
    (exercise,) = result.exercises
    judged = JudgedArtefact(
        artefact_id=ARTEFACT, title="the model", files=(file,), alternatives=(alternative,)
    )
    return msgspec.structs.replace(
        result,
        exercises=(
            msgspec.structs.replace(exercise, artefacts=(judged,), evidence=(shown_layer(named),)),
        ),
        provenance=msgspec.structs.replace(result.provenance, submission_sha256=digest),
    )


@pytest.fixture
def reports() -> list[GradeReport]:
    return [canary_report(student, place) for place, student in enumerate(STUDENTS, 1)]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[list[GradeReport]], Images]:
    """Publish these reports; which pictures that took."""

    def write(shown: list[GradeReport]) -> Images:
        images = Images()
        publish(RunStore(tmp_path), JudgedClass(shown, {}), images)
        return images

    return write


Write = Callable[[list[GradeReport]], Images]


def pages(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        file.parent.name: (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.glob("reports/*/index.html")
    }


def test_nothing_of_a_student_reaches_another(
    write: Write, reports: list[GradeReport], tmp_path: Path
) -> None:
    """No page or report of a student holds a word of another's, nor what staff alone may see of the own."""
    write(reports)

    for student in STUDENTS:
        identity, *_, detail, hidden, _ = own_words(student)
        foreign = [word for other in STUDENTS if other != student for word in own_words(other)]
        files = list((tmp_path / "reports" / identity).iterdir())
        assert {file.name for file in files} == {"index.html", "report.json"}
        for file in files:
            text = file.read_text(encoding="utf-8").upper()
            assert f"FEEDBACK-OF-{student}".upper() in text
            assert [word for word in (*foreign, detail, hidden) if word in text] == []


def test_the_leaderboard_names_nobody(
    write: Write, reports: list[GradeReport], tmp_path: Path
) -> None:
    """The board for all holds no word of anybody, and each student's page says which line is theirs."""
    write(reports)
    board = (tmp_path / "leaderboard.html").read_text(encoding="utf-8")

    assert [word for name in STUDENTS for word in own_words(name) if word in board.upper()] == []
    assert "example.org" not in board
    for student in STUDENTS:
        page = (tmp_path / f"reports/ID-OF-{student.upper()}/index.html").read_text(
            encoding="utf-8"
        )
        pseudonym = page.partition("On the leaderboard you are ")[2].partition(".<")[0]
        assert f"<td>{pseudonym}</td>" in board


def test_unchanged_pages_are_neither_made_nor_written_again(
    write: Write, reports: list[GradeReport], tmp_path: Path
) -> None:
    """The second time no picture is read and no page touched."""
    first = write(reports)
    before = pages(tmp_path)
    second = write(reports)

    assert first.asked == [("digits", 1), ("digits", 2), ("digits", 3)]
    assert second.asked == []
    assert pages(tmp_path) == before


def test_another_result_makes_its_page_anew_and_no_other(
    write: Write, reports: list[GradeReport], tmp_path: Path
) -> None:
    """Only the pictures of the page that changed are read, and the page says what changed."""
    write(reports)
    before = pages(tmp_path)
    reports[1] = msgspec.structs.replace(reports[1], points=7.25)
    again = write(reports)
    after = pages(tmp_path)

    assert again.asked == [("digits", 2)]
    assert {name for name in after if after[name] != before[name]} == {"ID-OF-BRUNO"}
    assert b"7.25" in after["ID-OF-BRUNO"][0]


def test_other_templates_make_every_page_anew(
    write: Write, reports: list[GradeReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change of the templates no page of the old ones stays."""
    write(reports)
    monkeypatch.setattr(publishing, "wording_digest", lambda language: "of other templates")

    assert len(write(reports).asked) == 3
    assert write(reports).asked == []


@pytest.mark.parametrize("damage", [b"", b"<html>half a page", None], ids=["empty", "half", "gone"])
def test_a_damaged_page_is_mended(
    damage: bytes | None, write: Write, reports: list[GradeReport], tmp_path: Path
) -> None:
    """A page without its closing mark is made again, as it was."""
    write(reports)
    file = tmp_path / "reports/ID-OF-AMINA/index.html"
    whole = file.read_bytes()
    file.unlink()
    if damage is not None:
        file.write_bytes(damage)
    again = write(reports)

    assert again.asked == [("digits", 1)]
    assert file.read_bytes() == whole


def test_the_mark_tells_nothing_and_shows_nothing(
    write: Write, reports: list[GradeReport], tmp_path: Path
) -> None:
    """The last line of a page is a comment of a digest, the same for the same page."""
    write(reports)
    for page, _ in pages(tmp_path).values():
        last = page.decode().splitlines()[-1]
        assert last.startswith("<!-- ")
        assert last.endswith(" -->")
        assert len(bytes.fromhex(last[5:-4])) == 32


def similar_code(*students: str) -> tuple[Similarities, SimilarCode]:
    """Two students whose code is the same, and that code."""
    lines = LineRange(start=0, stop=1)
    overlap = CodeOverlap(
        tokens=100, own_tokens=(100, 100), regions=(CodeRegion(first=lines, second=lines),)
    )
    link = Link(kind="same-code", students=students, similarity=1.0, code=overlap)
    group = Group(artefact=ARTEFACT, students=students, links=(link,))
    sources = tuple(
        ComparedSource(
            artefact=ARTEFACT,
            student=student,
            pieces=(SourcePiece(file="lab.py", text=f"SOURCE-OF-{student}"),),
        )
        for student in students
    )
    return Similarities(groups=(group,)), SimilarCode(sources=sources)


def test_similar_code_is_for_staff_alone(tmp_path: Path) -> None:
    """A page for each pair, which only the page of the class leads to; nothing of it in what others get."""
    reports = [report(name) for name in STUDENTS]
    judged = JudgedClass(reports, {}, *similar_code("amina", "bruno"))
    publish(RunStore(tmp_path), judged, Images())

    page = f"similar/{ARTEFACT}/amina--bruno.html"
    assert "SOURCE-OF-bruno" in (tmp_path / page).read_text()
    assert page in (tmp_path / "index.html").read_text()
    of_staff = {"similar.json", "similar_code.json", "index.html", page}
    for file in (item for item in tmp_path.rglob("*") if item.is_file()):
        if file.relative_to(tmp_path).as_posix() not in of_staff:
            text = file.read_bytes()
            assert b"SOURCE-OF" not in text
            assert b"similar/" not in text


def test_pages_of_former_pairs_are_removed(tmp_path: Path) -> None:
    """Where others are similar, or nobody is, nothing is left of those before."""
    store, reports = RunStore(tmp_path), [report(name) for name in STUDENTS]
    for pair in (("amina", "bruno"), ("bruno", "chloe")):
        publish(store, JudgedClass(reports, {}, *similar_code(*pair)), Images())
        assert [file.stem for file in tmp_path.glob("similar/*/*")] == ["--".join(pair)]
    publish(store, JudgedClass(reports, {}), Images())

    assert list(tmp_path.glob("similar/*/*")) == []
    assert not (tmp_path / "similar_code.json").exists()
