"""Where in the student's code something happens."""

from __future__ import annotations

import linecache
import re
import sys
from pathlib import Path
from types import CodeType, FrameType

from grader.evidence.code.probe.reading.source import Unit

_SHIMS = str(Path(__file__).parent / "shims")

#: File name of compiled code to the script or cell it is.
_UNITS: dict[str, Unit] = {}


def register(unit: Unit) -> str:
    """The file name that a unit is to be compiled with."""
    name = f"<{unit.file}>" if unit.cell is None else f"<{unit.file}, cell {unit.cell}>"
    if _UNITS.get(name) is not unit:
        lines = unit.text.splitlines(keepends=True)
        linecache.cache[name] = (len(unit.text), None, lines, name)
    _UNITS[name] = unit
    return name


def current_place() -> str:
    """The line of the student's code that is running, as `Unit.where` names it; empty where none is."""
    return place_of(sys._getframe(1))


def place_of(frame: FrameType | None) -> str:
    """The innermost line of the student's code among a frame and those that called it."""
    while frame is not None:
        unit = _UNITS.get(frame.f_code.co_filename)
        if unit is not None:
            return unit.where(frame.f_lineno)
        frame = frame.f_back
    return ""


def place_of_code(code: CodeType) -> str:
    """The line at which a function of the student's begins; empty for others."""
    unit = _UNITS.get(code.co_filename)
    return "" if unit is None else unit.where(code.co_firstlineno)


def is_students(code: CodeType) -> bool:
    """Whether code is of a unit that was registered."""
    return code.co_filename in _UNITS


def code_mentions(words: re.Pattern[str]) -> bool:
    """Whether words are found in the text of the units that were registered so far."""
    return any(words.search(unit.text) for unit in _UNITS.values())


def is_adapted(frame: FrameType) -> bool:
    """Whether a function is one of the shims, which do for old code what it asked for."""
    return frame.f_code.co_filename.startswith(_SHIMS)
