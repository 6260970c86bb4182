"""Values of functions are asked for after a run, and only what can be true of them is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from grader.evidence.base import CollectContext, CollectTask, StoredRecord
from grader.evidence.code import collect, functions
from grader.evidence.code.collect import collect_code
from grader.evidence.code.function_record import (
    MOST_FUNCTIONS,
    MOST_POINTS,
    EvaluatedFunctions,
    FunctionFound,
    FunctionValues,
    FunctionValuesNeed,
)
from grader.evidence.code.functions import call_functions
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.evidence.code.run import FinishedRun
from grader.evidence.code.run_protocol import CallFunction, FunctionCalled, RunPrepared
from grader.evidence.code.run_record import CodeRun, CodeRunNeed
from grader.evidence.code.validated import validated_prepared, validated_values
from grader.evidence.code.view import code_sections, decode_code
from grader.evidence.need import Need
from grader.records.evidence import ArtefactFile, Failure, file_failure, internal_failure
from grader.records.lab import Artefact
from grader.sandbox import Box, Limits, SandboxClient
from grader.sandbox.outcome import OutcomeStatus
from tests.factories import ARTEFACT

POINTS = (0.5, -1.0)
LECUN = FunctionFound(name="LeCun", where="lab.py:3")
LOUD = FunctionFound(name="loud", where="lab.py:5", other_calls=("print",))
SLOPE = FunctionFound(name="slope", where="lab.py:9")


class FakeClient:
    """Answers with what was made up, in order."""

    def __init__(self, *answers: FunctionCalled | Failure, status: OutcomeStatus = "ok") -> None:
        self._answers = list(answers)
        self.status = status
        self.asked: list[CallFunction] = []

    def ask(self, request: CallFunction, *_: Any, **__: Any) -> tuple[Any, bytes] | Failure:
        self.asked.append(request)
        answer = self._answers.pop(0)
        return answer if isinstance(answer, Failure) else (answer, b"")


def evaluated(client: FakeClient, *found: FunctionFound) -> tuple[FunctionValues, ...]:
    prepared = RunPrepared(steps=(), datasets=(), functions=found)
    found = call_functions(cast(SandboxClient, client), prepared, POINTS)
    assert isinstance(found, EvaluatedFunctions)
    return found.functions


def test_functions_that_do_arithmetic_are_asked_at_the_points() -> None:
    """The others are named with what they do."""
    client = FakeClient(FunctionCalled(values=(1.0, None)), FunctionCalled(error="timed out"))

    assert evaluated(client, LECUN, LOUD, SLOPE) == (
        FunctionValues(name="LeCun", where="lab.py:3", values=(1.0, None)),
        FunctionValues(name="loud", where="lab.py:5", other_calls=("print",)),
        FunctionValues(name="slope", where="lab.py:9", error="timed out"),
    )
    assert [(item.number, item.points) for item in client.asked] == [(0, POINTS), (2, POINTS)]


@pytest.mark.parametrize(
    ("reason", "error"), [("timed-out", "timed out"), ("out-of-memory", "crashed")]
)
def test_where_the_process_ends_no_other_function_is_asked(reason: str, error: str) -> None:
    """What was given before is kept."""
    client = FakeClient(FunctionCalled(values=POINTS), file_failure(reason, "lab.py"))  # type: ignore[arg-type]

    found = evaluated(client, SLOPE, LECUN, LECUN, LOUD)

    assert [item.error for item in found] == ["", error, "not reached", ""]
    assert len(client.asked) == 2


def test_the_end_of_the_worker_is_the_graders() -> None:
    """It says nothing about the functions."""
    failure = internal_failure("the worker ended")
    client = FakeClient(failure, status="XX")
    prepared = RunPrepared(steps=(), datasets=(), functions=(LECUN,))

    assert call_functions(cast(SandboxClient, client), prepared, POINTS) == failure


def test_the_time_of_all_functions_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are not reached say so."""
    monkeypatch.setattr(functions, "_ALL_S", -1)

    assert [item.error for item in evaluated(FakeClient(), LECUN, LOUD)] == ["not reached", ""]


@pytest.mark.parametrize(
    ("said", "values", "error"),
    [
        (FunctionCalled(values=(1.0, 2.0)), (1.0, 2.0), ""),
        (FunctionCalled(values=(float("nan"), float("inf"))), (None, None), ""),
        (FunctionCalled(values=(1.0,)), (), "crashed"),
        (FunctionCalled(values=(0.0,) * 100_000), (), "crashed"),
        (FunctionCalled(), (), "crashed"),
        (FunctionCalled(values=(1.0, 2.0), error="no"), (), "no"),
        (FunctionCalled(error="e" * 9_000), (), "e" * 600),
    ],
)
def test_values_that_cannot_be_true_are_dropped(
    said: FunctionCalled, values: tuple[float | None, ...], error: str
) -> None:
    """Too few, too many, not finite, or beside an error."""
    assert validated_values(said, LECUN, 2) == FunctionValues(
        name="LeCun", where="lab.py:3", values=values, error=error
    )


def test_what_is_found_is_bounded() -> None:
    """However many functions the process names."""
    said = RunPrepared(steps=(), datasets=(), functions=(LECUN,) * 1_000)

    assert len(validated_prepared(said, ()).functions) == MOST_FUNCTIONS


