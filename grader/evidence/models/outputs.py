"""How a model's outputs are read: which one, what its numbers are, which class each stands for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.failures import bad_output
from grader.evidence.models.record import ModelSummary, Port
from grader.evidence.predictions.interface import LabelOrder, OutputFormat, ScoreForm
from grader.records.evidence import Failure
from grader.records.message import Code, Count, Name

#: The smallest probability, and the smallest difference from 1, that float32 tells from zero.
_LEAST_PROBABILITY = 1e-38
_LEAST_DOUBT = 1e-8


@dataclass(frozen=True)
class OutputSpec:
    """One output of a model and the ways its numbers could stand for classes."""

    output: int
    """Its place among the model's outputs."""
    width: int
    """Numbers for each image."""
    format: OutputFormat
    orders: tuple[LabelOrder, ...]
    """Label orders that are possible, the simplest first."""
    spare: bool = False
    """Whether there is one output more than classes."""

    def wrong_width(self, order: LabelOrder, file: str) -> Failure | None:
        """The failure of one output too many, unless another label order explains it."""
        if not self.spare or order != "from-0":
            return None
        outputs, classes = Code(text=str(self.width)), Count(value=self.width - 1)
        return bad_output(file, "width", outputs=outputs, classes=classes)

    def in_order(self, order: LabelOrder) -> OutputFormat:
        """How the output is read in another order."""
        return OutputFormat(output=self.format.output, form=self.format.form, labels=order)


def read_outputs(
    summary: ModelSummary, classes: int, declared: ModelDeclaration | None
) -> OutputSpec | Failure:
    """Find the output that classifies into `classes` classes.

    Args:
        summary: The model.
        classes: How many there are.
        declared: What the student declares about it.
    """
    ports = list(enumerate(summary.outputs))
    if declared and declared.output:
        ports = [(place, port) for place, port in ports if port.name == declared.output]
        if not ports:
            listed = ", ".join(port.name for port in summary.outputs)
            missing, names = Name(text=declared.output), Name(text=listed)
            return bad_output(summary.file, "no-such-output", name=missing, names=names)
    fitting = [(place, port) for place, port in ports if _orders(port, classes)]
    fitting = [pair for pair in fitting if not _is_whole(pair[1])] or fitting
    exact = [(place, port) for place, port in fitting if port.size in (classes, None)]
    best = exact or fitting
    if len(best) > 1 or (not best and len(ports) > 1):
        listed = ", ".join(f"{port.name} ({_numbers(port)})" for _, port in ports)
        count, names = Count(value=len(ports)), Name(text=listed)
        return bad_output(summary.file, "several-outputs", count=count, names=names)
    if not best and _is_whole(ports[0][1]):
        return bad_output(summary.file, "integers", dtype=Code(text=ports[0][1].dtype))
    if not best:
        found = Code(text=_numbers(ports[0][1]))
        return bad_output(summary.file, "width", outputs=found, classes=Count(value=classes))
    place, port = best[0]
    orders = _orders(port, classes)
    if declared and declared.labels is not None and declared.labels in orders:
        orders = (declared.labels,)
    form = _form(summary, port)
    name = port.name if len(summary.outputs) > 1 else ""
    return OutputSpec(
        output=place,
        width=port.size or classes,
        format=OutputFormat(output=name, form=form, labels=orders[0]),
        orders=orders,
        spare=port.size == classes + 1,
    )


def scores(
    outputs: NDArray[np.float32], output_format: OutputFormat, classes: int
) -> NDArray[np.float32]:
    """Outputs of shape (N, width) as scores of shape (N, classes), the best class highest.

    An output beyond the classes is left out.
    """
    if outputs.shape[1] == 1:
        threshold = 0.5 if output_format.form == "single-sigmoid" else 0.0
        return np.hstack([2 * threshold - outputs, outputs])
    order = class_columns(output_format.labels, outputs.shape[1], classes)
    return outputs[:, order]


def log_scores(scores: NDArray[np.float32], output_format: OutputFormat) -> NDArray[np.float64]:
    """Scores of shape (N, classes) as numbers that are log-probabilities but for a constant in each row."""
    values = scores.astype(np.float64)
    if output_format.form in ("logits", "single-logit"):
        return values
    shares = np.log(np.maximum(values, _LEAST_PROBABILITY))
    if output_format.form == "sigmoid":
        shares -= np.log(np.maximum(1 - values, _LEAST_DOUBT))
    return shares


def class_columns(labels: LabelOrder, width: int, classes: int) -> list[int]:
    """Which of `width` outputs stands for each of the classes."""
    if labels == "from-1":
        return list(range(1, classes + 1))
    if labels == "zero-last":
        return [width - 1, *range(width - classes, width - 1)]
    return list(range(classes))


def _is_whole(port: Port) -> bool:
    """Whether an output gives whole numbers, such as the label of the class."""
    return port.dtype.startswith(("int", "uint", "bool"))


def _orders(port: Port, classes: int) -> tuple[LabelOrder, ...]:
    if port.size == classes or port.size is None:
        return ("from-0", "zero-last")
    if port.size == classes + 1:
        return ("from-0", "from-1", "zero-last")
    return ("from-0",) if port.size == 1 and classes == 2 else ()


def _form(summary: ModelSummary, port: Port) -> ScoreForm:
    activation = summary.last_activation
    if port.size == 1:
        return "single-sigmoid" if activation in ("sigmoid", "hard_sigmoid") else "single-logit"
    if activation == "softmax":
        return "softmax"
    return "sigmoid" if activation == "sigmoid" else "logits"


def _numbers(port: Port) -> str:
    return " x ".join("?" if extent is None else str(extent) for extent in port.shape[1:]) or "1"
