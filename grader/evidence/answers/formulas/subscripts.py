r"""What stands below names: what counts elements, and what makes another name."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from grader.evidence.answers.formulas.tokens import Token

#: Letters that elements of a vector are counted by.
_INDICES = frozenset("ijklmnc")
#: Words of such letters.
_WORDS = frozenset({"in", "min", "nil", "kin"})


def sum_indices(tokens: Sequence[Token]) -> frozenset[str]:
    """The letters that sums count by: ``c`` of ``sum_{c=1}^C``."""
    found: set[str] = set()
    for place, token in enumerate(tokens[:-2]):
        if token.kind != "sum" or tokens[place + 1] != Token("sign", "_"):
            continue
        below = tokens[place + 2 :]
        if below[0].text in ("{", "("):
            inside = itertools.takewhile(
                lambda token: token.kind == "name" or token.text == ",", below[1:]
            )
            found |= {token.text for token in inside if token.kind == "name"}
        elif below[0].kind == "name":
            found.add(below[0].text)
    return frozenset(found)


def part_of_name(subscript: Sequence[Token], indices: frozenset[str]) -> str:
    """What a subscript adds to a name: ``true`` of ``y_{true,i}``, nothing of ``y_{o,c}``.

    Args:
        subscript: Its tokens.
        indices: The letters that sums count by.
    """
    parts = [token.text for token in subscript if token.kind != "sign"]
    counting = [part for part in parts if _counts(part, indices)]
    return "".join(
        part
        for part in parts
        if part not in counting and not (counting and len(part) == 1 and part.isalpha())
    )


def _counts(part: str, indices: frozenset[str]) -> bool:
    if part in indices:
        return True
    return len(part) <= 3 and part not in _WORDS and set(part) <= _INDICES