@pytest.mark.parametrize(
    "points", [(), (0.0,) * (MOST_POINTS + 1), (float("nan"),), (1.0, float("inf"))]
)
def test_points_are_finite_and_not_too_many(points: tuple[float, ...]) -> None:
    """A mistake of whoever writes a check shows at once."""
    with pytest.raises(ValueError, match="finite"):
        FunctionValuesNeed(artefact="code", points=points)


def test_the_id_of_a_need_names_no_point() -> None:
    """It is the same in every run, and another for other points."""
    need = FunctionValuesNeed(artefact="code", points=(0.25, 1))

    assert need.id == FunctionValuesNeed(artefact="code", points=(0.25, 1.0)).id
    assert need.id != FunctionValuesNeed(artefact="code", points=(0.25, 2)).id
    assert need.id.startswith("code:code?about=functions&points=")
    assert "0.25" not in need.id


def test_values_are_stored_and_pages_show_nothing_of_them() -> None:
    """The points may be secret."""
    record = EvaluatedFunctions(
        points=POINTS, functions=(FunctionValues(name="f", where="a.py:1", values=(1.0, None)),)
    )
    raw = msgspec.Raw(msgspec.json.encode(record))
    need = FunctionValuesNeed(artefact="code", points=POINTS)

    found = decode_code(need, StoredRecord(raw=raw, arrays=dict, labels={}))

    assert found == record
    assert code_sections(found) == ()


def doubled(points: tuple[float, ...]) -> EvaluatedFunctions:
    values = tuple(2 * point for point in points)
    function = FunctionValues(name="f", where="lab.py:1", values=values)
    return EvaluatedFunctions(points=points, functions=(function,))


Collect = Callable[..., Mapping[Need[Any], Any]]


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Collect:
    """What needs get of a submission whose only function doubles, and how it was run; nothing is started."""

    def read(*_: Any) -> CodeReading:
        return CodeReading(files=("lab.py",))

    def answers(
        *needs: Need[Any], runs: list[Any], failure: Failure | None = None
    ) -> Mapping[Need[Any], Any]:
        def run(*given: Any, **_: Any) -> FinishedRun | Failure:
            mode, _, points = given[4:]
            runs.append((mode, points))
            return failure or FinishedRun(
                run=CodeRun(files=("lab.py",), mode=mode), functions=tuple(map(doubled, points))
            )

        client = SimpleNamespace(read=read)
        monkeypatch.setattr(collect, "CodeClient", lambda *_: client)
        monkeypatch.setattr(collect, "run_code", run)
        task = CollectTask(
            artefact=Artefact(id=ARTEFACT, title="it", patterns=("*",), formats=("python",)),
            files=((ArtefactFile(path="lab.py", sha256="0", kind="text"), Path("lab.py")),),
            needs=needs,
            declared=None,
            keys={},
        )
        context = CollectContext(
            lambda: cast(Box, FakeBox()), cast(Any, None), Limits(), cast(Any, None)
        )
        return collect_code(task, context).records

    return answers


class FakeBox:
    max_rss = 0

    def __enter__(self) -> FakeBox:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def values_at(*points: float) -> FunctionValuesNeed:
    return FunctionValuesNeed(artefact=ARTEFACT, points=points)


def test_one_run_answers_all_needs(collected: Collect) -> None:
    """The points of each need are a group of their own, so that no function sees them with others."""
    runs: list[Any] = []
    code, run = CodeNeed(artefact=ARTEFACT), CodeRunNeed(artefact=ARTEFACT)
    found = collected(code, values_at(1, 2), run, values_at(3, 1), runs=runs)

    assert runs == [("quick", ((1, 2), (3, 1)))]
    assert isinstance(found[code], CodeReading)
    assert isinstance(found[run], CodeRun)
    assert found[values_at(3, 1)].points == (3, 1)
    assert found[values_at(3, 1)].functions[0].values == (6, 2)


@pytest.mark.parametrize(
    ("modes", "runs"),
    [
        ((), [("quick", ((1,),))]),
        (("full",), [("full", ((1,),))]),
        (("full", "quick"), [("full", ()), ("quick", ((1,),))]),
    ],
)
def test_values_come_with_the_run_that_there_is(
    collected: Collect, modes: tuple[Any, ...], runs: list[Any]
) -> None:
    """The quick one, if there is a choice."""
    needs = [CodeRunNeed(artefact=ARTEFACT, mode=mode) for mode in modes]
    seen: list[Any] = []
    found = collected(*needs, values_at(1), runs=seen)

    assert seen == runs
    assert found[values_at(1)].functions[0].values == (2,)


def test_a_run_that_fails_is_the_failure_of_all_it_was_for(collected: Collect) -> None:
    """What was read is kept."""
    failure = file_failure("no-code", "lab.py")
    code, run = CodeNeed(artefact=ARTEFACT), CodeRunNeed(artefact=ARTEFACT)
    found = collected(code, run, values_at(1), runs=[], failure=failure)

    assert isinstance(found[code], CodeReading)
    assert found[run] == found[values_at(1)] == failure
