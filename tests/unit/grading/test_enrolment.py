"""A class beside its roster, when it is graded and when it is judged again."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from grader.cli.match_lines import match_lines
from grader.course import Course
from grader.errors import RunError
from grader.grading.class_found import describe_enrolment, mismatch
from grader.grading.enrolment import enrolled_class, enrolled_evidence, open_matters
from grader.intake import locate_class
from grader.messages import catalogue, failure_text
from grader.records.evidence import Evidence, Failure, Observation, ResolvedFiles
from grader.records.lab import AttemptRule
from grader.settings.course_file import CourseSettings


def course(folder: Path, *lines: str, **matches: str) -> Course:
    (folder / "roster.csv").write_text("\n".join(["id,name", *lines]) + "\n")
    return Course(root=folder, settings=CourseSettings(roster="roster.csv", matches=matches))


def class_of(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / "class" / name).mkdir(parents=True)
        (folder / "class" / name / "model.h5").write_bytes(b"text\n")
    return folder / "class"


def stored(folder: Path, settings: Course, rule: AttemptRule = "last") -> list[Evidence]:
    """Evidence of a class in which everybody handed in nothing that serves."""
    failure = Failure(reason="missing")
    return [
        Evidence(
            submission=item.submission,
            resolved=ResolvedFiles(key="k", artefacts={}),
            observations=(Observation(kind="models", need="models:m", key="k", failure=failure),),
        )
        for item in enrolled_class(locate_class(folder), settings, rule).submissions
    ]


def test_a_submission_stands_under_the_id_of_the_roster(tmp_path: Path) -> None:
    """Whoever is matched by name is graded once, and those without a submission follow."""
    settings = course(tmp_path, "104221,Anna Testfrau", "104222,Bo Prueba")
    found = locate_class(class_of(tmp_path, "Testfrau, Anna"))
    enrolled = enrolled_class(found, settings)

    assert [item.submission.student.id for item in enrolled.submissions] == ["104221", "104222"]
    assert [item.submission.absent for item in enrolled.submissions] == [False, True]
    assert describe_enrolment(enrolled, found) == (
        "Without a submission: 1 on the roster (Bo Prueba).",
    )


def test_nobodys_absence_is_final_while_a_submission_is_not_matched(tmp_path: Path) -> None:
    """What fits nobody may be the work of whoever is missing."""
    settings = course(tmp_path, "104222,Bo Prueba")
    collected = stored(class_of(tmp_path, "final_v2"), settings)
    found = enrolled_evidence(collected, settings)
    absent = found.people[1].attempts[0].observations[0].failure

    assert found.unmatched == {"final_v2"}
    assert absent is not None
    assert (absent.reason, absent.fault) == ("not-matched", "grader")
    assert [item.submission.source for item in open_matters(collected, settings).submissions] == [
        "final_v2"
    ]


def test_an_answer_takes_the_place_of_the_absence(tmp_path: Path) -> None:
    """Once the instructor said whose it is, one row is left."""
    settings = course(tmp_path, "104222,Bo Prueba")
    collected = stored(class_of(tmp_path, "final_v2"), settings)
    matches = CourseSettings(roster="roster.csv", matches={"final_v2": "104222"})
    answered = Course(root=tmp_path, settings=matches)
    found = enrolled_evidence(collected, answered)

    (person,) = found.people
    assert person.attempts[0].submission.student.name == "Bo Prueba"
    assert not found.unmatched
    assert not open_matters(collected, answered).submissions


def test_nobody_is_absent_for_good_whom_a_stray_is_called_like(tmp_path: Path) -> None:
    """A document and a link to nowhere that were left out are the instructor's matter, not a mark of 0."""
    settings = course(tmp_path, "amina,Amina A", "bo,Bo Prueba", "cy,Cy Third", "di,Di Fourth")
    folder = class_of(tmp_path, "di")
    (folder / "amina.pdf").write_bytes(b"%PDF")
    (folder / "Bo Prueba").symlink_to("nowhere")
    found = locate_class(folder)
    collected = stored(folder, settings)
    enrolled = enrolled_evidence(collected, settings, found.left_out)
    reasons = {
        item.submission.student.id: failure
        for person in enrolled.people
        for item in person.attempts
        if (failure := item.observations[0].failure)
    }

    assert {student: failure.reason for student, failure in reasons.items()} == {
        "amina": "left-out", "bo": "left-out", "cy": "missing", "di": "missing",
    }  # fmt: skip
    assert reasons["amina"].fault == "grader"
    assert failure_text(reasons["bo"], catalogue("en")).message.startswith(
        "No submission of Bo Prueba was found, but Bo Prueba (a link that leads nowhere) was left out"
    )
    assert describe_enrolment(enrolled_class(found, settings), found)[0].startswith(
        "Left out, and perhaps handed in: Bo Prueba (a link that leads nowhere) of Bo Prueba, "
        "amina.pdf (a document) of Amina A."
    )


