"""What is counted as shared, against the definition."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.similarity import code_overlap
from grader.similarity.code_overlap import RUN, CodeOverlaps, Tokens, covered, tokens_of


def words(seed: int, count: int, shared: NDArray[np.int64] | None = None) -> Tokens:
    """Random words, all of one text on one line; `shared` ones stand in the middle."""
    own = np.random.default_rng(seed).integers(0, 3, count)
    parts = [own] if shared is None else [own[: count // 2], shared, own[count // 2 :]]
    return tokens_of([" ".join(map(str, np.concatenate(parts)))])


def runs_of(item: Tokens) -> list[bytes]:
    return [item.ids[place : place + RUN].tobytes() for place in range(len(item.ids) - RUN + 1)]


def shared_by_definition(one: Tokens, other: Tokens) -> int:
    known = set(runs_of(other))
    found = {
        place + offset
        for place, run in enumerate(runs_of(one))
        if run in known
        for offset in range(RUN)
    }
    return len(found)


@pytest.mark.parametrize("at_once", [1, 1 << 24])
def test_shared_tokens_are_those_in_common_runs(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the row's submission those that a run of the column's covers, in however many pieces that is worked out."""
    monkeypatch.setattr(code_overlap, "_AT_ONCE", at_once)
    middle = np.random.default_rng(0).integers(0, 3, 70)
    items = [
        *(words(seed, 60 + seed, middle[seed : seed + 40]) for seed in range(1, 5)),
        words(9, 5),
        tokens_of([]),
    ]
    overlaps = CodeOverlaps(items)

    expected = [
        [0 if one is other else shared_by_definition(one, other) for other in items]
        for one in items
    ]
    assert overlaps.shared.tolist() == expected
    assert expected[0][1] >= 39
    assert [int(own.sum()) for own in overlaps.own] == [len(item.ids) for item in items]


def test_what_is_common_is_nobodys_own() -> None:
    """Tokens in a run that was handed out are neither own nor shared."""
    middle = np.random.default_rng(0).integers(0, 3, 40)
    handed_out = " ".join(map(str, middle))
    items = [
        tokens_of([f"{'a ' * 30} {handed_out} {'b ' * 30}"]),
        tokens_of([f"{'c ' * 30} {handed_out} {'d ' * 30}"]),
    ]
    overlaps = CodeOverlaps(items, [tokens_of([handed_out])])

    assert overlaps.shared.tolist() == [[0, 0], [0, 0]]
    assert [int(own.sum()) for own in overlaps.own] == [60, 60]


@pytest.mark.parametrize("tokens", [0, 1, RUN - 1, RUN, RUN + 1, 3 * RUN])
def test_a_run_covers_its_tokens(tokens: int) -> None:
    """Too short a text has no run."""
    is_run = np.zeros(max(0, tokens - RUN + 1), bool)
    is_run[:1] = True

    assert covered(is_run, tokens).tolist() == [
        place < RUN and len(is_run) > 0 for place in range(tokens)
    ]


def test_no_submissions_have_nothing_in_common() -> None:
    """Nothing fails on an empty class."""
    assert CodeOverlaps([]).shared.shape == (0, 0)
