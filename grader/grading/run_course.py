"""The course of a run: the one that is named, else the one it was judged with last."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.course import COURSE_FILE, Course, load_course
from grader.errors import CourseError, OldRunError
from grader.records.run import RunManifest
from grader.runs.store import RunStore


def read_run(out: Path) -> RunManifest | None:
    """What a run folder was used for before; None for a new one, and for one of an earlier version."""
    try:
        return RunStore(out).read_manifest()
    except OldRunError:
        return None


def load_run_course(course: Path | None, manifest: RunManifest | None) -> Course:
    """Read the course directory a run is judged with.

    Args:
        course: As it was named; None goes on with the course of the run, and where it has none with the current
            folder if that is a course directory.
        manifest: What the run is; None for a new one.

    Raises:
        CourseError: There is no course, or its file is wrong.
    """
    before = manifest.course if manifest is not None else ""
    if course is not None or not before:
        return load_course(course)
    if not (Path(before) / COURSE_FILE).is_file():
        raise CourseError(
            f"the course the run was judged with, {before}, is not there any more",
            hint="name where it is now with --course",
        )
    named = manifest is not None and manifest.course_named
    return replace(load_course(Path(before)), is_named=named)


def describe_course(
    found: Course, course: Path | None, manifest: RunManifest | None
) -> tuple[str, ...]:
    """Which course counts, in a sentence, where it is neither named nor that of the current folder, or a new one.

    Args:
        found: What `load_run_course` read.
        course: As it was named.
        manifest: What the run is; None for a new one.
    """
    before = manifest.course if manifest is not None else ""
    now = str(found.root or "")
    if before and before != now:
        return (f"The run was judged last with the course {before}; from now on {now} counts.",)
    if before and course is None and before != str(Path.cwd()):
        return (f"The course is {now}, with which the run was judged last.",)
    return ()
