"""What came in: the submissions of a class as they would be graded, beside the lab and the roster."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.course import Course
from grader.grading.class_archive import refuse_whole_class
from grader.grading.class_found import describe_class, describe_enrolment
from grader.grading.enrolment import EnrolledClass, enrolled_class
from grader.grading.run_course import describe_course, load_run_course, read_run
from grader.hidden.lab import add_hidden_tests
from grader.intake import LocatedClass, locate_class
from grader.intake.layouts import PLAIN
from grader.messages import visible
from grader.records.lab import Lab
from grader.sandbox import Isolation, Limits


@dataclass(frozen=True)
class IncomingClass:
    """A class before anything of it is graded."""

    lab: Lab
    """As the course grades it."""
    course: Course
    told: tuple[str, ...]
    """Which course counts, where that is not plain, and which hidden tests cannot be run, in sentences."""
    found: LocatedClass
    enrolled: EnrolledClass

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Which course counts, how it was laid out, what was left out, and how it fits the roster."""
        found = (*describe_class(self.found), *describe_enrolment(self.enrolled, self.found))
        return tuple(map(visible, (*self.told, *found)))


def incoming_class(
    lab: str,
    submissions: Path,
    *,
    course: Path | None,
    out: Path | None,
    layout: str,
    isolation: Isolation,
    limits: Limits,
) -> IncomingClass:
    """Find the submissions of a class and match them to the roster.

    Args:
        lab: Slug of the lab.
        submissions: A folder with one folder or one file per student, or a single file.
        course: The course directory; None takes that of the run, else the current one where it is one.
        out: The run folder; None where nothing is graded into one.
        layout: How the submissions are laid out; empty finds out.
        isolation: The level at which a lone archive is looked into.
        limits: What looking into it may use.

    Raises:
        UsageError: No such lab, no submissions, a whole class as one student, or a `course.toml` that is wrong.
        IsolationError: Submissions cannot be isolated as asked for.
    """
    before = None if out is None else read_run(out)
    settings = load_run_course(course, before)
    tested = add_hidden_tests(settings, settings.lab(lab), submissions=submissions)
    settings, graded = tested.course, tested.lab
    found = locate_class(submissions, layout_name=layout, timezone=settings.zone)
    if layout != PLAIN:
        refuse_whole_class(found, graded, settings.roster(), limits, isolation)
    return IncomingClass(
        lab=graded,
        course=settings,
        told=(*describe_course(settings, course, before), *tested.problems),
        found=found,
        enrolled=enrolled_class(found, settings, graded.attempts),
    )