def test_what_is_nobodys_lets_absences_be_final(tmp_path: Path) -> None:
    """The instructor's answer in course.toml settles strays and submissions alike."""
    settings = course(tmp_path, "amina,Amina A", **{"amina.pdf": "", "guest": ""})
    folder = class_of(tmp_path, "guest")
    (folder / "amina.pdf").write_bytes(b"%PDF")
    left_out = locate_class(folder).left_out
    collected = stored(folder, settings)
    found = enrolled_evidence(collected, settings, left_out)
    asked = msgspec.structs.replace(settings.settings, matches={})
    matters = open_matters(collected, Course(root=tmp_path, settings=asked), left_out)

    assert not found.unmatched
    assert [person.attempts[0].observations[0].failure for person in found.people] == 2 * [
        Failure(reason="missing")
    ]
    assert [question.item.name for question in matters.strays] == ["amina.pdf"]
    assert match_lines(matters)[-2:] == [
        "# amina.pdf (a document) is called like amina (Amina A)",
        '# "amina.pdf" = ""',
    ]
    assert not match_lines(open_matters(collected, settings, left_out))


def test_a_roster_that_hardly_fits_is_said_with_an_example_of_both(tmp_path: Path) -> None:
    """Ids of another system are a warning before anything is graded; single strangers are none."""
    people = [f"{104000 + place},Person {place}" for place in range(9)]
    settings = course(tmp_path, *people)
    found = locate_class(class_of(tmp_path, *(f"xk{place}" for place in range(6)), "104000"))
    warning = describe_enrolment(enrolled_class(found, settings), found)[0]

    assert warning.startswith(
        "Warning: the roster hardly fits. 6 of 7 submissions match nobody on it, and 8 of 9 people on it have no "
        "submission. A submission says 'xk0'; the roster says '104001', 'Person 1'."
    )
    assert "grader match RUN" in warning
    assert "--layout" in warning


def test_numbers_of_another_system_are_a_warning_as_well(tmp_path: Path) -> None:
    """They are those of people on the roster, who have quite other names."""
    settings = course(tmp_path, "501,Anna Testfrau", "502,Bo Prueba", "503,Cy Third")
    others = ("Di Fourth_501", "Eve Fifth_502", "Flo Sixth_503")
    found = locate_class(class_of(tmp_path, *(f"{name}_assignsubmission_file_" for name in others)))

    assert describe_enrolment(enrolled_class(found, settings), found)[0].startswith(
        "Warning: the roster hardly fits. 3 of 3 submissions match nobody on it, and 3 of 3 people on it have no "
    )


