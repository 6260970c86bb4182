"""Read the answers in one file, isolated as always."""

from __future__ import annotations

from pathlib import Path

from grader.evidence.answers import KIND
from grader.evidence.answers.collect import read_in_box
from grader.evidence.answers.profile import PROFILE
from grader.evidence.answers.record import Answers
from grader.grading.isolation import choose_level
from grader.intake.sniffing import sniff_file
from grader.records.evidence import Failure
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep.not_opened import not_opened
from grader.upkeep.one_file import read_one_file

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
    with Sandboxes(limits or Limits(), choose_level(isolation)) as sandboxes:
        read = read_answers(path.name, path, sniff_file(path), sandboxes)
    if isinstance(read, Failure):
        raise not_opened(read)
    return read


def read_answers(file: str, path: Path, kind: str, sandboxes: Sandboxes) -> Answers | Failure:
    """Read the answers in a file in a process of its own.

    Args:
        file: What it is called.
        path: Where it lies.
        kind: What its first bytes say it is.
        sandboxes: Where the process comes from.
    """
    return read_one_file(KIND, PROFILE, read_in_box, file, path, kind, sandboxes)
