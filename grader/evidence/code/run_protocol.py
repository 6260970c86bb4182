"""Requests to the process that runs code, and its answers."""

from __future__ import annotations

from grader.evidence.code.function_record import FunctionFound
from grader.evidence.code.protocol import SourceFile
from grader.evidence.code.run_record import CodeRun, RunMode, StepRun
from grader.records.base import Record


class PrepareRun(Record, frozen=True, kw_only=True, tag="prepare-run"):
    """Lay the files out and read them; answered by `RunPrepared`."""

    code: tuple[SourceFile, ...]
    """Scripts and notebooks."""
    beside: tuple[SourceFile, ...] = ()
    """Other files of the submission, which the code may read."""
    mode: RunMode = "quick"
    keeps: bool = False
    """Whether trainings are kept, and asked for: see `kept_protocol`."""


class RunPrepared(Record, frozen=True, kw_only=True, tag="run-prepared"):
    """What there is to run."""

    steps: tuple[str, ...]
    """Where each step stands."""
    datasets: tuple[str, ...]
    """Names of the datasets the code may ask for."""
    functions: tuple[FunctionFound, ...] = ()
    """Functions whose values can be asked for."""
    functions_left_out: int = 0
    """How many are not among them, since there are too many."""


class ServeSplit(Record, frozen=True, kw_only=True, tag="serve-split"):
    """Images (uint8), then labels (uint8), come as payload; answered by `SplitServed`."""

    dataset: str
    split: str
    shape: tuple[int, ...]
    """Of the images."""


class SplitServed(Record, frozen=True, kw_only=True, tag="split-served"):
    """The data are there."""


class RunStep(Record, frozen=True, kw_only=True, tag="run-step"):
    """Run a step; answered by `StepDone`."""

    number: int
    seconds: float
    """Of processor time it may take, and as many again each time that something new was recorded meanwhile."""
    at_most: float
    """Of processor time it may take all together."""


class RunMissed(Record, frozen=True, kw_only=True, tag="run-missed"):
    """Run again what of a step missed a name; answered by `StepDone`."""

    number: int
    seconds: float
    at_most: float


class StepDone(Record, frozen=True, kw_only=True, tag="step-done"):
    """What came of a step."""

    step: StepRun
    missed: bool = False
    """Whether some of it missed a name, and may work once the others were run."""


class FinishRun(Record, frozen=True, kw_only=True, tag="finish-run"):
    """Say what was recorded; answered by `RunFinished`."""


class RunFinished(Record, frozen=True, kw_only=True, tag="run-finished"):
    """What was recorded."""

    run: CodeRun
    pictures: tuple[tuple[int, int], ...]
    """Place in `run.figures` and size in bytes of each picture."""


class FetchPictures(Record, frozen=True, kw_only=True, tag="fetch-pictures"):
    """Give the pictures, one after the other; answered by `PicturesFetched` and their bytes."""


class PicturesFetched(Record, frozen=True, kw_only=True, tag="pictures-fetched"):
    """The pictures come with this."""


class CallFunction(Record, frozen=True, kw_only=True, tag="call-function"):
    """Call a function at points, once the last step has ended; answered by `FunctionCalled`."""

    number: int
    """Its place in `RunPrepared.functions`."""
    points: tuple[float, ...]
    seconds: float
    """Of processor time it may take."""


class FunctionCalled(Record, frozen=True, kw_only=True, tag="function-called"):
    """What it gave."""

    values: tuple[float | None, ...] = ()
    """At each point; empty where it failed."""
    error: str = ""


RunRequest = (
    PrepareRun | ServeSplit | RunStep | RunMissed | FinishRun | FetchPictures | CallFunction
)
