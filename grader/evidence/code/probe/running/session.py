"""A run of the code of one submission: its programs, step by step, with everything recorded."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.bounds import bounded, bounded_run, fitted
from grader.evidence.code.probe.reading.work import bounded as bounded_work
from grader.evidence.code.probe.running import patches
from grader.evidence.code.probe.running.budget import StepTimedOut, limited
from grader.evidence.code.probe.running.built import models_alive, models_of_functions
from grader.evidence.code.probe.running.executor import Executor
from grader.evidence.code.probe.running.figures import FigureRecorder
from grader.evidence.code.probe.running.function_calls import FunctionCaller
from grader.evidence.code.probe.running.guards import LoopGuard
from grader.evidence.code.probe.running.layout import lay_out, names_below, written_below
from grader.evidence.code.probe.running.neighbours import Neighbours
from grader.evidence.code.probe.running.printed import Printed
from grader.evidence.code.probe.running.programs import Step, modules, programs, units_by_file
from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.probe.running.resumed import KeptOutside, ResumedTrainings
from grader.evidence.code.probe.running.sound import sound
from grader.evidence.code.run_protocol import (
    CallFunction,
    FunctionCalled,
    PrepareRun,
    RunFinished,
    RunMissed,
    RunPrepared,
    RunStep,
    ServeSplit,
    StepDone,
)
from grader.evidence.code.run_record import (
    CodeRun,
    FigureDrawn,
    GradientsComputed,
    TracedEvaluation,
    TracedTraining,
    WeightsFile,
)

#: The datasets that can be served, and what in a text tells that it may ask for them.
_DATASETS = {
    "mnist": re.compile(r"mnist|digit.?recogni[sz]er|idx\d.?ubyte|\bpixel\d", re.IGNORECASE),
    "cifar10": re.compile(r"cifar(?!-?_?100)|data_batch", re.IGNORECASE),
    "cifar100": re.compile(r"cifar-?_?100", re.IGNORECASE),
    "svhn": re.compile(r"svhn|_32x32", re.IGNORECASE),
}

#: Bytes of all that was recorded, as JSON.
_BYTES = 3 << 20

#: Seconds of processor time for the figures that a step leaves open, and for models that were only built.
_FIGURES_S, _MODELS_S = 8.0, 20.0


class RunSession:
    """Runs the code of one submission on request.

    Args:
        request: The files, which are laid out in the working folder.
        kept: Where trainings are kept, if the request says that they are.
    """

    def __init__(self, request: PrepareRun, kept: KeptOutside) -> None:
        self._root = Path.cwd() / "work"
        self._root.mkdir()
        files = {item.file: Path(item.path).read_bytes() for item in request.code}
        lay_out(self._root, (*request.code, *request.beside))
        self._files = tuple(files)
        self._texts = [data.decode("latin-1") for data in files.values()]
        with bounded_work():
            self._programs = programs(files)
        with bounded_work():
            self._neighbours = Neighbours(imported := modules(files))
        self._recorder = Recorder(mode=request.mode)
        self._recorder.left_out["cells"] += sum(item.cells_left_out for item in self._programs)
        self._resumed = ResumedTrainings(kept, self._root) if request.keeps else None
        self._stream = Printed()
        self._guard = LoopGuard(self._last_news, bounded=request.mode == "quick")
        self._caller = FunctionCaller(
            units_by_file(self._programs, imported), self._guard, self._stream
        )
        self._splits: dict[tuple[str, str], tuple[NDArray[np.uint8], NDArray[np.uint8]]] = {}
        self._figures: FigureRecorder | None = None
        self._drawn: list[tuple[FigureDrawn, bytes]] = []
        self._running: Executor | None = None
        self._pictures: list[bytes] = []
        self._started = monotonic()
        self._before = names_below(self._root)
        self._steps: list[tuple[Step, Executor]] = [
            (step, executor)
            for program in self._programs
            for executor in [Executor(program.file, self._guard, self._stream)]
            for step in program.steps
        ]

    def prepared(self) -> RunPrepared:
        """What there is to run."""
        return RunPrepared(
            steps=tuple(step.where for step, _ in self._steps),
            datasets=tuple(
                name
                for name, pattern in _DATASETS.items()
                if any(pattern.search(text) for text in self._texts)
            ),
            functions=self._caller.found,
            functions_left_out=self._caller.left_out,
        )

    def serve(self, request: ServeSplit, data: memoryview) -> None:
        """Take images and labels that the code may ask for; they cannot be written to."""
        size = int(np.prod(request.shape))
        images = np.frombuffer(data, np.uint8, size).reshape(request.shape)
        labels = np.frombuffer(data, np.uint8, offset=size)
        self._splits[request.dataset, request.split] = (images, labels)

    def step(self, request: RunStep | RunMissed) -> StepDone:
        """Run a step, or what of it missed a name."""
        step, executor = self._steps[request.number]
        self._enter(executor, step)
        run: Callable[[Step, float, float], Any] = (
            executor.run if isinstance(request, RunStep) else executor.run_again
        )
        done = run(step, request.seconds, request.at_most)
        if self._resumed is not None:
            self._resumed.ran(request.number, done)
        self._record_figures(ends=step.unit.cell is not None or self._is_last(request.number))
        return StepDone(step=bounded(done), missed=executor.missed_a_name(step))

    def finished(self) -> RunFinished:
        """All that was recorded but the steps."""
        recorder = self._recorder
        # Classes of the student's own may raise anything; the rest is recorded all the same.
        with contextlib.suppress(BaseException), limited(_MODELS_S):
            self._keep_models()
        figures = [pair for pair in self._drawn if sound(pair[:1], FigureDrawn)]
        self._pictures = [png for _, png in figures if png]
        run = CodeRun(
            files=self._files,
            mode=recorder.mode,
            keras=patches.keras_version(),
            trainings=sound(recorder.trainings, TracedTraining),
            evaluations=sound(recorder.evaluations, TracedEvaluation),
            gradients=sound(recorder.gradients.values(), GradientsComputed),
            figures=tuple(figure for figure, _ in figures),
            written=written_below(self._root, self._before),
            asked=sound(recorder.asked, str),
            shims=dict(sound(recorder.shims.items(), tuple[str, int])),
            stand_ins=sound(recorder.stand_ins, str),
            missing_files=sound(recorder.missing_files, str),
            configs=recorder.descriptions(),
            weights_files=sound(recorder.weights_files, WeightsFile),
            left_out=dict(+recorder.left_out),
            seconds=round(monotonic() - self._started, 3),
        )
        return RunFinished(
            run=fitted(bounded_run(run), _BYTES),
            pictures=tuple((place, len(png)) for place, (_, png) in enumerate(figures) if png),
        )

    def _keep_models(self) -> None:
        """Keep the descriptions of models that were built and nothing else."""
        if self._figures is None:  # nothing was run
            return
        models = models_alive()
        if not models and not self._recorder.configs:
            modules = dict.fromkeys(executor.module for _, executor in self._steps)
            with self._recorder.working(), contextlib.redirect_stdout(self._stream):
                models = models_of_functions(modules)
        for model in models:
            self._recorder.keep_config(model)

    def pictures(self) -> bytes:
        """The pictures of the figures, one after the other."""
        return b"".join(self._pictures)

    def call(self, request: CallFunction) -> FunctionCalled:
        """What a function of the code gives, after the last step."""
        programs = {step.unit.file: executor.module for step, executor in self._steps}
        return self._caller.call(request, self._neighbours.loaded | programs)

    def _enter(self, executor: Executor, step: Step) -> None:
        if self._figures is None:
            os.chdir(self._root)  # where files by paths of other machines are written
            self._figures = patches.install(self._recorder, self._splits, self._resumed)
            if self._resumed is not None:
                self._resumed.seed()
            self._neighbours.install()
        if executor is not self._running:
            self._running = executor
            executor.enter()
            os.chdir(self._folder(step.unit.file))

    def _record_figures(self, *, ends: bool) -> None:
        """Take the figures that were drawn; those left open too where a cell or a script ends."""
        if self._figures is None:
            return
        # A class of the student's own may draw.
        with contextlib.suppress(StepTimedOut), limited(_FIGURES_S):
            if ends:
                self._figures.end_of_step()
        self._drawn += self._figures.taken()

    def _folder(self, file: str) -> Path:
        folder = (self._root / file).parent
        with contextlib.suppress(OSError):  # other code of the submission may have removed it
            folder.mkdir(parents=True, exist_ok=True)
        return folder if folder.is_dir() else self._root

    def _is_last(self, number: int) -> bool:
        """Whether a step is the last one of its program."""
        following = self._steps[number + 1 : number + 2]
        return not following or following[0][1] is not self._steps[number][1]

    def _last_news(self) -> float:
        return self._recorder.last_news
