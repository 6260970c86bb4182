from __future__ import annotations

import msgspec
import pytest

from grader.records.result import GradeReport, JudgedArtefact
from grader.records.submission import Student
from grader.reporting.html import render_leaderboard
from grader.reporting.leaderboard import Leaderboard, leaderboard
from grader.reporting.pseudonyms import pseudonyms
from tests.factories import check_result, report


def of(points: dict[str, float | None]) -> list[GradeReport]:
    """Reports with these points; None is open."""
    return [
        report(student, (check_result("error" if score is None else "partial", score),))
        for student, score in points.items()
    ]


def board(reports: list[GradeReport], language: str = "en") -> Leaderboard:
    names = {result.student.id: f"Pseudo {result.student.id[::-1]}" for result in reports}
    worded = [msgspec.structs.replace(item, language=language) for item in reports]
    return leaderboard(worded, names)


def test_equal_points_share_a_place() -> None:
    """After two on the first place comes the third; among equals the order is that of the pseudonyms."""
    found = board(of({"amina": 10, "bruno": 20, "chloe": 20, "dmitri": 0}))

    assert [(item.place, item.pseudonym, item.points_text) for item in found.places] == [
        (1, "Pseudo eolhc", "20"), (1, "Pseudo onurb", "20"), (3, "Pseudo anima", "10"),
        (4, "Pseudo irtimd", "0"),
    ]  # fmt: skip
    assert [round(item.share, 2) for item in found.places] == [0.67, 0.67, 0.33, 0]


def test_open_results_are_left_out() -> None:
    """Who waits for a person is on no place, and moves nobody else."""
    found = board(of({"amina": 10, "bruno": None, "chloe": 20}))

    assert [(item.place, item.pseudonym) for item in found.places] == [
        (1, "Pseudo eolhc"), (2, "Pseudo anima"),
    ]  # fmt: skip


@pytest.mark.parametrize("reports", [of({"amina": None})], ids=["all open"])
def test_a_board_of_nobody_says_so(reports: list[GradeReport]) -> None:
    """Without a final result there is a sentence instead of a table."""
    page = render_leaderboard(board(reports))

    assert "Nobody." in page
    assert "<table" not in page


def test_nothing_points_at_a_person() -> None:
    """Names, ids, addresses, file names, feedback and digests of the class are nowhere on the page."""
    reports = []
    artefact = JudgedArtefact(
        artefact_id="digits", title="it", files=("CANARY-FILE.h5",), alternatives=("CANARY-OTHER",)
    )
    for n, result in enumerate(of({"CANARY-ID-1": 10, "CANARY-ID-2": 20, "CANARY-ID-3": None})):
        (exercise,) = result.exercises
        named = msgspec.structs.replace(exercise, artefacts=(artefact,))
        source = msgspec.structs.replace(result.provenance, submission_sha256=f"{n}abcde" * 8)
        student = Student(id=result.student.id, name="CANARY-NAME", email="CANARY-MAIL@example.org")
        reports.append(
            msgspec.structs.replace(result, student=student, exercises=(named,), provenance=source)
        )
    found = leaderboard(reports, pseudonyms(reports))
    page = render_leaderboard(found)

    assert page.count("<tr>") == 3
    for canary in ("canary", "example.org", "accuracy", "href", "abcde"):
        assert canary not in page.partition("</style>")[2].casefold()


def test_the_board_speaks_the_language_of_the_lab() -> None:
    """Title, headings and numbers follow the lab."""
    page = render_leaderboard(board(of({"amina": 12.5}), "fr"))

    assert '<html lang="fr">' in page
    assert "Classement: A lab" in page
    assert "12,5" in page
