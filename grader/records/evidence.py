"""What was observed of a submission, without any judgement. Predictions carry no labels."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from grader.records.base import Record
from grader.records.contract import Contract, Scaling
from grader.records.lab import ModelNeed, Need, PredictionsNeed
from grader.records.submission import Submission

FailureReason = Literal[
    "missing", "not-a-model", "corrupt", "weights-only", "refused", "unsupported", "wrong-input",
    "bad-output", "bad-predictions", "no-network", "timed-out", "out-of-memory", "crashed",
    "data-unavailable", "internal",
]  # fmt: skip

#: Numbers a kernel is projected to. Prime, so that the columns of no kernel fall on one number each.
SKETCH_SIZE = 127
#: Kernels of one network with a sketch.
MAX_KERNELS = 100

_Extent = Annotated[int, msgspec.Meta(ge=1, le=1 << 40)]
_Norm = Annotated[float, msgspec.Meta(ge=0, le=1e50)]

#: Reasons for which the grader or its set-up answers; all others are the submission's.
OUR_FAULT: frozenset[FailureReason] = frozenset({"unsupported", "data-unavailable", "internal"})

#: The formats networks are opened in.
ModelFormat = Literal["hdf5", "keras-zip", "onnx"]


class Failure(Record, frozen=True, kw_only=True, tag="failure"):
    """Evidence that could not be had, and why."""

    reason: FailureReason
    args: dict[str, str] = {}
    """What the message for this reason fills in. `why` names a sentence of the catalogue's ``[why]``."""
    detail: str = ""
    """The raw words of the library that gave up; for staff only."""


class LayerSummary(Record, frozen=True, kw_only=True):
    """One layer as the opened network has it."""

    name: str
    type: str
    """The Keras class name."""
    output_shape: tuple[int | None, ...] | None
    """With the batch dimension first; None where the layer has several outputs."""
    parameters: int
    settings: dict[str, str | int | float | tuple[int, ...]] = {}
    """Units, filters, kernel size, strides, padding, activation, rate, regularisers: what the layer has of these.

    Regularisers go by the argument's name: ``kernel_regularizer`` is ``l2(0.001)``; ``activity_regularizer`` is
    another thing.
    """


class Port(Record, frozen=True, kw_only=True):
    """An input or an output of a network."""

    name: str
    shape: tuple[int | None, ...]
    """With the batch dimension first; None where it is not fixed."""
    dtype: str = "float32"

    @property
    def size(self) -> int | None:
        """How many numbers it has for each image; None where that is not fixed."""
        total = 1
        for extent in self.shape[1:]:
            if extent is None:
                return None
            total *= extent
        return total


class KernelSketch(Record, frozen=True, kw_only=True):
    """A weight of two or more dimensions, small enough to be compared over a class."""

    shape: Annotated[tuple[_Extent, ...], msgspec.Meta(min_length=2, max_length=16)]
    """In Keras' order, inputs before outputs."""
    norm: _Norm
    drawn: _Norm
    """The norm such a kernel has on average before training, by its initialiser."""
    sketch: Annotated[bytes, msgspec.Meta(min_length=2 * SKETCH_SIZE, max_length=2 * SKETCH_SIZE)]
    """The kernel divided by its norm and projected to `SKETCH_SIZE` numbers, float16, little-endian."""


class WeightFingerprint(Record, frozen=True, kw_only=True):
    """What tells a network's weights from others', whatever file they lie in."""

    digest: str
    """Over the shapes and float32 bytes of all weights."""
    kernels: Annotated[tuple[KernelSketch, ...], msgspec.Meta(max_length=MAX_KERNELS)] = ()
    """In the network's order, of very many the last; empty where a weight is not finite."""


