"""The platforms that run autograders of ours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Platform:
    """A platform whose harness grades one submission at a time."""

    name: str
    """As on the command line."""
    description: str
    """One line for people."""
    grader_folder: str
    """Where in the zip the grader and the course lie, with a slash behind; empty at its root."""
    takes_course: bool
    """Whether students cannot see the zip, so that the course and its hidden tests may lie in it."""


PLATFORMS = {
    platform.name: platform
    for platform in (
        Platform("gradescope", "the zip to upload as an autograder", "", takes_course=True),
        Platform("classroom50", "the bundle of a Classroom 50 autograder", "", takes_course=True),
        Platform(
            "github-classroom",
            "files for the repository that students start from, which they can read: no course goes with them",
            ".github/classroom/",
            takes_course=False,
        ),
    )
}
