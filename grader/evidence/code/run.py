"""Run the code of a submission in a box of its own, step by step, and take what was recorded."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.evidence.base import OnStep, ignore_step
from grader.evidence.code.beside import nearest_to_top
from grader.evidence.code.bounds import with_left_out
from grader.evidence.code.function_record import EvaluatedFunctions
from grader.evidence.code.functions import call_functions
from grader.evidence.code.kept_trainings import KeptTrainings, ResumeFolder
from grader.evidence.code.protocol import SourceFile
from grader.evidence.code.run_budget import RunBudget, wall_s_of
from grader.evidence.code.run_protocol import (
    FetchPictures,
    FinishRun,
    PicturesFetched,
    PrepareRun,
    RunFinished,
    RunMissed,
    RunPrepared,
    RunStep,
    ServeSplit,
    SplitServed,
    StepDone,
)
from grader.evidence.code.run_record import CodeRun, RunMode, StepRun
from grader.evidence.code.served import SERVABLE, ServedDatasets
from grader.evidence.code.step_exchange import ask_step
from grader.evidence.code.validated import (
    pictures_size,
    validated_pictures,
    validated_prepared,
    validated_run,
    validated_step,
    with_pictures,
)
from grader.records.evidence import Failure, file_failure
from grader.records.names import first_few
from grader.sandbox import MAX_SUBMITTED, Box, Limits, SandboxClient
from grader.sandbox.failures import crashed

#: How often a run begins anew without a step that ended the process.
_RESTARTS = 2

#: Seconds for saying what was recorded.
_FINISH_S = 60.0


@dataclass(frozen=True)
class RunFiles:
    """What a run is given: what the student calls each file, and where it lies."""

    code: Mapping[str, Path]
    beside: Mapping[str, Path] = field(default_factory=dict)

    def within(self, most: int) -> RunFiles:
        """At most so many files, code before others."""
        code = nearest_to_top(self.code, most)
        beside = nearest_to_top(self.beside, most - len(code))
        return RunFiles(
            {file: self.code[file] for file in code}, {file: self.beside[file] for file in beside}
        )


@dataclass(frozen=True)
class FinishedRun:
    """What was recorded, with the pictures of figures by their place in `CodeRun.figures`.

    All of it but how long it took was said by the student's own process.
    """

    run: CodeRun
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    peak_memory_bytes: int = 0
    functions: tuple[EvaluatedFunctions | Failure, ...] = ()
    """Values of its functions, for each group of points."""

    @property
    def arrays(self) -> dict[str, NDArray[np.uint8]]:
        """The pictures as they are stored: ``figure-N`` to its bytes."""
        return {
            f"figure-{place}": np.frombuffer(png, np.uint8) for place, png in self.pictures.items()
        }


def run_code(
    open_box: Callable[[], Box],
    files: RunFiles,
    datasets: ServedDatasets,
    limits: Limits,
    mode: RunMode = "quick",
    on_step: OnStep = ignore_step,
    points: Sequence[Sequence[float]] = (),
    resume: ResumeFolder | None = None,
) -> FinishedRun | Failure:
    """Run code. A step that ends the process is left out, and the others run in a new one.

    Where one after the other ends it, those before the last of them are run, and no others.

    Args:
        open_box: A process with the profile for running code.
        files: The code, and what lies beside it.
        datasets: Served to the code.
        limits: What the process is started with.
        mode: Whether trainings are capped.
        on_step: Told before every step.
        points: Where the functions it defines are called once all steps have ended, one group after the other; the code
            sees none of them earlier, and no group with another.
        resume: Where the trainings of a run as written are kept, and taken from; None to keep none.
    """
    ended: dict[int, StepRun] = {}
    while True:
        is_last = len(ended) > _RESTARTS
        with open_box() as box:
            attempt = _Attempt(box, files, datasets, limits, mode, ended, resume)
            finished = attempt.run(on_step, max(ended) if is_last else None)
            if not isinstance(finished, Failure) and points:
                values = tuple(attempt.functions(group) for group in points)
                return replace(finished, functions=values)
        if not isinstance(finished, Failure) or attempt.current is None or is_last:
            return finished
        ended[attempt.current] = attempt.step_that_ended(finished)


class _Attempt:
    """One process that runs the code.

    Args:
        ended: The steps that ended processes before, which are left out.
    """

    def __init__(
        self,
        box: Box,
        files: RunFiles,
        datasets: ServedDatasets,
        limits: Limits,
        mode: RunMode,
        ended: Mapping[int, StepRun],
        resume: ResumeFolder | None = None,
    ) -> None:
        self._box = box
        self._files = files.within(MAX_SUBMITTED)
        self._left_out = {"files": len(files.code) - len(self._files.code)}
        self._datasets = datasets
        self._limits = limits
        self._mode = mode
        self._ended = ended
        self._resume = resume if mode == "full" else None
        self._kept: KeptTrainings | None = None
        self._file = next(iter(self._files.code), "")
        self._client = SandboxClient(box, self._file, limits)
        self._prepared = RunPrepared(steps=(), datasets=())
        self._started = time.monotonic()
        self.current: int | None = None
        """The step that is running."""

    def run(self, on_step: OnStep, last: int | None = None) -> FinishedRun | Failure:
        """Run all steps, those again that missed a name, and take what was recorded.

        Args:
            on_step: Told before every step.
            last: The step after which none is run; None for all.
        """
        failure = self._prepare()
        if failure is not None:
            return failure
        budget = RunBudget(self._mode, self._box.cpu_s)
        steps = self._prepared.steps
        done: list[StepRun] = []
        missed: list[int] = []
        for number, where in enumerate(steps):
            on_step(number + 1, len(steps), where)
            if number in self._ended:
                done.append(self._ended[number])
                continue
            allowed = budget.step()
            if allowed.seconds <= 0 or (last is not None and number > last):
                done.append(StepRun(where=where, status="not reached"))
                continue
            answer = self._ask_step(RunStep(number=number, **allowed._asdict()))
            if isinstance(answer, Failure):
                return self._judged(answer)
            done.append(answer.step)
            if answer.missed:
                missed.append(number)
        for number in missed:
            allowed = budget.step()
            if allowed.seconds > 0:
                answer = self._ask_step(RunMissed(number=number, **allowed._asdict()))
                if isinstance(answer, Failure):
                    return self._judged(answer)
                if answer.step.status == "ok":
                    printed = done[number].printed + answer.step.printed
                    done[number] = msgspec.structs.replace(answer.step, printed=printed)
        return self._finish(done)

    def functions(self, points: Sequence[float]) -> EvaluatedFunctions | Failure:
        """The functions of the code at points, after `run`."""
        return call_functions(self._client, self._prepared, points)

    def step_that_ended(self, failure: Failure) -> StepRun:
        """The step that was running when the process ended."""
        number = self.current or 0
        timed_out = failure.reason == "timed-out"
        return StepRun(
            where=self._prepared.steps[number],
            status="timed out" if timed_out else "crashed",
            error=failure.reason,
        )

    def _prepare(self) -> Failure | None:
        """Bring the files, and the data they may ask for."""
        request = PrepareRun(
            code=self._brought(self._files.code),
            beside=self._brought(self._files.beside),
            mode=self._mode,
            keeps=self._resume is not None,
        )
        answer = self._client.ask_to_open(request, RunPrepared)
        if isinstance(answer, Failure):
            if answer.reason == "no-code":
                return file_failure("no-code", first_few(list(self._files.code)))
            return self._judged(answer)
        self._prepared = validated_prepared(answer, SERVABLE)
        self._left_out["steps"] = len(answer.steps) - len(self._prepared.steps)
        served_now: list[str] = []
        for name in self._prepared.datasets:
            for served in self._datasets.splits(name):
                request_split = ServeSplit(dataset=name, split=served.split, shape=served.shape)
                taken = self._client.ask(request_split, SplitServed, served.data)
                if isinstance(taken, Failure):
                    return self._judged(taken)
                served_now.append(f"{name} {served.split} {served.shape}")
        if self._resume is not None:
            self._kept = self._resume.trainings(self._files.code, self._files.beside, served_now)
        return None

    def _brought(self, files: Mapping[str, Path]) -> tuple[SourceFile, ...]:
        return tuple(
            SourceFile(path=self._box.bring(path.resolve()), file=file)
            for file, path in files.items()
        )

    def _ask_step(self, request: RunStep | RunMissed) -> StepDone | Failure:
        self.current = request.number
        longest = wall_s_of(request.at_most)
        started = time.monotonic()
        answer = ask_step(self._client, request, longest, self._kept)
        if isinstance(answer, Failure):
            return answer
        self.current = None
        where = self._prepared.steps[request.number]
        step = validated_step(answer.step, where, time.monotonic() - started)
        return StepDone(step=step, missed=answer.missed)

    def _judged(self, failure: Failure) -> Failure:
        """A failure as it may be believed: what the process says and writes never makes it the grader's.

        Only the end of the worker, which no isolated submission can cause, is the grader's.
        """
        ours = self._client.status == "XX"
        ended = self._client.status != "ok" and failure.fault == "submission"
        return failure if ours or ended else crashed(self._file, failure.detail[:2000])

    def _finish(self, steps: Sequence[StepRun]) -> FinishedRun | Failure:
        answer = self._client.ask(FinishRun(), RunFinished, timeout_s=_FINISH_S)
        if isinstance(answer, Failure):
            return self._judged(answer)
        said = answer[0]
        seconds = time.monotonic() - self._started
        run = validated_run(said.run, list(self._files.code), steps, self._mode, seconds)
        run = with_left_out(run, self._left_out)
        pictures = self._pictures(said.pictures, len(run.figures))
        return FinishedRun(
            run=with_pictures(run, pictures),
            pictures=pictures,
            peak_memory_bytes=self._box.max_rss,
        )

    def _pictures(self, sizes: Sequence[tuple[int, int]], figures: int) -> dict[int, bytes]:
        """The pictures by the place of their figure; none where they cannot be had."""
        whole = pictures_size(sizes)
        if not whole:
            return {}
        answer = self._client.ask(
            FetchPictures(), PicturesFetched, expect=whole, timeout_s=_FINISH_S
        )
        return {} if isinstance(answer, Failure) else validated_pictures(answer[1], sizes, figures)
