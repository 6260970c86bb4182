"""The needs of code, and what is read and recorded of it."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from grader.evidence.need import Need
from grader.records.base import Record


class Regularizer(Record, frozen=True, kw_only=True):
    """What a layer is regularised by."""

    target: str
    """``kernel``, ``bias`` or ``activity``."""
    norm: str
    """``l1``, ``l2``, ``l1_l2``, or the name of another."""
    factors: tuple[float | None, ...] = ()
    """One for each norm, or each value of a sweep; None for one that could not be read."""


class LayerRead(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A layer of a model as code builds it."""

    class_name: str = msgspec.field(name="class")
    units: int | None = None
    filters: int | None = None
    kernel_size: tuple[int, ...] = ()
    """Of a convolution, or the window of a pooling layer."""
    rate: float | None = None
    """Of dropout."""
    activation: str = ""
    """``?`` for one that could not be read."""
    output_shape: tuple[int | None, ...] | None = None
    """Without the batch; None where it could not be worked out."""
    parameters: int | None = None
    regularizer: tuple[Regularizer, ...] = ()


class ValidationRead(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What a model is validated on while it is trained."""

    kind: str
    """``test``, ``part of train``, ``split`` for a share of the training data, ``unknown``."""
    images: int | None = None
    """How many; None where it could not be worked out."""
    share: float | None = None
    is_training_data: bool = False
    """Whether it is the very array the model is trained on."""
    consecutive: bool = False
    """Whether they are rows of the dataset that follow each other, as the first ones do; known from a run alone."""


class Training(Record, frozen=True, kw_only=True):
    """A training: one row for each distinct one, where what is swept by a loop is a list."""

    where: str
    """``lab3.py:62``, or ``lab.ipynb, cell 9, line 12``."""
    layers: tuple[LayerRead, ...] = ()
    parameters: int | None = None
    loss: str | tuple[str, ...] = ""
    optimizer: str | tuple[str, ...] = ""
    learning_rate: float | tuple[float | None, ...] | None = None
    """As it is written; the optimizer's default where nothing is written (`states_rate`)."""
    states_rate: bool = False
    epochs: int | tuple[int | None, ...] | None = None
    batch_size: int | tuple[int | None, ...] | None = None
    """None where nothing is written: Keras takes 32."""
    regularizer: tuple[Regularizer, ...] = ()
    """Each distinct one of the layers, with the factors of a sweep."""
    validation: ValidationRead | None = None
    data: str = ""
    """Where the training data are from: ``mnist/train``."""
    callbacks: tuple[str, ...] = ()
    executed: bool = True
    """Whether the program reaches it; not in functions that nothing calls, or branches that are never taken."""
    runs: int | None = 1
    """How often; None where the number of rounds could not be worked out."""
    models: int = 1
    """How many models are trained so: fewer than `runs` where one model is trained again and again."""
    run: Literal["", "agrees", "differs", "added"] = ""
    """What running the code said of it: ``added`` where only the run shows it; empty where it was not run so far."""
    differences: tuple[str, ...] = ()
    """Fields in which the run differs from what the code reads as: ``epochs``."""


class CodeProblem(Record, frozen=True, kw_only=True):
    """Something in the code that could not be read."""

    where: str
    what: Literal[
        "syntax",
        "not-imported",
        "too-long",
        "no-notebook",
        "encoding",
        "too-many-files",
        "outputs-too-long",
        "no-run",
    ]
    detail: str = ""


class UnusedCode(Record, frozen=True, kw_only=True):
    """Lines that build or train a model and are commented out."""

    where: str
    text: str


class Comment(Record, frozen=True, kw_only=True):
    """Comment lines that follow each other, and are no code."""

    where: str
    text: str


class SummaryLayer(Record, frozen=True, kw_only=True):
    """A line of a saved `model.summary()`."""

    name: str
    class_name: str = msgspec.field(name="class")
    """As the table shows it, where long names are cut."""
    parameters: int


class SavedSummary(Record, frozen=True, kw_only=True):
    """A table of `model.summary()` in a saved output."""

    parameters: int
    layers: tuple[SummaryLayer, ...] = ()


class SavedLog(Record, frozen=True, kw_only=True):
    """A training as a saved output logs it."""

    epochs: int
    """How many the log has."""
    declared_epochs: int | None = None
    """How many it says there are: 40 of ``Epoch 3/40``."""
    images: int | None = None
    """Of ``Train on 60000 samples``, as older Keras logs."""
    validation_images: int | None = None
    metrics: dict[str, tuple[float | None, ...]] = {}
    """Name to its value after each epoch; None for NaN."""


class SavedOutput(Record, frozen=True, kw_only=True):
    """An output below a cell."""

    kind: Literal["text", "table", "image", "error"]
    text: str = ""
    """What was printed, the text of a table, the traceback; of an image what stands for it."""


class NotebookCell(Record, frozen=True, kw_only=True):
    """A cell as it was saved."""

    number: int
    """Its place among all cells, from 1."""
    kind: Literal["code", "text"]
    source: str
    execution_count: int | None = None
    outputs: tuple[SavedOutput, ...] = ()
    summaries: tuple[SavedSummary, ...] = ()
    logs: tuple[SavedLog, ...] = ()


class NotebookRead(Record, frozen=True, kw_only=True):
    """A notebook as it was saved: what somebody else's run left, which nothing here confirms."""

    file: str
    cells: tuple[NotebookCell, ...]
    in_order: bool = True
    """Whether the cells were last run from top to bottom."""


class EstimatorFit(Record, frozen=True, kw_only=True, omit_defaults=True):
    """An estimator of scikit-learn, or of a library with its interface, that code fits."""

    where: str
    name: str
    """Its class: ``LogisticRegression``, ``PCA``."""
    library: str
    """``sklearn``."""
    executed: bool = True
    """As of a training."""


class CodeReading(Record, frozen=True, kw_only=True):
    """What was read of the code of a submission; nothing of it was run."""

    files: tuple[str, ...]
    statements: int = 0
    """Statements of the outermost level that are Python."""
    code_lines: int = 0
    comment_lines: int = 0
    """Lines with a comment that explains, docstrings included, commented-out code not."""
    framework: str = ""
    """What it is written for: ``Keras``, ``tf.keras``, ``PyTorch``, ..., empty where nothing says."""
    imports: tuple[str, ...] = ()
    """The packages it imports."""
    trainings: tuple[Training, ...] = ()
    untrained: tuple[Training, ...] = ()
    """Models that are compiled and never trained, each as a training of no epochs."""
    estimators: tuple[EstimatorFit, ...] = ()
    """Those of scikit-learn and its kin that are fitted, each once for each place."""
    commented_out: tuple[UnusedCode, ...] = ()
    comments: tuple[Comment, ...] = ()
    """The first few hundred, each cut after some hundred characters."""
    problems: tuple[CodeProblem, ...] = ()
    notebooks: tuple[NotebookRead, ...] = ()
    """The notebooks among the files, with their saved outputs."""


class CodeNeed(Need[CodeReading], frozen=True):
    """A check looks at what the code of a submission does."""

    kind: ClassVar[str] = "code"
