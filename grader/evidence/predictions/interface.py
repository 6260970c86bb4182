"""What a model expects of its input, and how its outputs are read."""

from __future__ import annotations

from typing import Literal

from grader.records.base import Record

Normalization = Literal[
    "0..1", "0..255", "-1..1", "-0.5..0.5", "standardised", "standardised-channels", "standardised-pixels",
    "mean-subtracted", "standardised-image", "l2-image", "l2-rows", "l2-columns", "binarised", "imagenet",
    "imagenet-bgr", "declared",
]  # fmt: skip
"""What pixel values from 0 to 255 are turned into. `declared`: by the mean and deviation the student names."""

Fit = Literal["as-is", "padded", "resized"]
"""How images of another size than the model's input are brought to it."""

LabelOrder = Literal["from-0", "from-1", "zero-last"]
"""Which output stands for which class: class c at c; at c + 1; or at c - 1 with class 0 last."""

ScoreForm = Literal["softmax", "sigmoid", "single-sigmoid", "single-logit", "logits"]
"""What the outputs are, by the last activation. Only the order of several outputs counts."""

InterfaceSource = Literal["declared", "model", "calibration", "assumed", "given"]
"""How it is known: from the student's `submission.toml`; from a layer inside the model; from predictions on public
calibration images; assumed; or not at all, because predictions were handed in."""


class Preprocessing(Record, frozen=True, kw_only=True):
    """What is done to images before a model gets them."""

    normalization: Normalization = "0..1"
    inverted: bool = False
    """Black and white are exchanged first."""
    fit: Fit = "as-is"
    mean: tuple[float, ...] = ()
    """With the normalization `declared`: subtracted from pixels between 0 and 1, one number or one a channel."""
    deviation: tuple[float, ...] = ()
    """With the normalization `declared`: what the difference is divided by."""

    @property
    def name(self) -> str:
        """All of it in one phrase, such as ``0..1`` or ``0..1 inverted, padded``."""
        extras = ["inverted"] if self.inverted else []
        extras += [self.fit] if self.fit != "as-is" else []
        return f"{self.normalization} {', '.join(extras)}".strip()


class OutputFormat(Record, frozen=True, kw_only=True):
    """How a model's outputs are read."""

    output: str = ""
    """The name of the output that is used, where there are several."""
    form: ScoreForm = "softmax"
    labels: LabelOrder = "from-0"


class ModelInterface(Record, frozen=True, kw_only=True):
    """The preprocessing and the output format of a model, and how they are known."""

    preprocessing: Preprocessing
    output: OutputFormat
    source: InterfaceSource
    calibration: dict[str, float] = {}
    """Accuracy on the public calibration images of each preprocessing tried, by `Preprocessing.name`."""
    calibration_images: int = 0

    @property
    def default_accuracy(self) -> float | None:
        """Accuracy with pixels between 0 and 1 on the calibration images; None where that was not tried."""
        return self.calibration.get(Preprocessing().name)
