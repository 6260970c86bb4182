"""How much is worked out of a program: no program makes the reader slow, or its values large."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

#: Steps that are followed for all files of a submission, and the share of those left that one statement of the
#: outermost level may take. A step is an expression that is evaluated, or what takes about as long.
ALL = 1_600_000
_SHARE = 4
#: Characters of source that are read.
CHARACTERS = 400_000


class BudgetError(BaseException):
    """The program takes more steps than are followed. Nothing that catches mistakes of the student's catches it."""


@dataclass
class Work:
    """The steps that are left."""

    left: int = ALL
    of_statement: int = ALL // _SHARE
    characters: int = CHARACTERS

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises:
            BudgetError: None are left.
        """
        self.left -= steps
        self.of_statement -= steps
        if self.left < 0 or self.of_statement < 0:
            raise BudgetError


_CURRENT: ContextVar[Work] = ContextVar("work")


def spend(steps: int) -> None:
    """Take steps of the reading that is under way, if one is.

    Raises:
        BudgetError: None are left.
    """
    work = _CURRENT.get(None)
    if work is not None:
        work.spend(steps)


@contextmanager
def bounded() -> Iterator[Work]:
    """Bound what is worked out while the block runs."""
    work = Work()
    token = _CURRENT.set(work)
    try:
        yield work
    finally:
        _CURRENT.reset(token)


def may_read(text: str) -> bool:
    """Whether a text is read, too: not one that is longer than what is left to be read."""
    work = _CURRENT.get(None)
    if work is None:
        return len(text) <= CHARACTERS
    if len(text) > work.characters:
        return False
    work.characters -= len(text)
    return True


def next_statement() -> None:
    """Begin a statement of the outermost level: however many take too long, some steps are left for the next."""
    work = _CURRENT.get(None)
    if work is not None:
        work.of_statement = work.left // _SHARE
