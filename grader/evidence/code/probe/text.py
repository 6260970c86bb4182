"""The code of a submission as text and tokens, so that submissions can be compared."""

from __future__ import annotations

from collections.abc import Mapping

from grader.evidence.code.probe.reading.files import read_units
from grader.evidence.code.probe.reading.work import bounded
from grader.evidence.code.probe.tokens import token_lines
from grader.evidence.code.text_record import CodePiece, CodeText

#: Scripts and cells that an answer has room for, whatever their files are called.
_PIECES = 2_000


def code_text(files: Mapping[str, bytes]) -> CodeText:
    """The scripts and code cells that are not empty, as far as they are read.

    Args:
        files: What the student calls each file, and its bytes.
    """
    with bounded():
        sources, _ = read_units(files)
    units = [unit for found in sources.values() for unit in found if unit.text.strip()][:_PIECES]
    texts = [_with_plain_line_ends(unit.text) for unit in units]
    return CodeText(
        pieces=tuple(
            CodePiece(file=unit.file, cell=unit.cell, text=text, tokens=tokens)
            for unit, text, tokens in zip(units, texts, token_lines(texts), strict=True)
        )
    )


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
