"""What came in: the submissions of a class as they would be graded, beside the lab and the roster."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.course import Course, load_course
from grader.grading.class_archive import lone_archive, refuse_class_archive
from grader.grading.class_found import describe_class, describe_enrolment
from grader.grading.enrolment import EnrolledClass, enrolled_class
from grader.grading.isolation import choose_level
from grader.intake import LocatedClass, locate_class
from grader.messages import visible
from grader.records.lab import Lab
from grader.sandbox import Isolation, Limits


@dataclass(frozen=True)
class IncomingClass:
    """A class before anything of it is graded."""

    lab: Lab
    """As the course grades it."""
    course: Course
    found: LocatedClass
    enrolled: EnrolledClass

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """How it was laid out, what was left out, and how it fits the roster."""
        found = (*describe_class(self.found), *describe_enrolment(self.enrolled, self.found))
        return tuple(map(visible, found))


def incoming_class(
    lab: str,
    submissions: Path,
    *,
    course: Path | None,
    layout: str,
    isolation: Isolation,
    limits: Limits,
) -> IncomingClass:
    """Find the submissions of a class and match them to the roster.

    Args:
        lab: Slug of the lab.
        submissions: A folder with one folder or one file per student, or a single file.
        course: The course directory; None takes the current one where it is one.
        layout: How the submissions are laid out; empty finds out.
        isolation: The level at which a lone archive is looked into.
        limits: What looking into it may use.

    Raises:
        UsageError: No such lab, no submissions, an archive of a whole class, or a `course.toml` that is wrong.
        IsolationError: Submissions cannot be isolated as asked for.
    """
    settings = load_course(course)
    found = locate_class(submissions, layout_name=layout, timezone=settings.zone)
    graded = settings.lab(lab)
    archive = lone_archive(found)
    if archive is not None and not layout:
        refuse_class_archive(archive, graded, limits, choose_level(isolation))
    return IncomingClass(graded, settings, found, enrolled_class(found, settings, graded.attempts))
