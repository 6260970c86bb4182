"""Which lines of two submissions are the same code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grader.records.similarity import CodeRegion, LineRange
from grader.similarity.code_overlap import RUN, CodeOverlaps, Tokens

#: Tokens that two stretches may lie apart, on both sides, and still be shown as one region.
_GAP = RUN

#: Places of a run in the other submission that are tried for the longest stretch.
_PLACES = 50


@dataclass(frozen=True)
class _Stretch:
    """Tokens that are the same in both: from the first to before the last place of each."""

    one: int
    one_stop: int
    other: int
    other_stop: int

    def follows(self, before: _Stretch) -> bool:
        """Whether it follows another closely on both sides."""
        gaps = self.one - before.one_stop, self.other - before.other_stop
        return all(0 <= gap <= _GAP for gap in gaps)

    def cut_to(self, own: NDArray[np.bool_]) -> _Stretch | None:
        """Without what was handed out at its ends; None where all of it was.

        Args:
            own: Which tokens of the first were not, shape (n,).
        """
        within = np.flatnonzero(own[self.one : self.one_stop])
        if not len(within):
            return None
        before = int(within[0])
        behind = self.one_stop - self.one - int(within[-1]) - 1
        return _Stretch(
            self.one + before, self.one_stop - behind, self.other + before, self.other_stop - behind
        )


def common_regions(
    overlaps: CodeOverlaps, tokens: Sequence[Tokens], one: int, other: int
) -> tuple[CodeRegion, ...]:
    """The regions that two submissions have in common, in the order of the first; what was handed out is none.

    Args:
        overlaps: The class, compared.
        tokens: Of its submissions.
        one: Place of a submission.
        other: Place of the other.
    """
    places = overlaps.shared_runs(one, other)
    found: list[_Stretch] = []
    for stretch in _stretches(tokens[one], tokens[other], places):
        last = found[-1] if found else None
        if last is not None and stretch.follows(last):
            found[-1] = replace(last, one_stop=stretch.one_stop, other_stop=stretch.other_stop)
        else:
            found.append(stretch)
    cut = (stretch.cut_to(overlaps.own[one]) for stretch in found)
    return tuple(_region(tokens[one], tokens[other], stretch) for stretch in cut if stretch)


def _stretches(one: Tokens, other: Tokens, places: NDArray[np.intp]) -> Iterator[_Stretch]:
    """From left to right the longest stretch at each place that none before covers."""
    where: dict[int, list[int]] = {}
    for place, run in enumerate(other.runs.tolist()):
        where.setdefault(run, []).append(place)
    is_shared = np.zeros(len(one.runs) + 1, bool)
    is_shared[places] = True
    used: set[int] = set()
    end = 0
    for place, run in zip(places.tolist(), one.runs[places].tolist(), strict=True):
        if place < end:
            continue
        tried = where[run][:_PLACES]
        lengths = [_length(one, other, is_shared, place, start) for start in tried]
        best = max(range(len(tried)), key=lambda item: (lengths[item], tried[item] not in used))
        used.add(tried[best])
        end = place + lengths[best]
        yield _Stretch(place, end, tried[best], tried[best] + lengths[best])


def _length(
    one: Tokens, other: Tokens, is_shared: NDArray[np.bool_], place: int, start: int
) -> int:
    """How many tokens from two places on are the same, as far as their runs are shared."""
    runs = min(len(one.runs) - place, len(other.runs) - start)
    same = (one.runs[place : place + runs] == other.runs[start : start + runs]) & is_shared[
        place : place + runs
    ]
    return (runs if same.all() else int(np.argmin(same))) + RUN - 1


def _region(one: Tokens, other: Tokens, stretch: _Stretch) -> CodeRegion:
    return CodeRegion(
        first=_lines(one, stretch.one, stretch.one_stop),
        second=_lines(other, stretch.other, stretch.other_stop),
    )


def _lines(tokens: Tokens, start: int, stop: int) -> LineRange:
    return LineRange(start=int(tokens.lines[start]), stop=int(tokens.lines[stop - 1]) + 1)


def lines_handed_out(tokens: Tokens, own: NDArray[np.bool_]) -> tuple[LineRange, ...]:
    """The lines of a submission whose tokens were mostly handed out, or are common to the class.

    Args:
        tokens: Of the submission.
        own: Which are its own, shape (n,).
    """
    if not len(tokens.lines):
        return ()
    count = int(tokens.lines[-1]) + 1
    all_tokens = np.bincount(tokens.lines, minlength=count)
    others = np.bincount(tokens.lines[~own], minlength=count)
    is_common = np.concatenate([[False], (others * 2 > all_tokens), [False]])
    edges = np.flatnonzero(np.diff(is_common.astype(np.int8)))
    pairs = edges.reshape(-1, 2).tolist()
    return tuple(LineRange(start=start, stop=stop) for start, stop in pairs)
