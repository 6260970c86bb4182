"""Every error that reaches a user, as one tree.

::

    GraderError                     something a person can fix; shown without a traceback
    ├── UsageError                  the command or its arguments are off
    │   ├── UnknownNameError        no lab, dataset, exporter ... of that name
    │   ├── CourseError             course.toml or the roster cannot be used
    │   ├── SheetError              a gradebook or worksheet cannot be filled
    │   └── MarkError               a check cannot be marked by hand as asked for
    ├── DataError                   a dataset is not what it should be
    │   └── DataUnavailableError    a dataset cannot be had here
    ├── MissingPackageError         a package that a lab needs is not installed
    ├── NotOpenedError              a file is not a model that opens
    ├── RunError                    a run folder cannot be read or does not fit the command
    │   ├── OldRunError             an earlier version of the grader wrote it
    │   └── StorageError            the disk is full, read-only, broken, or not ours to write to
    ├── IsolationError              submissions cannot be isolated as needed
    ├── VerificationError           a lab does not keep what it promises
    ├── NotJudgedError              a gate was asked for on a result that is not final
    └── BelowThresholdError         a gate (``--fail-under``) was not reached

Catch the base class to handle them all::

    try:
        grade_class("mnist-cifar100", "submissions", out="run")
    except GraderError as error:
        sys.exit(f"{error} ({error.hint})")
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class GraderError(Exception):
    """Something went wrong that a person can fix.

    Args:
        message: What was wrong, and where.
        hint: How to fix it; empty when the message already says so.
    """

    code = "error"
    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(GraderError):
    """The command or its arguments are off."""

    code = "usage"
    exit_code = 2


class UnknownNameError(UsageError):
    """No lab, dataset or exporter has the name asked for.

    Args:
        kind: What was looked for, such as ``"lab"``.
        name: The name that was not found.
        known: The names there are; the closest ones become the hint.
    """

    code = "unknown-name"

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        close = difflib.get_close_matches(name.lower(), names, n=2, cutoff=0.5)
        if close:
            hint = "did you mean " + " or ".join(f"'{match}'" for match in close) + "?"
        else:
            hint = f"known: {', '.join(names) or 'none'}"
        super().__init__(f"no {kind} named '{name}'", hint=hint)
        self.name = name


class CourseError(UsageError):
    """``course.toml`` or the roster cannot be used."""

    code = "course"


class SheetError(UsageError):
    """A gradebook or worksheet of a learning platform cannot be filled as asked for."""

    code = "sheet"


class MarkError(UsageError):
    """A check cannot be marked by hand as asked for: no such student, too many points, a sheet with a mistake."""

    code = "mark"


class DataError(GraderError):
    """A dataset is not what it should be: wrong digest, shape or labels."""

    code = "data"
    exit_code = 3


class DataUnavailableError(DataError):
    """A dataset cannot be had here: not on disk, and no download possible."""

    code = "data-unavailable"


class MissingPackageError(GraderError):
    """A package that only some labs need is not installed, and one of them is asked for."""

    code = "missing-package"
    exit_code = 3


class NotOpenedError(GraderError):
    """A file is not a model that opens."""

    code = "not-opened"
    exit_code = 3


class RunError(GraderError):
    """A run folder cannot be read, is in use, or does not fit the command."""

    code = "run"
    exit_code = 4


class OldRunError(RunError):
    """An earlier version of the grader wrote the run folder."""

    code = "old-run"


class StorageError(RunError):
    """The machine does not let a file be written, read or locked; `grader.storage` says it of an `OSError`."""

    code = "storage"


class IsolationError(GraderError):
    """Submissions cannot be isolated as asked for, or well enough for a secret test set."""

    code = "isolation"
    exit_code = 7


class VerificationError(GraderError):
    """A lab does not keep what it promises (``grader verify``)."""

    code = "verification"
    exit_code = 5


class NotJudgedError(GraderError):
    """A gate was asked for on a result that is not final, through no fault of the submission."""

    code = "not-judged"
    exit_code = 3


class BelowThresholdError(GraderError):
    """A gate was not reached (``--fail-under``)."""

    code = "below-threshold"
    exit_code = 6
