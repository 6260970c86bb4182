"""The files of a submission as code: scripts, notebooks, and which of them others import."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from grader.evidence.code.probe.reading.source import Unit, notebook_units, script_unit
from grader.evidence.code.record import CodeProblem


def read_units(files: Mapping[str, bytes]) -> tuple[dict[str, list[Unit]], list[CodeProblem]]:
    """The scripts and cells of each file, and what of them could not be read.

    Args:
        files: What the student calls each file, and its bytes.
    """
    problems: list[CodeProblem] = []
    return {file: _units(file, data, problems) for file, data in files.items()}, problems


def _units(file: str, data: bytes, problems: list[CodeProblem]) -> list[Unit]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        problems.append(CodeProblem(where=file, what="encoding"))
    if not file.lower().endswith(".ipynb"):
        return [script_unit(file, text)]
    try:
        return notebook_units(file, text)
    except (ValueError, RecursionError) as error:
        problems.append(CodeProblem(where=file, what="no-notebook", detail=str(error)[:200]))
        return []


def imported_names(sources: Mapping[str, Sequence[Unit]]) -> set[str]:
    """The full names of all that is imported anywhere."""
    found: set[str] = set()
    for units in sources.values():
        for node in (
            node for unit in units for statement in unit.body for node in ast.walk(statement)
        ):
            if isinstance(node, ast.Import):
                found.update(item.name for item in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.update(f"{node.module}.{item.name}" for item in node.names)
    return found


def stem(file: str) -> str:
    """What a script is imported as."""
    return PurePosixPath(file).stem


def main_files(sources: Mapping[str, Sequence[Unit]]) -> list[str]:
    """The files that no other one imports; all of them where each is imported."""
    used: set[str] = set()
    for file, units in sources.items():
        names = {name for part in imported_names({file: units}) for name in part.split(".")[:2]}
        used |= (names | _imported_from_folder(units)) - {stem(file)}
    # What makes a folder a package is run with what is imported from it.
    mains = [file for file in sources if stem(file) not in used | {"__init__"}]
    return mains or list(sources)


def _imported_from_folder(units: Sequence[Unit]) -> set[str]:
    """What is imported relatively, as in ``from .layers import build``: names of scripts, and of what is in them."""
    return {
        name
        for unit in units
        for statement in unit.body
        for node in ast.walk(statement)
        if isinstance(node, ast.ImportFrom) and node.level
        for name in ((node.module or "").split(".")[-1], *(item.name for item in node.names))
    }