@pytest.mark.parametrize(("strangers", "absent"), [(1, 5), (5, 1), (0, 9), (2, 2)])
def test_single_strangers_are_no_warning(strangers: int, absent: int, tmp_path: Path) -> None:
    """A slip of the pen, a guest, or many who handed in nothing are no sign of a wrong roster."""
    there = [f"{104000 + place}" for place in range(7)]
    settings = course(tmp_path, *(f"{name},P{name}" for name in there), *(
        f"{105000 + place},A{place}" for place in range(absent)
    ))  # fmt: skip
    found = locate_class(class_of(tmp_path, *there, *(f"xk{place}" for place in range(strangers))))

    assert not mismatch(
        enrolled_class(found, settings), [item.submission for item in found.submissions]
    )


def test_without_a_roster_evidence_stays_as_it_is(tmp_path: Path) -> None:
    """There is nobody to ask for."""
    collected = stored(class_of(tmp_path, "amina"), Course())

    (person,) = enrolled_evidence(collected, Course()).people
    assert list(person.attempts) == collected
    assert msgspec.structs.asdict(collected[0].submission)["absent"] is False


def test_an_answer_joins_what_was_graded_apart(tmp_path: Path) -> None:
    """Two submissions that turn out to be one person's are attempts, under the id of the roster."""
    settings = course(tmp_path, "104222,Bo Prueba")
    collected = stored(class_of(tmp_path, "104222", "final_v2"), settings)
    matches = CourseSettings(roster="roster.csv", matches={"final_v2": "104222"})
    answered = Course(root=tmp_path, settings=matches)
    (last,) = enrolled_evidence(collected, answered, rule="last").people
    (best,) = enrolled_evidence(collected, answered, rule="best").people

    assert last.names == best.names == ("104222", "final_v2")
    assert [item.submission.source for item in last.attempts] == ["final_v2"]
    assert [item.submission.student.id for item in best.attempts] == ["104222"] * 2
    assert [item.submission.evidence_id for item in best.attempts] == ["104222", "final_v2"]


def test_what_was_graded_as_one_person_is_not_parted_without_grading(tmp_path: Path) -> None:
    """Two results under one id would overwrite each other, so the message says what to do."""
    lines = ("104222,Bo Prueba", "104223,Eva Testova")
    together = course(tmp_path, *lines, final_v2="104222")
    collected = stored(class_of(tmp_path, "104222", "final_v2"), together, "best")
    apart = course(tmp_path, *lines, final_v2="104223")

    with pytest.raises(RunError, match="are of two people now") as caught:
        enrolled_evidence(collected, apart, rule="best")
    assert "grader grade" in caught.value.hint


@pytest.mark.parametrize(
    ("rule", "stated"), [("last", [True]), ("first", [True]), ("best", [False, True])]
)
def test_the_time_of_the_roster_is_that_of_the_attempt_that_counts(
    tmp_path: Path, rule: AttemptRule, stated: list[bool]
) -> None:
    """Where that is not known yet, it is the last one's; an excuse holds for all."""
    settings = course(tmp_path, "104222,Bo Prueba", final_v2="104222")
    text = "id,name,received_at,excused\n104222,Bo Prueba,2026-12-01T12:00:00Z,yes\n"
    (tmp_path / "roster.csv").write_text(text)
    collected = stored(class_of(tmp_path, "104222", "final_v2"), settings, rule)
    (person,) = enrolled_evidence(collected, settings, rule=rule).people

    assert [item.submission.time_stated for item in person.attempts] == stated
    assert all(item.submission.excused for item in person.attempts)


def test_evidence_of_an_attempt_keeps_its_name(tmp_path: Path) -> None:
    """Whichever attempt counts, each is stored under the same name, and no two under one."""
    settings = course(tmp_path, "104222,Bo Prueba", "104223,Eva", final_v2="104222")
    folder = class_of(tmp_path, "104222", "final_v2", "104223")
    names = {
        rule: {
            item.submission.source: item.submission.evidence_id
            for item in enrolled_class(locate_class(folder), settings, rule).submissions
        }
        for rule in get_args(AttemptRule)
    }

    assert names["best"] == names["first"] | names["last"]
    assert len(set(names["best"].values())) == 3