class ModelSummary(Record, frozen=True, kw_only=True, tag="model"):
    """A network that opened."""

    file: str
    format: ModelFormat
    keras_version: str
    """The version that saved it; empty where the file does not say."""
    producer: str = ""
    """The program that wrote it, where that is not Keras: ``pytorch 2.13.0``."""
    backend: str
    repairs: tuple[str, ...] = ()
    """What had to be repaired to open a network of an older Keras."""
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    parameters: int
    trainable_parameters: int
    layers: tuple[LayerSummary, ...]
    expects: Scaling | None = None
    """The scaling a layer inside the network asks for, where one does."""
    untrained: bool = False
    """Whether its weights are as they were drawn: every bias and every moving mean is exactly zero."""
    optimiser: str = ""
    """The class of the optimiser it was trained with; empty where the file does not say."""
    learning_rate: float | None = None
    """The optimiser's, when the network was saved; None where the file does not say, or it followed a schedule."""
    loss: str = ""
    """The losses by name; empty where the file does not say."""
    size_bytes: int = 0
    """Of the file."""
    fingerprint: WeightFingerprint | None = None
    """None for a network without weights."""

    @property
    def saved_by(self) -> str:
        """The program that saved it, with its version; empty where the file does not say."""
        return f"Keras {self.keras_version}" if self.keras_version else self.producer

    @property
    def last_activation(self) -> str:
        """The activation of the last layer that has one; empty where none is known."""
        for layer in reversed(self.layers):
            if "activation" in layer.settings:
                return str(layer.settings["activation"])
        return ""


class Predictions(Record, frozen=True, kw_only=True, tag="predictions"):
    """A network's answers on a dataset; the arrays lie in the ``.npz`` beside, under `array_key`."""

    dataset: str
    dataset_digest: str
    images: int
    classes: int
    contract: Contract
    ties: int
    """Images whose best score is shared by several classes; the lowest class counts."""
    array_key: str


class Effort(Record, frozen=True, kw_only=True):
    """What collecting took. Varies from run to run, so no judgement looks at it."""

    wall_s: float
    peak_memory_bytes: int


Item = ModelSummary | Predictions | Failure


class Observation(Record, frozen=True, kw_only=True):
    """One need and what came of it."""

    artefact: str
    dataset: str | None = None
    """None for the network itself, a name for its predictions on that dataset."""
    item: Item

    @classmethod
    def of(cls, need: Need, item: Item) -> Observation:
        """What came of a need."""
        dataset = need.dataset if isinstance(need, PredictionsNeed) else None
        return cls(artefact=need.artefact, dataset=dataset, item=item)

    @property
    def need(self) -> Need:
        """The need this observation answers."""
        if self.dataset is None:
            return ModelNeed(artefact=self.artefact)
        return PredictionsNeed(artefact=self.artefact, dataset=self.dataset)


class Evidence(Record, frozen=True, kw_only=True):
    """All that is known of one submission."""

    key: str
    """Digest of everything the evidence depends on; another key means it must be collected anew."""
    submission: Submission
    chosen: dict[str, str] = {}
    """Artefact id to the path of the file that serves it."""
    ambiguous: dict[str, tuple[str, ...]] = {}
    """Artefact id to further files that could have served."""
    declaration_error: str = ""
    """Why the hand-in's ``submission.toml`` could not be used; empty where it could, or there is none."""
    observations: tuple[Observation, ...] = ()
    effort: Effort | None = None

    @property
    def reasons(self) -> tuple[FailureReason, ...]:
        """Why parts of it could not be had, without repetition.

        That a table of predictions holds no network is none, as long as no check looks for one.
        """
        items = [observation.item for observation in self.observations]
        reasons = [item.reason for item in items if isinstance(item, Failure)]
        return tuple(dict.fromkeys(reason for reason in reasons if reason != "no-network"))

    def find(self, need: Need) -> Item:
        """What was observed for `need`; an internal `Failure` where nothing was."""
        for observation in self.observations:
            if observation.need == need:
                return observation.item
        return Failure(reason="internal", detail=f"no evidence was collected for {need}")
