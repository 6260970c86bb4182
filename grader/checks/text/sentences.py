"""Sentences: how every check parts a text into them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")
#: Where a line begins something of its own: a list, a table.
_ITEM = re.compile(r"\n(?=[ \t]*(?:[*+•|-]|\d{1,2}[.)])[ \t])|\n[ \t]*\n|\\\\|<br */?>")
#: Not behind an abbreviation: ``e.g. 64 units`` goes on.
_END = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bca\.)(?<!\bcf\.)(?<!\bfig\.)(?<!\bacc\.)(?<!\bapprox\.)"
    r"(?<=[.!?;])[\"'”’*_)]*\s+(?=\S)",
    re.IGNORECASE,
)


def sentences_in(text: str) -> Iterator[str]:
    """The sentences of a text, each on one line: a semicolon ends one, and an item of a list is one.

    Args:
        text: As it stands in its file, with its lines.
    """
    for block in _ITEM.split(_HYPHENATED.sub("", text)):
        for sentence in _END.split(re.sub(r"\s+", " ", block).strip()):
            if sentence:
                yield sentence
