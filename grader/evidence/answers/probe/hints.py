"""How a line that is no TOML has to be written."""

from __future__ import annotations

import re

from grader.evidence.answers.record import Hint

#: What a line looks like, the first that fits.
_HINTS: tuple[tuple[str, Hint], ...] = (
    (r"[\u2018-\u201f\u00ab\u00bb]", "straight-quotes"),
    (r"^\s*\[(?!.*=)", "bracket"),
    (r"^[^=\"']*(?:=>|->|:=)", "arrow"),
    (r"^[^=]*:[^=]*$", "equals"),
    (r"^\s*[\w-]+\s+[\w-][\w -]*=", "name"),
    (r"^\s*[^=\"']*[^\w\s.=\"'-][^=\"']*=", "name"),
    (r"^\s*[^=\"']*[^\x00-\x7f][^=\"']*=", "name"),
    (r"=\s*\".*\\", "backslash"),
    (r"=\s*(?:#.*)?$", "general"),
    (r"=\s*(?:True|False|TRUE|FALSE|[Yy]es|[Nn]o|[Oo]ui|[Nn]on)\s*(?:#.*)?$", "bool"),
    (r"=\s*[-+]?[\d.,\s]+%", "percent"),
    (r"=\s*[-+]?[1-9]\d{0,2}(?:[,.\s']\d{3})+\s*(?:#.*)?$", "thousands"),
    (r"=\s*[-+]?\d*,\d+\s*(?:#.*)?$", "point"),
    (r"=\s*[-+]?\.\d+|=\s*[-+]?\d+\.\s*(?:#.*)?$", "point"),
    (r"=", "quotes"),
)


def syntax_hint(line: str, error: str) -> Hint:
    """How to write a line.

    Args:
        line: As the student wrote it.
        error: What the parser says of it.
    """
    if "escape" in error or "hex value" in error.lower():
        return "backslash"
    return next((hint for pattern, hint in _HINTS if re.search(pattern, line[:500])), "general")
