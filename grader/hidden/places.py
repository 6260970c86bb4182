"""Where in the test files an exception comes from; imported in the child process alone."""

from __future__ import annotations

import traceback
from pathlib import Path

#: Characters of a message that are kept.
_LONGEST = 2_000


def place_of(error: BaseException, folder: Path) -> str:
    """``test_digits.py:12``, the last line of a file in `folder` it came through; empty where there is none."""
    if isinstance(error, SyntaxError) and error.filename and _is_in(error.filename, folder):
        return f"{Path(error.filename).name}:{error.lineno}"
    places = [
        (code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_in((code := frame.f_code).co_filename, folder)
    ]
    return f"{Path(places[-1][0]).name}:{places[-1][1]}" if places else ""


def describe(error: BaseException, folder: Path, otherwise: str) -> str:
    """``test_digits.py:12: ValueError: what it says``.

    Args:
        error: What was raised.
        folder: Holds the test files.
        otherwise: File and line where it came through none of the files.
    """
    place = place_of(error, folder) or otherwise
    return f"{place}: {type(error).__name__}: {message_of(error)}"


def message_of(error: BaseException) -> str:
    """What an exception says, at most 2,000 characters of it."""
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception as second:
        text = f"(its text cannot be had: {type(second).__name__})"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def _is_in(file: str, folder: Path) -> bool:
    return file.startswith(f"{folder}/")
