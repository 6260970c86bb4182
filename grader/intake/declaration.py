"""Read ``submission.toml``, in which students say what their networks expect."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from grader.intake.naming import natural_key
from grader.records.declaration import SubmissionDeclaration
from grader.records.submission import SubmittedFile

DECLARATION_FILE = "submission.toml"

#: More than any declaration needs; larger files are not read.
_MAX_BYTES = 64 << 10


@dataclass(frozen=True)
class Declared:
    """What a hand-in says of itself."""

    declaration: SubmissionDeclaration = field(default_factory=SubmissionDeclaration)
    error: str = ""
    """Why the file could not be used, for its author; empty where it could, or there is none."""


def find_declaration(files: Sequence[SubmittedFile]) -> SubmittedFile | None:
    """The declaration of a hand-in: the one nearest to its top."""
    named = [file for file in files if file.path.rsplit("/", 1)[-1].casefold() == DECLARATION_FILE]
    return min(named, key=lambda file: (file.path.count("/"), natural_key(file.path)), default=None)


def read_declaration(path: Path) -> Declared:
    """Read one file; what is wrong with it becomes `Declared.error`."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            return Declared(error=f"larger than {_MAX_BYTES >> 10} KiB")
        table = tomllib.loads(data.decode("utf-8"))
        return Declared(msgspec.convert(table, SubmissionDeclaration, strict=False))
    except (OSError, ValueError, RecursionError) as error:
        return Declared(error=str(error).splitlines()[0][:300])
