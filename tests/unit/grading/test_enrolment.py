"""A class beside its roster, when it is graded and when it is judged again."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.course import Course, CourseSettings
from grader.grading.enrolment import enrolled_class, enrolled_evidence, open_questions
from grader.intake import find_class
from grader.records.evidence import Evidence, Failure, Observation, ResolvedFiles


def course(folder: Path, *lines: str, **matches: str) -> Course:
    (folder / "roster.csv").write_text("\n".join(["id,name", *lines]) + "\n")
    return Course(root=folder, settings=CourseSettings(roster="roster.csv", matches=matches))


def class_of(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / "class" / name).mkdir(parents=True)
        (folder / "class" / name / "model.h5").write_bytes(b"text\n")
    return folder / "class"


def stored(folder: Path, settings: Course) -> list[Evidence]:
    """Evidence of a class in which everybody handed in nothing that serves."""
    failure = Failure(reason="missing")
    return [
        Evidence(
            submission=item.submission,
            resolved=ResolvedFiles(key="k", artefacts={}),
            observations=(Observation(kind="models", need="models:m", key="k", failure=failure),),
        )
        for item in enrolled_class(find_class(folder), settings).submissions
    ]


def test_a_submission_stands_under_the_id_of_the_roster(tmp_path: Path) -> None:
    """Whoever is matched by name is graded once, and those without a submission follow."""
    settings = course(tmp_path, "104221,Anna Testfrau", "104222,Bo Prueba")
    enrolled = enrolled_class(find_class(class_of(tmp_path, "Testfrau, Anna")), settings)

    assert [item.submission.student.id for item in enrolled.submissions] == ["104221", "104222"]
    assert [item.submission.absent for item in enrolled.submissions] == [False, True]
    assert enrolled.sentences == ("Without a submission: 1 on the roster (Bo Prueba).",)


def test_nobodys_absence_is_final_while_a_submission_is_not_matched(tmp_path: Path) -> None:
    """What fits nobody may be the work of whoever is missing."""
    settings = course(tmp_path, "104222,Bo Prueba")
    collected = stored(class_of(tmp_path, "final_v2"), settings)
    found = enrolled_evidence(collected, settings)
    absent = found.evidence[1].observations[0].failure

    assert found.unmatched == {"final_v2"}
    assert absent is not None
    assert (absent.reason, absent.fault) == ("not-matched", "grader")
    assert [item.source for item, _ in open_questions(collected, settings)] == ["final_v2"]


def test_an_answer_takes_the_place_of_the_absence(tmp_path: Path) -> None:
    """Once the instructor said whose it is, one row is left."""
    settings = course(tmp_path, "104222,Bo Prueba")
    collected = stored(class_of(tmp_path, "final_v2"), settings)
    matches = CourseSettings(roster="roster.csv", matches={"final_v2": "104222"})
    answered = Course(root=tmp_path, settings=matches)
    found = enrolled_evidence(collected, answered)

    assert [item.submission.student.name for item in found.evidence] == ["Bo Prueba"]
    assert not found.unmatched
    assert not open_questions(collected, answered)


def test_without_a_roster_evidence_stays_as_it_is(tmp_path: Path) -> None:
    """There is nobody to ask for."""
    collected = stored(class_of(tmp_path, "amina"), Course())

    assert list(enrolled_evidence(collected, Course()).evidence) == collected
    assert msgspec.structs.asdict(collected[0].submission)["absent"] is False
