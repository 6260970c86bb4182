"""How much of the code of each submission is also in each other one.

Code is compared by its runs of `RUN` tokens. Winnowing would sample them; a class has few enough to look at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

#: Tokens of the shortest run that counts as the same in two submissions. docs/similarity.md has the measurements.
RUN = 20

#: Runs that more than half of at least so many submissions have are taken as common to all.
MIN_CLASS = 5

_NONE = np.zeros(0, np.uint64)

#: Pairs of a token and a submission that are looked at in one piece.
_AT_ONCE = 1 << 24


@dataclass(frozen=True)
class Tokens:
    """The tokens of a submission."""

    ids: NDArray[np.uint64]
    """A number for each token, equal for equal ones, shape (n,)."""
    lines: NDArray[np.intp]
    """The line each stands on, all its scripts and cells counted as one text from 0, shape (n,)."""

    @cached_property
    def runs(self) -> NDArray[np.uint64]:
        """A number for each run of `RUN` tokens, equal for equal ones, shape (max(0, n - RUN + 1),)."""
        count = max(0, len(self.ids) - RUN + 1)
        runs = np.zeros(count, np.uint64)
        for place in range(RUN):
            runs = runs * np.uint64(0x9E3779B97F4A7C15) + self.ids[place : place + count]
        return runs


def tokens_of(lines: Sequence[str]) -> Tokens:
    """The tokens of a text.

    Args:
        lines: Of each line its tokens, separated by spaces.
    """
    split = [line.split() for line in lines]
    ids = np.array([_number(token) for line in split for token in line], np.uint64)
    return Tokens(ids=ids, lines=np.repeat(np.arange(len(split)), [len(line) for line in split]))


@cache
def _number(token: str) -> int:
    return int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest())


def covered(is_run: NDArray[np.bool_], tokens: int) -> NDArray[np.bool_]:
    """Which tokens stand in one of some runs.

    Args:
        is_run: Which runs, shape (..., tokens - RUN + 1).
        tokens: How many there are.

    Returns:
        Shape (..., tokens).
    """
    ended = np.zeros((*is_run.shape[:-1], tokens + 1), np.int32)
    if is_run.shape[-1] > 0:
        starts = np.cumsum(is_run, axis=-1, dtype=np.int32)
        ended[..., 1 : starts.shape[-1] + 1] = starts
        ended[..., starts.shape[-1] + 1 :] = starts[..., -1:]
    before = np.zeros_like(ended)
    before[..., RUN:] = ended[..., :-RUN]
    found: NDArray[np.bool_] = ended[..., 1:] > before[..., 1:]
    return found


class CodeOverlaps:
    """The code of n submissions, compared.

    Args:
        submissions: Their tokens.
        handed_out: Tokens of what was handed out to all.
    """

    def __init__(self, submissions: Sequence[Tokens], handed_out: Sequence[Tokens] = ()) -> None:
        self._tokens = submissions
        self._common = _common_runs(submissions, handed_out)
        self._is_own_run = [~_is_in(item.runs, self._common) for item in submissions]

    @cached_property
    def own(self) -> list[NDArray[np.bool_]]:
        """Of each submission which tokens are in no run that was handed out or is common to the class."""
        return [
            ~covered(~is_own, len(item.ids))
            for item, is_own in zip(self._tokens, self._is_own_run, strict=True)
        ]

    @cached_property
    def shared(self) -> NDArray[np.int64]:
        """How many own tokens of one submission are also in another, shape (n, n): of the row's, in the column's."""
        count = len(self._tokens)
        shared = np.zeros((count, count), np.int64)
        known, holds = self._known_runs()
        for one, item in enumerate(self._tokens):
            places = np.flatnonzero(self._is_own_run[one] & _is_in(item.runs, known))
            rows = np.searchsorted(known, item.runs[places])
            step = max(1, _AT_ONCE // max(1, len(item.ids)))
            for start in range(0, count, step):
                others = slice(start, start + step)
                is_run = np.zeros((len(range(count)[others]), len(item.runs)), bool)
                is_run[:, places] = holds[others, rows]
                shared[one, others] = (covered(is_run, len(item.ids)) & self.own[one]).sum(axis=-1)
        np.fill_diagonal(shared, 0)
        return shared

    def shared_runs(self, one: int, other: int) -> NDArray[np.intp]:
        """The own runs of one submission that another has as well: their places, in order."""
        found = self._is_own_run[one] & np.isin(self._tokens[one].runs, self._tokens[other].runs)
        return np.flatnonzero(found)

    def _known_runs(self) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """The own runs that several submissions have, sorted, and which of them has which, shape (n, runs)."""
        each = [
            np.unique(item.runs[is_own])
            for item, is_own in zip(self._tokens, self._is_own_run, strict=True)
        ]
        known, counts = np.unique(np.concatenate([*each, _NONE]), return_counts=True)
        known = known[counts > 1]
        holds = np.zeros((len(each), len(known)), bool)
        for row, runs in enumerate(each):
            holds[row, np.searchsorted(known, runs[_is_in(runs, known)])] = True
        return known, holds


def _is_in(runs: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of some runs are among sorted ones; `numpy.isin` takes several times as long."""
    if not len(known):
        return np.zeros(len(runs), bool)
    found: NDArray[np.bool_] = known[np.searchsorted(known, runs) % len(known)] == runs
    return found


def _common_runs(submissions: Sequence[Tokens], handed_out: Sequence[Tokens]) -> NDArray[np.uint64]:
    """The runs that were handed out, or that more than half of the class have; equal submissions count once."""
    distinct = {item.ids.tobytes(): item for item in submissions if len(item.runs)}.values()
    common = [item.runs for item in handed_out]
    if len(distinct) >= MIN_CLASS:
        runs, counts = np.unique(
            np.concatenate([np.unique(item.runs) for item in distinct]), return_counts=True
        )
        common.append(runs[counts > len(distinct) / 2])
    return np.unique(np.concatenate([*common, _NONE]))
