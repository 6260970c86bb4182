"""Ask the process that ran code for values of the functions it defines, after everything else it is asked for."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from grader.evidence.code.function_record import (
    EvaluatedFunctions,
    FunctionFound,
    FunctionValues,
)
from grader.evidence.code.run_protocol import CallFunction, FunctionCalled, RunPrepared
from grader.evidence.code.validated import validated_values
from grader.records.evidence import Failure
from grader.sandbox import SandboxClient

#: Seconds of processor time of one function, and by the clock after which its process is ended.
_CALL_S, _LONGEST_S = 2.0, 20.0

#: Seconds after which no other function is called.
_ALL_S = 30.0


def call_functions(
    client: SandboxClient, prepared: RunPrepared, points: Sequence[float]
) -> EvaluatedFunctions | Failure:
    """The values of all functions of one argument that do nothing but arithmetic.

    A function sees these points together, so secret ones are asked for apart from others, and after them. One that ends
    the process costs the values of those after it. Only the end of the worker, which no isolated submission can cause,
    is a failure.

    Args:
        client: Of the process, whose last step has ended.
        prepared: What it said before it ran anything.
        points: Where the values are asked for.
    """
    ends = time.monotonic() + _ALL_S
    found: list[FunctionValues] = []
    error = ""
    for number, function in enumerate(prepared.functions):
        if not error and time.monotonic() > ends:
            error = "not reached"
        if function.other_calls or error:
            found.append(_without_values(function, "" if function.other_calls else error))
            continue
        request = CallFunction(number=number, points=tuple(points), seconds=_CALL_S)
        answer = client.ask(request, FunctionCalled, timeout_s=_LONGEST_S)
        if isinstance(answer, Failure):
            if client.status == "XX":
                return answer
            ended = "timed out" if answer.reason == "timed-out" else "crashed"
            found.append(_without_values(function, ended))
            error = "not reached"
        else:
            found.append(validated_values(answer[0], function, len(points)))
    return EvaluatedFunctions(
        points=tuple(points), functions=tuple(found), left_out=prepared.functions_left_out
    )


def _without_values(function: FunctionFound, error: str) -> FunctionValues:
    return FunctionValues(**msgspec.structs.asdict(function), error=error)
