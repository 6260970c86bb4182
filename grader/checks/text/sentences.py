"""Sentences: how every check parts a text into them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from operator import itemgetter

_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")
#: Where a line begins something of its own: a list, a table.
_ITEM = re.compile(r"\n(?=[ \t]*(?:[*+•|-]|\d{1,2}[.)])\s)|\n[ \t]*\n|\\\\|<br */?>")
_MARK = re.compile(r"(?:[*+•-]|\d{1,2}[.)])\s")
_NUMBER = re.compile(r"^\d{1,2}[.)]\s+")
#: Items of a list that are taken together.
_MOST_ITEMS = 12
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
    for block, _ in _blocks(text):
        yield from filter(None, _END.split(block))


def sentences_and_lists(text: str) -> Iterator[str]:
    """The sentences of a text, and before the items of each list all of them with the words that lead to it.

    ``The layers have: 64; 64; 10`` says what none of the items does.

    Args:
        text: As it stands in its file, with its lines.
    """
    blocks = list(_blocks(text))
    for place, (block, _) in enumerate(blocks):
        if block.endswith(":"):
            items = [item for item, _ in takewhile(itemgetter(1), blocks[place + 1 :])]
            if items:
                yield f"{_END.split(block)[-1]} {'; '.join(items[:_MOST_ITEMS])}"
        yield from filter(None, _END.split(block))


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """Paragraphs and items of lists, each on one line, and whether it is an item; without the number of an item."""
    for block in _ITEM.split(_HYPHENATED.sub("", text)):
        line = re.sub(r"\s+", " ", block).strip()
        is_item = _MARK.match(line) is not None
        line = _NUMBER.sub("", line)
        if line:
            yield line, is_item
