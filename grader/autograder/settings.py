"""``autograder.json``: what a zip grades, for the harness it is unpacked in."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.errors import GraderError
from grader.records.base import Record, from_json

SETTINGS_FILE = "autograder.json"
COURSE_FOLDER = "course"


class AutograderSettings(Record, frozen=True, kw_only=True):
    """What is graded, and as whose course."""

    lab: str
    has_course: bool
    """Whether the course directory lies beside the file."""


def read_settings(folder: Path) -> AutograderSettings:
    """The settings of the autograder in a folder.

    Raises:
        GraderError: There is none, or the file is damaged.
    """
    file = folder / SETTINGS_FILE
    try:
        return from_json(file.read_bytes(), AutograderSettings)
    except (OSError, msgspec.DecodeError) as error:
        raise GraderError(
            f"{file} cannot be read: {error}",
            hint="`grader export-autograder` writes it into the zip it makes",
        ) from error
