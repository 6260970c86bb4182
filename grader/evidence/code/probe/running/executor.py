"""Statements of student code, run one by one: an error ends the statement, and the next one runs."""

from __future__ import annotations

import ast
import builtins
import codeop
import contextlib
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from types import CodeType, ModuleType
from typing import Any

import msgspec

from grader.evidence.code.probe.reading.source import Unit
from grader.evidence.code.probe.running.budget import StepTimedOut, limited
from grader.evidence.code.probe.running.guards import GUARD, LoopGuard, LoopGuards
from grader.evidence.code.probe.running.places import place_of, register
from grader.evidence.code.probe.running.printed import Printed
from grader.evidence.code.probe.running.programs import Step
from grader.evidence.code.run_record import StepRun

#: What stands among the loops that were left for a step that was ended as a whole.
_WHOLE_STEP = 0

_ERROR, _TRACE, _FRAMES = 500, 4_000, 12


@dataclass
class _Outcome:
    """What came of the statements of a step."""

    status: Any = "ok"
    error: str = ""
    trace: str = ""
    unnamed: list[tuple[Unit, int]] = field(default_factory=list)
    """The statements that missed a name."""


class _Patience:
    """How long a step may take: longer where it goes on recording something new, as one that trains many models does.

    Args:
        guard: Knows when that was last.
        seconds: Of processor time, after each of which something new must have been recorded.
        at_most: All together.
    """

    def __init__(self, guard: LoopGuard, seconds: float, at_most: float) -> None:
        self.seconds = seconds
        self._guard = guard
        self._left = at_most - seconds
        self._seen = guard.last_news()

    def more(self) -> float:
        """Seconds that are added once the time is over; none where nothing new was recorded meanwhile."""
        news = self._guard.last_news()
        if news == self._seen or self._left <= 0:
            return 0.0
        granted = min(self.seconds, self._left)
        self._seen, self._left = news, self._left - granted
        return granted


class Executor:
    """Runs steps of one program.

    Args:
        file: The program's main file, as the student calls it.
        guard: Asked by every loop.
        stream: What the code prints to.
    """

    def __init__(self, file: str, guard: LoopGuard, stream: Printed) -> None:
        self._guard = guard
        self._stream = stream
        self._guards = LoopGuards()
        self._compile = codeop.Compile()  # it keeps in mind what is imported from __future__
        self._compiled: dict[int, CodeType] = {}
        self._unnamed: dict[Step, list[tuple[Unit, int]]] = {}
        self._over = False
        self.module = ModuleType("__main__")
        self.module.__dict__.update(__file__=file, __builtins__=builtins)
        setattr(builtins, GUARD, guard)

    def enter(self) -> None:
        """Make the program the one that runs."""
        sys.modules["__main__"] = self.module
        sys.argv = [str(self.module.__file__)]

    def run(self, step: Step, seconds: float, at_most: float) -> StepRun:
        """Run a step.

        Args:
            step: Of this program.
            seconds: Of processor time it may take, and as many again each time that something new was recorded.
            at_most: Seconds it may take all together.
        """
        if self._over:
            return StepRun(where=step.where, status="not reached")
        return self._run(step, step.statements, _Patience(self._guard, seconds, at_most))

    def missed_a_name(self, step: Step) -> bool:
        """Whether a statement of a step failed since a name was not there."""
        return bool(self._unnamed.get(step))

    def run_again(self, step: Step, seconds: float, at_most: float) -> StepRun:
        """Run the statements of a step that missed a name."""
        patience = _Patience(self._guard, seconds, at_most)
        found = self._run(step, self._unnamed[step], patience)
        return msgspec.structs.replace(found, retried=True)

    def _run(
        self, step: Step, statements: Sequence[tuple[Unit, int]], patience: _Patience
    ) -> StepRun:
        setattr(builtins, GUARD, self._guard)
        self._guard.stopped = False
        started, outcome = monotonic(), _Outcome()
        with contextlib.redirect_stdout(self._stream), contextlib.redirect_stderr(self._stream):
            try:
                with limited(patience.seconds, self._guard.stop, patience.more):
                    for unit, place in statements:
                        if not self._statement(unit, place, outcome):
                            break
            except StepTimedOut as error:
                outcome.status = "timed out"
                outcome.error = _place_of(error)
                self._guard.cuts.add(_WHOLE_STEP)
            finally:
                sys.settrace(None)
                sys.setprofile(None)
        if self._guard.stopped:  # also where the code caught what says so
            outcome.status = "timed out"
        self._unnamed[step] = outcome.unnamed
        return StepRun(
            where=step.where,
            status=outcome.status,
            error=outcome.error,
            traceback=outcome.trace,
            printed=self._stream.taken(),
            seconds=round(monotonic() - started, 3),
            after_cut=bool(self._guard.cuts),
        )

    def _statement(self, unit: Unit, place: int, outcome: _Outcome) -> bool:
        """Run a statement; whether to go on."""
        statement = unit.body[place]
        try:
            code = self._code(unit, statement)
            exec(code, self.module.__dict__)  # noqa: S102  (this is what the sandbox is for)
        except SystemExit:
            if outcome.status == "ok":
                outcome.status = "ended"
            self._over = unit.cell is None
            return not self._over
        except StepTimedOut:
            raise
        except BaseException as error:  # KeyboardInterrupt and what students derive from it
            if isinstance(error, NameError):
                outcome.unnamed.append((unit, place))
            if outcome.status != "failed":
                outcome.status = "failed"
                outcome.error = error_text(error, unit.where(statement.lineno))
                outcome.trace = _trace(error)
            _forget_variables(error)
        return True

    def _code(self, unit: Unit, statement: ast.stmt) -> CodeType:
        """A statement that can be run, its loops guarded once however often it is run."""
        if id(statement) not in self._compiled:
            module = self._guards.guarded(statement)
            # Typeshed knows of texts only.
            self._compiled[id(statement)] = self._compile(module, register(unit), "exec")  # type: ignore[arg-type]
        return self._compiled[id(statement)]


def error_text(error: BaseException, where: str) -> str:
    """What an error says, and the innermost line of the student's code that it came through.

    Args:
        error: It.
        where: The line, where it came through none.
    """
    return f"{_worded(error)} ({_place_of(error) or where})"


def _worded(error: BaseException) -> str:
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except StepTimedOut:
        raise
    except BaseException:  # whatever a student's own class raises
        text = "?"
    return f"{type(error).__name__}: {text}"[:_ERROR]


def _place_of(error: BaseException) -> str:
    """The innermost line of the student's code that an error came through."""
    places = [place_of_frame for place_of_frame in _places(error) if place_of_frame]
    return places[-1] if places else ""


def _places(error: BaseException) -> list[str]:
    found, link = [], error.__traceback__
    while link is not None:
        found.append(place_of(link.tb_frame) if link.tb_frame.f_code.co_filename[:1] == "<" else "")
        link = link.tb_next
    return found


def _trace(error: BaseException) -> str:
    own = error.__traceback__
    try:
        # The first call is the one that runs the statement, and no code of the student's.
        lines = traceback.format_exception(
            type(error), error, own.tb_next if own is not None else None, limit=-_FRAMES
        )
    except StepTimedOut:
        raise
    except BaseException:  # it looks for attributes of a student's own class
        return ""
    return "".join(lines)[-_TRACE:]


def _forget_variables(error: BaseException) -> None:
    """Let go of what the functions held that failed: arrays may be large."""
    with contextlib.suppress(RuntimeError):
        traceback.clear_frames(error.__traceback__)
