"""Which lines are shown as the same."""

from __future__ import annotations

import numpy as np
import pytest

from grader.similarity.code_overlap import CodeOverlaps, Tokens, tokens_of
from grader.similarity.code_regions import common_regions, lines_handed_out


def shuffled(seed: int, lines: list[str]) -> Tokens:
    """Forty lines drawn from some, so that parts of all texts are the same."""
    return tokens_of(list(np.random.default_rng(seed).choice(lines, 40)))


@pytest.mark.parametrize("seed", range(20))
def test_regions_lie_within_both_and_hold_what_is_shared(seed: int) -> None:
    """Whatever was handed out in between: each region is in the text, and the first side's in order."""
    rng = np.random.default_rng(seed)
    lines = [" ".join(rng.choice(list("abc"), rng.integers(0, 30))) for _ in range(6)]
    one, other, starter = (shuffled(seed * 3 + place, lines) for place in range(3))
    overlaps = CodeOverlaps([one, other], [starter] if seed % 2 else [])
    regions = common_regions(overlaps, [one, other], 0, 1)

    for region in regions:
        assert 0 <= region.first.start < region.first.stop <= int(one.lines[-1]) + 1
        assert 0 <= region.second.start < region.second.stop <= int(other.lines[-1]) + 1
    starts = [region.first.start for region in regions]
    assert starts == sorted(starts)
    assert bool(regions) == bool(overlaps.shared[0, 1])


def test_a_text_that_was_not_handed_out_has_no_such_lines() -> None:
    """Nor has an empty one."""
    item = tokens_of(["a b", "", "c"])

    assert lines_handed_out(item, np.ones(3, bool)) == ()
    assert [(found.start, found.stop) for found in lines_handed_out(item, np.zeros(3, bool))] == [
        (0, 1),
        (2, 3),
    ]
    assert lines_handed_out(tokens_of([]), np.zeros(0, bool)) == ()
