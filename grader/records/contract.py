"""What a network expects of its input and how its outputs are read."""

from __future__ import annotations

from typing import Literal

from grader.records.base import Record

Scaling = Literal[
    "0..1", "0..255", "-1..1", "-0.5..0.5", "standardised", "standardised-channels", "standardised-pixels",
    "mean-subtracted", "standardised-image", "l2-image", "l2-rows", "l2-columns", "binarised", "imagenet",
    "imagenet-bgr", "declared",
]  # fmt: skip
"""How pixel values 0 to 255 are brought to a network. `declared`: by the mean and deviation the student names."""

Fit = Literal["as-is", "padded", "resized"]
"""How images of another size than the network's input are brought to it."""

LabelOrder = Literal["from-0", "from-1", "zero-last"]
"""Which output stands for which class: class c at c; at c + 1; or at c - 1 with class 0 last."""

ScoreForm = Literal["softmax", "sigmoid", "single-sigmoid", "single-logit", "logits"]
"""What the numbers are, by the last activation: only their order counts, but for a single one."""

ContractSource = Literal["declared", "model", "calibration", "assumed", "given"]
"""The student's `submission.toml`; a layer inside the network; public calibration images; nothing but habit;
or no network at all, but a table of predictions."""


class InputContract(Record, frozen=True, kw_only=True):
    """What a network is given."""

    scaling: Scaling = "0..1"
    inverted: bool = False
    """Black and white are exchanged first."""
    fit: Fit = "as-is"
    mean: tuple[float, ...] = ()
    """Only where the scaling is `declared`: subtracted from pixels between 0 and 1, one or one a channel."""
    deviation: tuple[float, ...] = ()
    """Only where the scaling is `declared`: what the difference is divided by."""

    @property
    def name(self) -> str:
        """All of it in a word, such as ``0..1`` or ``0..1 inverted, padded``."""
        odd = ["inverted"] if self.inverted else []
        odd += [self.fit] if self.fit != "as-is" else []
        return f"{self.scaling} {', '.join(odd)}".strip()


class OutputContract(Record, frozen=True, kw_only=True):
    """How a network's outputs are read."""

    output: str = ""
    """The name of the output used, where there are several."""
    form: ScoreForm = "softmax"
    labels: LabelOrder = "from-0"


class Contract(Record, frozen=True, kw_only=True):
    """What a network was given and how it was read, and on what grounds."""

    input: InputContract
    output: OutputContract
    source: ContractSource
    calibration: dict[str, float] = {}
    """Accuracy of what was tried, on the public calibration images, by `InputContract.name`."""
    images: int = 0
    """How many calibration images those are."""

    @property
    def usual(self) -> float | None:
        """What pixels between 0 and 1 reach on the calibration images; None where that was not tried."""
        return self.calibration.get(InputContract().name)
