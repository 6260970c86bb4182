"""Read the answers in one file, isolated as always."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.evidence.answers import KIND
from grader.evidence.answers.collect import read_in_box
from grader.evidence.answers.profile import PROFILE
from grader.evidence.answers.record import Answers
from grader.grading.isolation import choose_level
from grader.grading.plan import format_table
from grader.intake.artefacts import format_of
from grader.intake.sniffing import sniff_file
from grader.records.evidence import Failure
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep.not_opened import not_opened

#: Ending of files that hold answers and nothing else.
ENDING = ".toml"


def is_answers(path: Path) -> bool:
    """Whether something is a file of answers by its name."""
    return path.suffix.lower() == ENDING and not path.is_dir()


def inspect_answers(path: Path, *, isolation: Isolation, limits: Limits | None = None) -> Answers:
    """Read the answers in `answers.toml`, a notebook's text or a report.

    Args:
        path: The file.
        isolation: The isolation level it is read at; ``auto`` is the strongest that works here.
        limits: What reading it may use.

    Raises:
        NotOpenedError: It has no answers that can be read; the message says why.
        IsolationError: It cannot be isolated as asked for.
    """
    read = _read(path, isolation, limits or Limits())
    if isinstance(read, Failure):
        raise not_opened(msgspec.structs.replace(read, kind=KIND.name))
    return read


def _read(path: Path, isolation: Isolation, limits: Limits) -> Answers | Failure:
    kind, accepted = sniff_file(path), tuple(dict.fromkeys(KIND.accepts.values()))
    found = format_of(kind, path.name, accepted, format_table())
    if isinstance(found, Failure):
        return found
    level = choose_level(isolation)
    with Sandboxes(limits, level) as sandboxes, sandboxes.open(PROFILE) as box:
        read = read_in_box(box, path, path.name, kind, limits)
    if isinstance(read, Failure) and read.reason == "wrong-format":
        return msgspec.structs.replace(read, formats=accepted)
    return read
