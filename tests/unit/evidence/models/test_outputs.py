from __future__ import annotations

import msgspec
import numpy as np
import pytest

from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.outputs import OutputSpec, log_scores, read_outputs, scores
from grader.evidence.models.record import ModelSummary, Port
from grader.evidence.predictions.interface import OutputFormat, ScoreForm
from grader.records.evidence import Failure
from grader.records.message import Code, Count, Name
from tests.factories import layer, model


def summary_of(*sizes: tuple[int | None, ...], activation: str = "softmax") -> ModelSummary:
    ports = tuple(Port(name=f"out{place}", shape=(None, *size)) for place, size in enumerate(sizes))
    return msgspec.structs.replace(model(layer("Dense", activation=activation)), outputs=ports)


def read(
    summary: ModelSummary, classes: int = 10, declared: ModelDeclaration | None = None
) -> OutputSpec:
    spec = read_outputs(summary, classes, declared)
    assert isinstance(spec, OutputSpec)
    return spec


def refused(
    summary: ModelSummary, classes: int = 10, declared: ModelDeclaration | None = None
) -> Failure:
    failure = read_outputs(summary, classes, declared)
    assert isinstance(failure, Failure)
    assert failure.reason == "bad-output"
    return failure


@pytest.mark.parametrize(
    ("activation", "form"),
    [("softmax", "softmax"), ("sigmoid", "sigmoid"), ("linear", "logits"), ("relu", "logits")],
)
def test_ten_outputs_are_scores_of_ten_classes(activation: str, form: ScoreForm) -> None:
    """Softmax, sigmoids and logits are all read, and told apart by the last activation."""
    spec = read(summary_of((10,), activation=activation))

    assert (spec.width, spec.format.form, spec.format.labels) == (10, form, "from-0")


@pytest.mark.parametrize("size", [(1, 10), (1, 1, 10), (10, 1)])
def test_empty_dimensions_do_not_matter(size: tuple[int, ...]) -> None:
    """Ten numbers in a larger shape are ten numbers."""
    assert read(summary_of(size)).width == 10


@pytest.mark.parametrize(
    ("activation", "outputs", "classes"),
    [("sigmoid", [0.4, 0.6], [0, 1]), ("linear", [-0.3, 0.3], [0, 1])],
)
def test_one_number_predicts_one_of_two_classes(
    activation: str, outputs: list[float], classes: list[int]
) -> None:
    """A single sigmoid says class 1 from a half on, a single logit from 0 on."""
    spec = read(summary_of((1,), activation=activation), classes=2)
    given = scores(np.float32(outputs).reshape(-1, 1), spec.format, 2)

    assert given.argmax(axis=1).tolist() == classes
    assert log_scores(given, spec.format).argmax(axis=1).tolist() == classes


def test_one_number_for_ten_classes_is_refused() -> None:
    """A regression is no classification."""
    assert refused(summary_of((1,))).values["outputs"] == Code(text="1")


@pytest.mark.parametrize("size", [(7,), (28, 28), (12,)])
def test_another_number_of_outputs_is_refused(size: tuple[int, ...]) -> None:
    """What was found and what was expected both stand in the message."""
    failure = refused(summary_of(size))

    assert (failure.why, failure.values["classes"]) == (("width",), Count(value=10))
    assert failure.values["outputs"] == Code(text=" x ".join(map(str, size)))


def test_of_several_outputs_the_one_that_fits_is_used_and_named() -> None:
    """A model that also gives an embedding is read by its ten scores."""
    spec = read(summary_of((64,), (10,)))

    assert (spec.output, spec.format.output) == (1, "out1")


def test_several_outputs_that_fit_need_a_name() -> None:
    """Which of two heads is meant only the student can say, in submission.toml."""
    summary = summary_of((10,), (10,))

    assert refused(summary).values["names"] == Name(text="out0 (10), out1 (10)")
    assert read(summary, declared=ModelDeclaration(output="out1")).output == 1
    assert refused(summary, declared=ModelDeclaration(output="digit")).why == ("no-such-output",)


def test_eleven_outputs_leave_the_order_open() -> None:
    """Labels counted from 1, or a class too many: calibration decides, unless the student does."""
    summary = summary_of((11,))

    assert read(summary).orders == ("from-0", "from-1", "zero-last")
    assert read(summary, declared=ModelDeclaration(labels="from-1")).orders == ("from-1",)


@pytest.mark.parametrize(
    ("labels", "width", "order"),
    [
        ("from-0", 3, [0, 1, 2]),
        ("from-0", 4, [0, 1, 2]),
        ("from-1", 4, [1, 2, 3]),
        ("zero-last", 3, [2, 0, 1]),
        ("zero-last", 4, [3, 1, 2]),
    ],
)
def test_orders_of_the_outputs(labels: str, width: int, order: list[int]) -> None:
    """Every class is read at its place."""
    output_format = msgspec.convert({"labels": labels}, OutputFormat)
    outputs = np.arange(width, dtype=np.float32).reshape(1, -1)

    assert scores(outputs, output_format, 3).tolist() == [order]


def test_log_scores_keep_order_and_survive_zeros() -> None:
    """No infinity where a probability is 0 or 1; logits stay as they are; the largest stays the largest."""
    given = np.float32([[0, 1, 0.25], [0, 0, 0]])
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        softmax = log_scores(given, OutputFormat())
        sigmoid = log_scores(given, OutputFormat(form="sigmoid"))

    assert softmax[0].argsort().tolist() == sigmoid[0].argsort().tolist() == [0, 2, 1]
    assert np.isfinite(softmax).all()
    assert np.isfinite(sigmoid).all()
    np.testing.assert_allclose(sigmoid[0, 2], np.log(0.25 / 0.75), rtol=1e-5)
    np.testing.assert_array_equal(log_scores(given, OutputFormat(form="logits")), given)
