"""Loops that can be left early: every loop of the student's code asks whether it may go on."""

from __future__ import annotations

import ast
import itertools
import time
from collections.abc import Callable, Iterable, Iterator

#: The name under which the code reaches the guard; no name a student would choose.
GUARD = "__grader_may_go_on__"

#: Rounds of a loop that always run, and seconds without anything new to record after which a loop is left.
ROUNDS, PATIENCE_S = 60, 4.0

#: Numbers of loops: the main files and the scripts they import ask one and the same guard.
_NUMBERS = itertools.count(1)

#: What has statements of its own, which run at another time.
_OTHER_CODE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class LoopGuard:
    """Says of every round of a loop whether it may run.

    Args:
        last_news: When something new was recorded last, as `time.monotonic` tells.
        bounded: Whether loops are left at all.
    """

    def __init__(self, last_news: Callable[[], float], *, bounded: bool) -> None:
        self.cuts: set[int] = set()
        """Loops that were left early."""
        self.stopped = False
        """Whether the time is over: then no loop goes on."""
        self.last_news = last_news
        self._bounded = bounded
        self._rounds: dict[int, int] = {}
        self._entered: dict[int, float] = {}

    def stop(self) -> None:
        """Have every loop left."""
        self.stopped = True

    def __call__(self, loop: int) -> bool:
        """Whether a round may run.

        Args:
            loop: Its number; the negative number where the loop begins.
        """
        if loop < 0:
            self._rounds[-loop] = 0
            self._entered[-loop] = time.monotonic()
            return True
        if self.stopped:
            self.cuts.add(loop)
            return False
        rounds = self._rounds[loop] = self._rounds.get(loop, 0) + 1
        if not self._bounded or rounds <= ROUNDS:
            return True
        now = time.monotonic()
        since = max(self._entered.get(loop, now), self.last_news())
        if now - since < PATIENCE_S:
            return True
        self.cuts.add(loop)
        return False


class LoopGuards(ast.NodeTransformer):
    """Puts the guard into every loop of a program.

    A loop that yields is left alone: whoever asks it for values has a loop, or ends by itself.
    """

    def guarded(self, statement: ast.stmt) -> ast.Module:
        """A statement as a module that can be compiled, its loops guarded."""
        body = self.visit(statement)
        module = ast.Module(body=body if isinstance(body, list) else [body], type_ignores=[])
        return ast.fix_missing_locations(module)

    def visit_For(self, node: ast.For) -> list[ast.stmt]:  # noqa: D102
        return self._guard(node)

    def visit_While(self, node: ast.While) -> list[ast.stmt]:  # noqa: D102
        return self._guard(node)

    def _guard(self, node: ast.For | ast.While) -> list[ast.stmt]:
        self.generic_visit(node)
        if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in _own_code(node.body)):
            return [node]
        loop = next(_NUMBERS)
        ask = ast.If(
            test=ast.UnaryOp(op=ast.Not(), operand=_asked(loop)), body=[ast.Break()], orelse=[]
        )
        begin = ast.Expr(value=_asked(-loop))
        node.body.insert(0, ask)
        for made in (ask, begin):
            ast.copy_location(made, node)
        return [begin, node]


def _own_code(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """What stands in statements, but for what functions and classes defined there hold."""
    waiting = list(statements)
    while waiting:
        node = waiting.pop()
        if not isinstance(node, _OTHER_CODE):
            yield node
            waiting += ast.iter_child_nodes(node)


def _asked(loop: int) -> ast.Call:
    return ast.Call(
        func=ast.Name(id=GUARD, ctx=ast.Load()), args=[ast.Constant(value=loop)], keywords=[]
    )
