"""Read ``submission.toml``, in which students say what the grader should know of their files."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.intake.naming import natural_key
from grader.records.submission import SubmittedFile

DECLARATION_FILE = "submission.toml"

#: More than any declaration needs; larger files are not read.
_MAX_BYTES = 64 << 10


@dataclass(frozen=True)
class Declared:
    """What a submission says of itself."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """As in the file: ``[models.x]`` is ``tables["models"]["x"]``. What stands in a table is not checked yet."""
    error: str = ""
    """Why the file could not be used, for its author; empty where it could, or there is none."""


def find_declaration(files: Sequence[SubmittedFile]) -> SubmittedFile | None:
    """The declaration of a submission: the one nearest to its top."""
    named = [file for file in files if file.path.rsplit("/", 1)[-1].casefold() == DECLARATION_FILE]
    return min(named, key=lambda file: (file.path.count("/"), natural_key(file.path)), default=None)


def read_declaration(path: Path, known: tuple[str, ...]) -> Declared:
    """Read one file; what is wrong with it becomes `Declared.error`.

    Args:
        path: Where it lies.
        known: The names of top-level tables there may be, such as ``"models"``.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            return Declared(error=f"larger than {_MAX_BYTES >> 10} KiB")
        tables = tomllib.loads(data.decode("utf-8"))
        _refuse_other_tables(tables, known)
    except (OSError, ValueError, RecursionError) as error:
        return Declared(error=one_line(error))
    return Declared(tables)


def one_line(error: Exception) -> str:
    """What an exception says, short enough for a report."""
    return (str(error) or type(error).__name__).splitlines()[0][:300]


def _refuse_other_tables(tables: dict[str, Any], known: tuple[str, ...]) -> None:
    for name, table in tables.items():
        if name not in known:
            raise ValueError(f"[{name}] is unknown; known: {', '.join(known)}")
        if not isinstance(table, dict):
            raise ValueError(f"`{name}` is no table; expected: [{name}.NAME]")
        for key, value in table.items():
            if not isinstance(value, dict):
                raise ValueError(f"`{name}.{key}` is no table; expected: [{name}.NAME]")
