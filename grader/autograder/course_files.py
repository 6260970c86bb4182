"""Which files of a course directory an autograder of one lab needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.course import COURSE_FILE, Course
from grader.errors import CourseError
from grader.hidden.files import HIDDEN_TESTS

_LITTER = ("__pycache__", ".git", ".DS_Store", ".pytest_cache")


def course_files(course: Course, lab: str) -> dict[str, Path]:
    """Path within the course directory to file: its settings, hidden tests of the lab, images and starters.

    The roster is left out: a harness knows whose submission it is, and names are nobody's business there.

    Raises:
        CourseError: The course has no directory, or a file that it names lies elsewhere or is not there.
    """
    if course.root is None:
        raise CourseError("an autograder needs a course directory", hint="name one with --course")
    root = course.root
    named = [
        *(folder.folder for folder in course.settings.datasets.values()),
        *course.starter_files(lab),
    ]
    paths = [root / COURSE_FILE, root / HIDDEN_TESTS / lab, *(root / name for name in named)]
    found: dict[str, Path] = {}
    for path in paths:
        if not path.exists() and path.parent.name != HIDDEN_TESTS:
            raise CourseError(f"{path} is not there", hint=f"{COURSE_FILE} names it")
        if not path.resolve().is_relative_to(root):
            raise CourseError(
                f"{path} lies outside the course directory, and cannot go with it",
                hint=f"copy it into {root} and name that in {COURSE_FILE}",
            )
        found |= {file.relative_to(root).as_posix(): file for file in _files(path)}
    return found


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir() and path.name not in _LITTER:
        for entry in sorted(path.iterdir()):
            if entry.name not in _LITTER:
                yield from _files(entry)
