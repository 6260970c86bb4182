"""What is recorded of code while it runs. All of it is said by the student's own process: nothing proves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from grader.evidence.code.record import CodeReading, LayerRead, ValidationRead
from grader.evidence.need import Need
from grader.records.base import Record

#: ``quick`` caps every training to a few steps; ``full`` runs the code as it is written.
RunMode = Literal["quick", "full"]


class ArrayOrigin(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Where the images or labels of a training are from, found by comparing them with the datasets."""

    dataset: str = ""
    """``mnist``; empty for data of no dataset the grader knows."""
    split: str = ""
    """``train``, ``test``, or ``train and test``."""
    images: int | None = None
    """How many rows."""
    shape: tuple[int, ...] = ()
    """Of one row."""
    low: float | None = None
    """The smallest value."""
    high: float | None = None
    """The largest value."""
    labels: str = ""
    """``one-hot``, ``integers``, ``0 against the rest``, or empty."""
    shuffled: bool = False
    consecutive: bool = False
    """Whether they are rows of the dataset that follow each other, in its order."""


class CallbackUsed(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A callback of a training."""

    name: str
    arguments: dict[str, str] = {}
    """Settings that are numbers, texts or truth values, as Python writes them."""


class TracedTraining(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One call that trained a model, or a loop of single steps at one place."""

    where: str
    method: Literal["fit", "train_on_batch", "GradientTape", "optimizer.step"] = "fit"
    """``optimizer.step``: a loop of PyTorch."""
    model: int = 0
    """Number of the model object, from 1, in the order they were trained."""
    layers: tuple[LayerRead, ...] = ()
    parameters: int | None = None
    loss: str = ""
    metrics: tuple[str, ...] = ()
    optimizer: str = ""
    learning_rate: float | None = None
    """As the student wrote it; the optimizer's default where nothing is written."""
    states_rate: bool = False
    epochs: int | None = None
    """As declared."""
    batch_size: int | None = None
    steps_per_epoch: int | None = None
    class_weight: bool = False
    validation: ValidationRead | None = None
    images: ArrayOrigin | None = None
    labels: str = ""
    callbacks: tuple[CallbackUsed, ...] = ()
    history: tuple[str, ...] = ()
    """Names of the series it gave back."""
    capped: bool = False
    """Whether it was given fewer steps than declared."""
    resumed: bool = False
    """Whether its weights and history are from an earlier run of the same code, which did not reach its end."""
    calls: int = 1
    """How many calls, of single steps."""
    seconds: float = 0


class TracedEvaluation(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A call of `evaluate` or `predict`."""

    where: str
    method: Literal["evaluate", "predict"]
    model: int
    images: ArrayOrigin | None = None
    values: dict[str, float | None] = {}
    """What `evaluate` gave back."""
    capped: bool = False


class GradientsComputed(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Gradients that the code itself computed at one place for one model, the last time."""

    where: str
    model: int = 0
    """Number of the model object, as of trainings; 0 where it is not known whose variables they are for."""
    layers: tuple[LayerRead, ...] = ()
    """Of the model."""
    trained: bool = False
    """Whether the model was trained before."""
    largest: tuple[float | None, ...] = ()
    """The largest absolute value for each variable, in the code's order."""
    shapes: tuple[tuple[int, ...], ...] = ()
    calls: int = 1


class LineDrawn(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A line of a diagram."""

    label: str = ""
    points: int = 0
    x: tuple[float | None, ...] = ()
    """At most a few hundred points, spread over the whole line; None for what is no finite number."""
    y: tuple[float | None, ...] = ()
    errors: tuple[float | None, ...] = ()
    """Half the height of each error bar, or of the band that the line runs in."""
    series: str = ""
    """``training 2, val_accuracy``: the history it shows, numbered as `CodeRun.trainings` from 1."""


class AxesDrawn(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One diagram of a figure."""

    title: str = ""
    x_label: str = ""
    y_label: str = ""
    x_scale: str = "linear"
    y_scale: str = "linear"
    legend: tuple[str, ...] = ()
    lines: tuple[LineDrawn, ...] = ()
    images: tuple[tuple[int, ...], ...] = ()
    """Shapes of the images shown; a heat map counts as one."""
    bars: int = 0
    scattered: int = 0
    """Points of scatter plots."""
    row: int | None = None
    column: int | None = None
    """Its place in a grid of diagrams, from 0."""


class FigureDrawn(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A figure as it was when it was shown, saved or closed."""

    where: str
    title: str = ""
    rows: int = 1
    columns: int = 1
    """Of the grid its diagrams stand in."""
    axes: tuple[AxesDrawn, ...] = ()
    saved_as: str = ""
    picture: bool = False
    """Whether a small picture of it was kept: the array ``figure-N`` beside the record, from 0."""


class FileWritten(Record, frozen=True, kw_only=True):
    """A file that was left behind."""

    path: str
    size_bytes: int


class WeightsFile(Record, frozen=True, kw_only=True):
    """A call of `save_weights` or `load_weights`."""

    where: str
    method: Literal["saved", "loaded"]
    path: str
    """As the code names it."""
    model: int


class StepRun(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A cell, or a statement of a script, that was run."""

    where: str
    status: Literal["ok", "failed", "timed out", "ended", "crashed", "not reached"] = "ok"
    """``failed``: an error; ``timed out``: stopped by the grader; ``ended``: by `exit()`."""
    error: str = ""
    """``NameError: name 'x' is not defined (lab.py:12)``."""
    traceback: str = ""
    printed: str = ""
    """The end of what it printed."""
    seconds: float = 0
    retried: bool = False
    """Whether it was run again after the others, since a name was missing at first."""
    after_cut: bool = False
    """Whether a loop before it, or in it, was left early."""


class CodeRun(Record, frozen=True, kw_only=True):
    """What was recorded while the code of a submission ran."""

    files: tuple[str, ...]
    mode: RunMode = "quick"
    keras: str = ""
    """The library that ran it: ``keras 3.15.1``."""
    steps: tuple[StepRun, ...] = ()
    trainings: tuple[TracedTraining, ...] = ()
    evaluations: tuple[TracedEvaluation, ...] = ()
    gradients: tuple[GradientsComputed, ...] = ()
    figures: tuple[FigureDrawn, ...] = ()
    written: tuple[FileWritten, ...] = ()
    asked: tuple[str, ...] = ()
    """What `input()` asked; an empty answer was given."""
    shims: dict[str, int] = {}
    """What had to be adapted so that the code runs today, and how often: ``lr=`` 3."""
    stand_ins: tuple[str, ...] = ()
    """Datasets that are not at hand, for which noise of the same shape was served. With a split, as in
    ``cifar10/train``: only an excerpt is at hand, whose rows were repeated up to the published number."""
    missing_files: tuple[str, ...] = ()
    """Files the code wanted to read that were not handed in."""
    configs: tuple[str, ...] = ()
    """JSON of the models, by their number, as `model.to_json()` gives it; empty where it gives none."""
    left_out: dict[str, int] = {}
    """What is not here since there was too much of it: ``files`` and ``cells`` that were not run, ``trainings``,
    ``points`` of lines that were not kept."""
    weights_files: tuple[WeightsFile, ...] = ()
    """Which model's weights were saved or loaded under which name."""
    seconds: float = 0
    ended: bool = True
    """Whether the last step was reached."""


class CodeShown(CodeReading, frozen=True, kw_only=True):
    """Code as `grader inspect` shows it: `trainings` are what was read, merged with what the run recorded."""

    run: CodeRun | None = None
    """None where it was not run."""


@dataclass(frozen=True)
class RecordedRun:
    """A run as checks and pages see it."""

    run: CodeRun
    pictures: Callable[[], Mapping[int, bytes]]
    """Place in `run.figures` to a small picture, PNG; read from disk when it is called."""


class CodeRunNeed(Need[RecordedRun], frozen=True):
    """A check looks at what the code of a submission does when it runs."""

    mode: RunMode = "quick"

    kind: ClassVar[str] = "code"
    about: ClassVar[str] = "run"
