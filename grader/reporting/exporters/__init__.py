"""Exports of a class in the formats other programs read, one a module.

An exporter is a module with `DESCRIPTION` and ``render(reports) -> {file name: bytes}``.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from types import ModuleType

from grader.errors import UnknownNameError
from grader.records.result import GradeReport
from grader.reporting.redaction import without_suspicion

#: Name on the command line to module.
FORMATS = {
    "csv": "grader.reporting.exporters.table",
    "gradescope": "grader.reporting.exporters.gradescope",
    "json": "grader.reporting.exporters.plain",
    "junit": "grader.reporting.exporters.junit",
}


def render(name: str, reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """Files of one format, by their names. None says whose networks look alike.

    Raises:
        UnknownNameError: There is no such format.
    """
    files: dict[str, bytes] = _module(name).render(
        [without_suspicion(report) for report in reports]
    )
    return files


def describe(name: str) -> str:
    """One line on a format."""
    return str(_module(name).DESCRIPTION)


def _module(name: str) -> ModuleType:
    if name not in FORMATS:
        raise UnknownNameError("export format", name, FORMATS)
    return importlib.import_module(FORMATS[name])
