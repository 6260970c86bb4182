"""Grade one submission as a class is graded, in a run folder that is thrown away."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from grader.autograder.settings import COURSE_FOLDER, read_settings
from grader.course import Course, load_course
from grader.grading.grade import ClassRun, GradeOptions
from grader.hidden.lab import add_hidden_tests
from grader.intake import LocatedSubmission, find_submission
from grader.intake.naming import safe_id
from grader.records.lab import Lab
from grader.records.result import GradeReport
from grader.records.submission import Identity, Student


@dataclass(frozen=True)
class HandIn:
    """What a platform says of a submission."""

    path: Path
    """The folder of what was handed in."""
    name: str
    """Of the student, or the students of a group."""
    ids: tuple[str, ...] = ()
    """What names them and nobody else, such as e-mail addresses."""
    received_at: datetime | None = None
    """When it came in; None where the platform does not say."""
    deadline: datetime | None = None
    """Theirs, extensions included; None where the course's counts."""


def grade_one(source: Path, hand_in: HandIn, options: GradeOptions) -> GradeReport:
    """Grade a submission with the autograder in `source`.

    Raises:
        GraderError: The autograder is not whole, or the submission cannot be graded here.
    """
    settings = read_settings(source)
    course = load_course(source / COURSE_FOLDER) if settings.has_course else Course()
    tested = add_hidden_tests(course, course.lab(settings.lab), submissions=hand_in.path)
    lab = _with_deadline(tested.lab, hand_in.deadline)
    with tempfile.TemporaryDirectory() as scratch:
        run = ClassRun(lab, tested.course, Path(scratch, "run"), source=hand_in.path.name)
        return run.grade_alone(_located(hand_in), options)


def _located(hand_in: HandIn) -> LocatedSubmission:
    located = find_submission(hand_in.path)
    first = hand_in.ids[0] if hand_in.ids else hand_in.name
    submission = msgspec.structs.replace(
        located.submission,
        student=Student(id=safe_id(first), name=hand_in.name),
        identity=Identity(ids=hand_in.ids, names=(hand_in.name,)),
        received_at=hand_in.received_at or located.submission.received_at,
        time_stated=hand_in.received_at is not None,
    )
    return replace(located, submission=submission)


def _with_deadline(lab: Lab, deadline: datetime | None) -> Lab:
    """The lab with the deadline of the platform, where the course takes points for lateness."""
    if lab.late is None or deadline is None:
        return lab
    return msgspec.structs.replace(lab, late=msgspec.structs.replace(lab.late, deadline=deadline))
