"""Plain text: paragraphs, and the headings that are underlined, named or numbered and stand alone."""

from __future__ import annotations

import re

from grader.evidence.report.probe.draft import Draft, ReportError
from grader.evidence.report.probe.headings import (
    could_be_heading,
    is_named_heading,
    is_numbered_heading,
    numbered_level,
)

_UNDERLINE = re.compile(r"(=|-|~|\*|#)\1{2,}")
#: Marks at the beginning of a file, and the encodings they stand for.
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
#: Bytes that are looked at with the images of a page, and characters without them.
_MOST_BYTES = 40 << 20
_MOST_CHARACTERS = 2_000_000


def decode_text(data: bytes, draft: Draft) -> str:
    """The text of bytes, in the encoding that fits; what is very long is cut."""
    if len(data) > _MOST_BYTES:
        draft.cut["text"] = None
        data = data[:_MOST_BYTES]
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        # What is cut may end within a character.
        wide = error.start >= len(data) - 4 or encoding == "utf-16"
        text = data.decode(encoding if wide else "cp1252", "replace")
    if text.count("\x00") > len(text) // 100:
        raise ReportError("broken-report", "the file holds bytes that are no text")
    return text


def shortened(text: str, draft: Draft) -> str:
    """As much of a text as parsers are given: ten times of what is kept."""
    if len(text) > _MOST_CHARACTERS:
        draft.cut["text"] = None
    return text[:_MOST_CHARACTERS]


def read_plain(text: str, draft: Draft) -> None:
    """Read a text without any marks."""
    lines = [line.rstrip() for line in text.expandtabs(8).splitlines()]
    paragraph: list[str] = []
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        after = lines[number + 1] if number + 1 < len(lines) else ""
        alone = not before.strip() or _UNDERLINE.fullmatch(before.strip()) is not None
        level = _level(line.strip(), after.strip()) if alone else 0
        underline = _UNDERLINE.fullmatch(line.strip()) is not None
        if level or not line.strip() or underline:
            draft.add("\n".join(paragraph))
            paragraph = []
        if level:
            draft.add(line, level=level)
        elif line.strip() and not underline:
            paragraph.append(line)
        if draft.is_full:
            return
    draft.add("\n".join(paragraph))


def _level(line: str, after: str) -> int:
    """The level of a line that stands after an empty one; 0 of one that is no heading."""
    underline = _UNDERLINE.fullmatch(after)
    if underline and could_be_heading(line):
        return 1 if underline.group(1) in "=*#" else 2
    if is_named_heading(line) or (not after and is_numbered_heading(line)):
        return numbered_level(line) or 1
    return 0
