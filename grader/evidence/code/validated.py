"""What the process that ran student code says, made safe to keep.

The process may say anything, so whatever the trusted side knows itself takes the place of what was said: the files, the
mode, where the steps stand, how long it took. The rest is bounded, and stays a claim of the student's own code.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from grader.evidence.code.bounds import bounded, bounded_run
from grader.evidence.code.function_record import FunctionFound, FunctionValues
from grader.evidence.code.png import is_small_png
from grader.evidence.code.run_protocol import FunctionCalled, RunPrepared
from grader.evidence.code.run_record import CodeRun, FigureDrawn, RunMode, StepRun

#: Characters of what all steps print, and of their tracebacks.
_CHARACTERS = 4_000_000

#: Bytes of all pictures.
PICTURES_BYTES = 8 << 20


def validated_prepared(said: RunPrepared, datasets: Collection[str]) -> RunPrepared:
    """What there is to run, of no more steps than there may be, and of no data but those that may be served.

    Args:
        said: By the process, before it runs anything.
        datasets: That may be served.
    """
    served = tuple(name for name in dict.fromkeys(said.datasets) if name in datasets)
    return msgspec.structs.replace(bounded(said), datasets=served)


def validated_step(said: StepRun, where: str, seconds: float) -> StepRun:
    """A step, bounded.

    Args:
        said: What came of it.
        where: It stands.
        seconds: It took, measured outside.
    """
    return msgspec.structs.replace(bounded(said), where=where, seconds=round(seconds, 3))


def validated_run(
    said: CodeRun,
    files: Sequence[str],
    steps: Sequence[StepRun],
    mode: RunMode,
    seconds: float,
) -> CodeRun:
    """A run, bounded.

    Args:
        said: All that was recorded.
        files: That were run.
        steps: What came of each.
        mode: It was run in.
        seconds: It took, measured outside.
    """
    return msgspec.structs.replace(
        bounded_run(said),
        files=tuple(files),
        steps=tuple(_with_little_text(steps)),
        mode=mode,
        seconds=round(seconds, 3),
        ended=all(step.status != "not reached" for step in steps),
    )


def validated_values(said: FunctionCalled, function: FunctionFound, points: int) -> FunctionValues:
    """What a function gave: a number or None for each point, or an error.

    Args:
        said: By the process.
        function: As it was read.
        points: How many there are.
    """
    known = msgspec.structs.asdict(function)
    error: str = bounded(FunctionCalled(error=said.error)).error
    if not error and len(said.values) != points:
        error = "crashed"
    if error:
        return FunctionValues(**known, error=error)
    finite = (
        value if value is not None and math.isfinite(value) else None for value in said.values
    )
    return FunctionValues(**known, values=tuple(finite))


def _with_little_text(steps: Sequence[StepRun]) -> Iterator[StepRun]:
    """The steps; those after too many characters without what they printed."""
    left = _CHARACTERS
    for step in steps:
        left -= len(step.printed) + len(step.traceback)
        yield step if left >= 0 else msgspec.structs.replace(step, printed="", traceback="")


def pictures_size(said: Sequence[tuple[int, int]]) -> int:
    """The bytes of all pictures together; 0 where the sizes cannot be true."""
    whole = sum(size for _, size in said)
    return whole if whole <= PICTURES_BYTES and all(size > 0 for _, size in said) else 0


def validated_pictures(
    data: bytes, said: Sequence[tuple[int, int]], figures: int
) -> dict[int, bytes]:
    """The pictures by the place of their figure: those that are small PNG images of a figure that was recorded.

    Args:
        data: All of them, one after the other.
        said: Place and size of each.
        figures: How many were recorded.
    """
    pictures: dict[int, bytes] = {}
    start = 0
    for place, size in said:
        png = data[start : start + size]
        start += size
        if 0 <= place < figures and is_small_png(png):
            pictures[place] = png
    return pictures


def with_pictures(run: CodeRun, pictures: Mapping[int, bytes]) -> CodeRun:
    """A run whose figures tell truly which of them have a picture."""
    figures: tuple[FigureDrawn, ...] = tuple(
        msgspec.structs.replace(figure, picture=place in pictures)
        for place, figure in enumerate(run.figures)
    )
    return msgspec.structs.replace(run, figures=figures)
