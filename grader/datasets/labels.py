"""The labels of a folder of pictures: a table, or the names of the files."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from grader.errors import DataError

LABELS_FILE = "labels.csv"
_HINT = "its first line must be 'file,label'; save it as CSV in UTF-8"


@dataclass(frozen=True)
class Entry:
    """A picture and its label, as written; neither is checked yet."""

    file: str
    """Path relative to the folder, with forward slashes."""

    label: str
    """What stands in the place of the label; empty where there is none."""


def read_labels(path: Path) -> list[Entry]:
    """Read a table with the columns ``file`` and ``label``; others are ignored.

    Commas or semicolons separate the columns, as spreadsheets write either.

    Args:
        path: The table.

    Raises:
        DataError: The table cannot be read or lacks a column.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        separator = ";" if lines and ";" in lines[0] else ","
        header, *rows = csv.reader(lines, delimiter=separator, strict=True) if lines else [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}", hint=_HINT) from error
    columns = [title.strip().casefold() for title in header]
    if not rows or not {"file", "label"} <= set(columns):
        raise DataError(f"{path} lacks the columns 'file' and 'label', or any row", hint=_HINT)
    cells = [dict(zip_longest(columns, row, fillvalue="")) for row in rows if any(row)]
    return [Entry(row["file"].strip().replace("\\", "/"), row["label"].strip()) for row in cells]


def read_names(folder: Path) -> list[Entry]:
    """Take labels from file names that begin with the label and ``_``, ``-`` or ``.``.

    Args:
        folder: The folder; its subfolders and hidden files are left alone.

    Returns:
        Every file, in natural order (2 before 10); the label is empty where a name has none.
    """
    files = [path.name for path in folder.iterdir() if path.is_file() and path.name[0] != "."]
    return [Entry(name, _label(name)) for name in sorted(files, key=_natural)]


def _label(name: str) -> str:
    match = re.match(r"(\d)[_.-]", name, re.ASCII)
    return match[1] if match else ""


def _natural(name: str) -> list[tuple[int, str]]:
    return [
        (int(part), "") if part.isdecimal() else (-1, part.casefold())
        for part in re.split(r"(\d+)", name)
    ]
