"""Loops, followed for as long as they build or train something new."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from grader.evidence.code.probe.reading import arrays
from grader.evidence.code.probe.reading.comprehensions import Comprehensions
from grader.evidence.code.probe.reading.control import BreakSignal, ContinueSignal, Loop
from grader.evidence.code.probe.reading.operations import iterated, truth
from grader.evidence.code.probe.reading.values import UNKNOWN, Array, Scope, Value
from grader.evidence.code.probe.reading.work import BudgetError, spend

#: Rounds of a loop, and rounds after which a loop is left that builds and trains nothing: the outermost, others.
_ROUNDS = 1_000
_IDLE_ROUNDS = 60
_IDLE_INNER_ROUNDS = 8


@dataclass
class Loops(Comprehensions):
    """Follows loops."""

    scope: Scope = field(default_factory=Scope)
    loops: list[Loop] = field(default_factory=list)
    """Those that are being followed."""
    texts: dict[ast.stmt, str] = field(default_factory=dict)
    """What the heads of loops say."""

    @abstractmethod
    def trainings_seen(self) -> int:
        """How many trainings were seen."""

    @abstractmethod
    def uncount(self, since: int, ended: Loop) -> None:
        """Say of the trainings from a number on that nobody knows how often they run.

        Args:
            since: How many trainings were seen before the loop.
            ended: The loop that was left.
        """

    @abstractmethod
    def progress(self) -> int:
        """A number that grows with all that is built and trained."""

    @abstractmethod
    def block(self, statements: Sequence[ast.stmt]) -> None:
        """Follow statements in order."""

    def visit_For(self, node: ast.For) -> None:
        source = self.evaluate(node.iter)
        items = iterated(source)
        text = self._text(node, node.target, node.iter)
        if items is None:
            inner = arrays.item(source, 0) if isinstance(source, Array) else UNKNOWN
            self._loop([inner], node, Loop(arrays.rows(source), source, text))
        else:
            self._loop(items, node, Loop(len(items), source, text))
        self.block(node.orelse)

    visit_AsyncFor = visit_For

    def _text(self, node: ast.stmt, *parts: ast.expr) -> str:
        """What the head of a loop says."""
        if node not in self.texts:
            self.texts[node] = " ".join(map(ast.unparse, parts))
        return self.texts[node]

    @contextmanager
    def _within_loop(self, loop: Loop) -> Iterator[None]:
        """Follow a loop; where its end is not known, neither is how often the trainings in it run."""
        start = self.trainings_seen()
        self.loops.append(loop)
        try:
            yield
        except BudgetError:
            loop.rounds = None
            raise
        finally:
            self.loops.pop()
            if loop.rounds is None:
                self.uncount(start, loop)

    def _loop(self, items: Sequence[Value], node: ast.For, loop: Loop) -> None:
        lengths = self._list_lengths()
        with self._within_loop(loop):
            for item in self._rounds_of(items, loop):
                self.assign(node.target, item)
                try:
                    self.block(node.body)
                except ContinueSignal:
                    continue
                except BreakSignal:
                    if len(items) == 1 and loop.rounds != 1:
                        continue
                    break
        if loop.rounds != len(items):
            self._forget_lengths(lengths, loop.rounds if len(items) == 1 else None)

    def _rounds_of(self, items: Sequence[Value], loop: Loop) -> Iterator[Value]:
        """What a loop goes through, until too many rounds in a row built and trained nothing new."""
        is_short = len(items) <= _IDLE_ROUNDS
        patience = _IDLE_ROUNDS if len(self.loops) == 1 or is_short else _IDLE_INNER_ROUNDS
        seen, last = self.progress(), 0
        for count, item in enumerate(items):
            if self.progress() != seen:
                seen, last = self.progress(), count
            if count >= _ROUNDS or count - last >= patience:
                loop.rounds = None
                return
            yield item

    def _list_lengths(self) -> dict[str, int]:
        """The lengths of the lists that can be seen by name."""
        names = {**(self.scope.parent.names if self.scope.parent else {}), **self.scope.names}
        spend(len(names) // 4)
        return {name: len(value) for name, value in names.items() if isinstance(value, list)}

    def _forget_lengths(self, before: dict[str, int], rounds: int | None) -> None:
        """Of lists that grew in a loop that was followed in part, only what their elements are is known."""
        for name, length in before.items():
            scope = self.scope.find(name)
            value = scope.names[name] if scope is not None else None
            if scope is None or not isinstance(value, list) or len(value) == length:
                continue
            inner = arrays.as_array(value[-1])
            is_whole = rounds is not None and len(value) == length + 1 and length == 0
            shape = None if inner.shape is None else (rounds if is_whole else None, *inner.shape)
            scope.names[name] = Array(shape, inner.source, part=not is_whole)

    def visit_While(self, node: ast.While) -> None:
        loop = Loop(0, None, self._text(node, node.test))
        lengths = self._list_lengths()
        with self._within_loop(loop):
            for count, test in enumerate(self._tests(node.test)):
                if test is None or isinstance(node.test, ast.Constant):
                    loop.rounds = None
                if test is False or (count and loop.rounds is None):
                    break
                if loop.rounds is not None:
                    loop.rounds = count + 1
                try:
                    self.block(node.body)
                except ContinueSignal:
                    continue
                except BreakSignal:
                    break
            else:
                loop.rounds = None
        if loop.rounds is None:
            self._forget_lengths(lengths, None)

    def _tests(self, test: ast.expr) -> Iterator[bool | None]:
        """What the test of a loop gives, round by round, until too many built and trained nothing new."""
        seen, last = self.progress(), 0
        for count in range(_ROUNDS):
            if self.progress() != seen:
                seen, last = self.progress(), count
            if count - last >= _IDLE_INNER_ROUNDS:
                return
            yield truth(self.evaluate(test))
