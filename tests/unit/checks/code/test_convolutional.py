"""What is asked of a network with convolutions: its layers, how it is validated, and what is drawn of it."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import (
    CheckKind,
    ConfusionMatrixDrawn,
    ConvolutionsPooled,
    FilterOutputsDrawn,
    ImagesDrawn,
    ModelFilter,
    ModelTrained,
    RequiredLayer,
    StopsEarly,
    ValidatedOn,
)
from grader.evidence.code.record import (
    LayerRead,
    NotebookCell,
    NotebookRead,
    SavedOutput,
    Training,
    ValidationRead,
)
from grader.evidence.code.run_record import AxesDrawn, CallbackUsed, FigureDrawn, StepRun
from grader.records.result import CheckResult
from tests.code_factories import code_view, dense, reading, run, traced, training
from tests.factories import judge

CONVOLUTIONAL = ModelFilter(convolutional=True)
POOL = LayerRead(class_name="MaxPooling2D", kernel_size=(3, 3))
NORMALISED = LayerRead(class_name="BatchNormalization")


def convolution(filters: int, **more: Any) -> LayerRead:
    return LayerRead(
        class_name="Conv2D", filters=filters, kernel_size=(3, 3), activation="relu", **more
    )


def cnn(*layers: LayerRead, **more: Any) -> Training:
    flat = LayerRead(class_name="Flatten")
    return training(layers=(*layers, flat, dense(10, "softmax")), **more)


READ = cnn(convolution(9), POOL, convolution(36), POOL, convolution(49), POOL)


def judged(check: CheckKind, read: Training = READ, **ran: Any) -> CheckResult:
    return judge(check, code_view(reading(read, imports=("matplotlib",)), run(**ran)))


def figure(*shapes: tuple[int, ...]) -> FigureDrawn:
    axes = tuple(AxesDrawn(images=(shape,)) for shape in shapes)
    return FigureDrawn(where="lab.py:40", axes=axes)


def test_other_classes_of_layers_are_not_looked_at() -> None:
    """The convolutions are judged whatever stands between them."""
    check = ModelTrained(
        id="convolutions",
        title="Convolutions",
        points=3,
        classes=("Conv2D",),
        layers=tuple(
            RequiredLayer(type="Conv2D", settings={"filters": filters, "kernel_size": (3, 3)})
            for filters in (9, 36, 49)
        ),
    )

    assert judged(check).status == "passed"
    assert judged(check, cnn(convolution(9), convolution(36), convolution(50))).score == 2


def test_each_convolution_is_followed_by_pooling() -> None:
    """Normalisation may stand between; another convolution may not."""
    check = ConvolutionsPooled(id="pooling", title="Pooling", points=3, convolutions=3, pool_size=(3, 3))  # fmt: skip
    between = cnn(*[convolution(9), NORMALISED, POOL] * 3)
    stacked = cnn(convolution(9), convolution(36), POOL, convolution(49), POOL)

    assert judged(check).status == "passed"
    assert judged(check, between).status == "passed"
    assert judged(check, stacked).score == 2


@pytest.mark.parametrize(
    ("monitor", "score"),
    [({"monitor": "'val_loss'"}, 4), ({}, 4), ({"monitor": "'val_accuracy'"}, 2)],
)
def test_early_stopping_is_told_by_what_it_monitors(monitor: dict[str, str], score: float) -> None:
    """The validation loss is what Keras monitors where nothing is written."""
    check = StopsEarly(id="early", title="Early", points=4, models=CONVOLUTIONAL)
    read = cnn(convolution(9), callbacks=("EarlyStopping",))
    used = (CallbackUsed(name="EarlyStopping", arguments=monitor),)

    recorded = run(traced(read, callbacks=used))

    assert judge(check, code_view(reading(read), recorded)).score == score


def test_early_stopping_that_did_not_run_is_left_to_a_person() -> None:
    """Reading does not tell what it monitors."""
    check = StopsEarly(id="early", title="Early", points=4)

    assert judged(check, cnn(convolution(9), callbacks=("EarlyStopping",))).status == "pending"
    assert judged(check).status == "failed"


@pytest.mark.parametrize(
    ("validation", "status", "flags"),
    [
        (ValidationRead(kind="split", images=7325, share=0.1), "passed", ()),
        (ValidationRead(kind="unknown", images=7326), "passed", ()),
        (ValidationRead(kind="part of train", images=10_000), "partial", ()),
        (ValidationRead(kind="part of train", images=7326, consecutive=True), "partial", ()),
        (ValidationRead(kind="part of train"), "pending", ("needs-review",)),
        (ValidationRead(kind="test", images=26_032), "failed", ("validated-on-test-images",)),
        (ValidationRead(kind="part of train", images=7326, is_training_data=True), "failed", ()),
        (None, "failed", ()),
    ],
)
def test_validation_images_are_held_out_of_the_training_set(
    validation: ValidationRead | None, status: str, flags: tuple[str, ...]
) -> None:
    """Their number counts by its value; the test set is flagged; an unknown number is left to a person."""
    check = ValidatedOn(
        id="validation", title="Validation", points=4, images=7326, near=1, drawn_at_random=True
    )

    result = judged(check, cnn(convolution(9), validation=validation))

    assert (result.status, result.flags) == (status, flags)


@pytest.mark.parametrize("shape", [(10, 10), (10, 10, 4), (100,)])
def test_heat_maps_are_confusion_matrices(shape: tuple[int, ...]) -> None:
    """As an image, as an image in colours, and as seaborn draws it."""
    check = ConfusionMatrixDrawn(id="matrix", title="Matrix", points=4)

    assert judged(check, figures=(figure(shape),)).status == "passed"
    assert judged(check, figures=(figure((32, 32, 3)),)).status == "failed"


def test_figures_of_a_model_for_other_images_do_not_count() -> None:
    """All convolutional models of the code are trained on digits: the matrix is that of one of them."""
    asked = ModelFilter(convolutional=True, dataset="svhn")
    check = ConfusionMatrixDrawn(id="matrix", title="Matrix", points=4, models=asked)
    drawn = {"figures": (figure((10, 10)),)}

    assert judged(check, cnn(convolution(9), data="mnist/train"), **drawn).status == "failed"
    assert judged(check, cnn(convolution(9), data="part of svhn/train"), **drawn).status == "passed"
    assert judged(check, training(10, data="mnist/train"), **drawn).status == "passed"


def test_a_saved_confusion_matrix_counts_and_is_flagged() -> None:
    """A notebook that does not run today was saved with it."""
    cell = NotebookCell(
        number=9, kind="code", source="plot_confusion_matrix(m)", outputs=(SavedOutput(kind="image"),)
    )  # fmt: skip
    saved = reading(READ, notebooks=(NotebookRead(file="lab.ipynb", cells=(cell,)),))
    check = ConfusionMatrixDrawn(id="matrix", title="Matrix", points=4)

    result = judge(check, code_view(saved, run()))

    assert (result.status, result.flags) == ("passed", ("not-in-run",))


def test_where_the_run_was_cut_figures_are_left_to_a_person() -> None:
    """If the code trains a network that they would show."""
    check = ConfusionMatrixDrawn(id="matrix", title="Matrix", points=4, models=CONVOLUTIONAL)
    cut = (StepRun(where="lab.py:9", status="timed out"),)

    assert judged(check, steps=cut).status == "pending"
    assert judged(check, training(8, 10), steps=cut).status == "failed"


def test_outputs_are_counted_by_layer() -> None:
    """In grids of their own, with empty places, or all in one figure."""
    check = FilterOutputsDrawn(id="outputs", title="Outputs", points=3, filters=(9, 36, 49))
    grids = [figure(*[(side, side)] * count) for count, side in ((9, 32), (36, 10), (49, 3))]

    assert judged(check, figures=grids).status == "passed"
    assert judged(check, figures=[figure(*[(32, 32)] * 94)]).status == "passed"
    assert judged(check, figures=grids[:2]).score == 2
    assert judged(check, figures=[figure(*[(32, 32)] * 49)]).score == 1


def test_outputs_for_an_image_are_an_image() -> None:
    """Who draws the outputs for one image of each class has chosen one of each."""
    check = ImagesDrawn(id="images", title="Images", points=10, images=10, side=32, outputs=94)

    assert judged(check, figures=[figure(*[(32, 32, 3)] * 10)]).status == "passed"
    assert judged(check, figures=[figure(*[(32, 32)] * 94) for _ in range(10)]).status == "passed"
    assert judged(check, figures=[figure(*[(32, 32)] * 94)]).score == 1


@pytest.mark.parametrize(
    ("shapes", "score"),
    [
        (((32, 288), (40, 90), (15, 27)), 3),
        (((32, 296), (43, 98), (27, 27)), 3),
        (((32, 288), (12, 27), (5, 9)), 1),
    ],
)
def test_outputs_may_stand_side_by_side_in_an_image(
    shapes: tuple[tuple[int, ...], ...], score: float
) -> None:
    """With or without lines between them, and without those that fill no row; those of pooling are others."""
    sized = [(9, (32, 32, 9)), (36, (10, 10, 36)), (49, (3, 3, 49))]
    read = cnn(*[convolution(filters, output_shape=shape) for filters, shape in sized])
    check = FilterOutputsDrawn(id="outputs", title="Outputs", points=3, filters=(9, 36, 49))

    assert judged(check, read, figures=(figure(*shapes),)).score == pytest.approx(score)
