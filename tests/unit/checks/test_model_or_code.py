"""A model that is handed in is judged itself; where none is, the code that trains it."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import (
    AccuracyShown,
    ArchitectureShown,
    CheckContext,
    CheckKind,
    EvaluatedShown,
    ModelFilter,
    RequiredLayer,
    Threshold,
    TrainedShown,
)
from grader.checks.model_or_code.reported import reported_accuracies
from grader.evidence.code.merged import shown_code
from grader.evidence.code.record import (
    CodeNeed,
    CodeReading,
    LayerRead,
    NotebookCell,
    NotebookRead,
    SavedOutput,
    Training,
    ValidationRead,
)
from grader.evidence.code.run_record import (
    ArrayOrigin,
    CodeRun,
    CodeRunNeed,
    RecordedRun,
    TracedEvaluation,
)
from grader.evidence.models.record import ModelNeed
from grader.evidence.predictions.record import PredictionsNeed, RankedPredictions
from grader.records.evidence import Failure, file_failure, internal_failure
from grader.records.result import CheckResult
from tests.code_factories import dense, mlp, reading, run, traced, training
from tests.factories import (
    DATASET,
    View,
    exercise,
    layer,
    model,
    ranked_predictions,
    worded,
)

NETWORKS = ModelFilter(dataset="mnist", classes=10)
LAYERS = (
    RequiredLayer(type="Conv2D", settings={"filters": 8, "activation": "relu"}),
    RequiredLayer(type="MaxPooling2D", settings={"pool_size": (2, 2)}),
    RequiredLayer(type="Flatten"),
    RequiredLayer(type="Dense", settings={"units": 10, "activation": "softmax"}),
)
BUILT = (
    LayerRead(class_name="Conv2D", filters=8, activation="relu"),
    LayerRead(class_name="MaxPooling2D", kernel_size=(2, 2)),
    LayerRead(class_name="Flatten"),
    dense(10, "softmax"),
)
MISSING = file_failure("missing", "model.h5")
CORRUPT = file_failure("corrupt", "model.h5")
OURS = internal_failure("it stopped")

ARCHITECTURE = ArchitectureShown(
    id="architecture", title="Layers", points=8, models=NETWORKS, layers=LAYERS
)
TRAINED = TrainedShown(id="trained", title="Trained", points=2, dataset=DATASET, models=NETWORKS)
EVALUATED = EvaluatedShown(
    id="evaluated", title="Evaluated", points=2, dataset=DATASET, models=NETWORKS
)
ACCURACY = AccuracyShown(
    id="accuracy",
    title="Accuracy",
    points=8,
    dataset=DATASET,
    models=NETWORKS,
    thresholds=(Threshold(full_at=0.6, zero_at=0.3),),
)
ALL = (ARCHITECTURE, TRAINED, EVALUATED, ACCURACY)


def judged(
    check: CheckKind,
    code: CodeReading | Failure = MISSING,
    *,
    ran: CodeRun | None = None,
    predicted: RankedPredictions | Failure = MISSING,
    opened: Any = MISSING,
) -> CheckResult:
    """Judge a check of an exercise with a model and code."""
    records: dict[Any, Any] = {
        ModelNeed(artefact="model"): opened,
        PredictionsNeed(artefact="model", dataset=DATASET): predicted,
        CodeNeed(artefact="code"): code,
        CodeRunNeed(artefact="code"): RecordedRun(ran or run(), dict),
    }
    placed = exercise(check, artefacts=("model", "code"))
    return check.judge(CheckContext(placed, View(records)))


def network(**more: Any) -> Training:
    return training(**{"layers": BUILT, "where": "lab.ipynb, cell 1, line 3", **more})


def notebook(*cells: tuple[str, str], train: Training | None = None) -> CodeReading:
    """A notebook of cells with what they printed."""
    read = tuple(
        NotebookCell(
            number=number,
            kind="code",
            source=source,
            outputs=(SavedOutput(kind="text", text=text),),
        )
        for number, (source, text) in enumerate(cells, 1)
    )
    saved = NotebookRead(file="lab.ipynb", cells=read)
    return reading(train or network(), notebooks=(saved,))


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_a_model_alone_is_enough(check: CheckKind) -> None:
    """Its layers, that it is trained, and its accuracy are what it shows; nothing is lost for code that is missing."""
    opened = model(
        layer("Conv2D", filters=8, activation="relu"),
        layer("MaxPooling2D", pool_size=(2, 2)),
        layer("Flatten"),
        layer("Dense", units=10, activation="softmax"),
    )
    result = judged(check, predicted=ranked_predictions(90), opened=opened)

    assert result.status == "passed"


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_a_notebook_alone_is_enough(check: CheckKind) -> None:
    """The layers it trains, and the evaluation it was saved with."""
    code = notebook(("fit(x)", ""), ("model.evaluate(x_test)", "[1.02, 0.66]"))

    assert judged(check, code).status == "passed"


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_nothing_is_nothing_and_ours_is_open(check: CheckKind) -> None:
    """Without either the missing file is named; a model that failed through our fault is never a zero."""
    nothing = judged(check)
    ours = judged(check, reading(), predicted=OURS, opened=OURS)

    assert (nothing.status, nothing.score, nothing.failure) == ("failed", 0, MISSING)
    assert (ours.status, ours.score) == ("error", None)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_code_that_trains_nothing_earns_nothing(check: CheckKind) -> None:
    """Code of another subject is no reason to wait for a person."""
    assert (judged(check, reading()).status, judged(check, reading()).score) == ("failed", 0)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_what_could_not_be_followed_waits(check: CheckKind) -> None:
    """Where the layers of a training are not known, it may be the one asked for."""
    assert judged(check, reading(training())).status == "pending"


def test_a_model_that_cannot_be_opened_is_replaced_by_its_code() -> None:
    """A broken upload costs nothing that the notebook shows, and the student is told."""
    result = judged(ARCHITECTURE, reading(network()), predicted=CORRUPT, opened=CORRUPT)

    assert result.status == "passed"
    assert "cannot be opened" in worded(result)
    assert judged(ARCHITECTURE, opened=CORRUPT).failure == CORRUPT


def test_the_model_handed_in_decides_on_its_layers() -> None:
    """Code with other layers does not replace those of a model that opens."""
    other = model(layer("Flatten"), layer("Dense", units=10, activation="softmax"))
    result = judged(ARCHITECTURE, reading(network()), opened=other)

    assert (result.status, result.score) == ("partial", 4)


def test_layers_of_pytorch_have_their_names_in_keras() -> None:
    """Activations may be functions, one pooling may serve twice, and flattening is no layer."""
    torch = (
        LayerRead(class_name="Conv2d", filters=8),
        LayerRead(class_name="Linear", units=10),
        LayerRead(class_name="MaxPool2d", kernel_size=(2, 2)),
    )
    wide = (LayerRead(class_name="Conv2d", filters=64), *torch[1:])

    assert judged(ARCHITECTURE, reading(network(layers=torch))).status == "passed"
    assert judged(ARCHITECTURE, reading(network(layers=wide))).status == "partial"


def test_a_model_that_is_only_built_has_its_layers() -> None:
    """What is lost for not training it is lost elsewhere."""
    built = reading(untrained=(network(epochs=0, data=""),))

    assert judged(ARCHITECTURE, built).status == "passed"
    assert [judged(check, built).score for check in (TRAINED, EVALUATED, ACCURACY)] == [0, 0, 0]


def test_guessing_is_not_trained() -> None:
    """A model no better than chance shows no training; code that trains one does."""
    guessed = ranked_predictions(10)

    assert judged(TRAINED, predicted=guessed).status == "failed"
    assert judged(TRAINED, reading(network()), predicted=guessed).status == "passed"


def test_an_evaluation_on_training_images_is_none() -> None:
    """It is flagged, and the model that is handed in is evaluated here all the same."""
    read = network()
    evaluation = TracedEvaluation(
        where="lab.py:9",
        method="evaluate",
        model=1,
        images=ArrayOrigin(dataset="mnist", split="train"),
    )
    ran = run(traced(read, model=1), evaluations=(evaluation,))
    alone = judged(EVALUATED, reading(read), ran=ran)
    both = judged(EVALUATED, reading(read), ran=ran, predicted=ranked_predictions(90))

    assert (alone.status, both.status) == ("failed", "passed")
    assert alone.flags == both.flags == ("evaluated-on-training-images",)


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        (("model.evaluate(x_test)", "[1.02, 0.66]"), [0.66]),
        (("net(test_loader)", "avg_accuracy = 62.54 %\nAccuracy of class 0: 91 %"), [0.6254]),
        (("evaluate(test)", "Train accuracy: 0.99\nTest accuracy: 0.61"), [0.61]),
        (("model.evaluate(x_train)", "[0.02, 0.99]"), []),
        (("print(test)", "Epoch 3 accuracy: 0.7\n20/20 2ms/step - accuracy: 0.7"), []),
    ],
)
def test_accuracies_that_a_notebook_was_saved_with(
    cell: tuple[str, str], values: list[float]
) -> None:
    """Those on test images, not of single classes, of training images, or of a log."""
    code = shown_code(notebook(("fit(x)", ""), cell), None)

    assert [item.value for item in reported_accuracies(code, NETWORKS)] == values


def test_validation_on_test_images_is_an_evaluation() -> None:
    """Where nothing else was saved, what a training on test images ended with counts."""
    log = "Epoch 1/1\n20/20 - 1s - loss: 1.0 - accuracy: 0.7 - val_loss: 1.1 - val_accuracy: 0.65\n"
    tested = network(validation=ValidationRead(kind="test"))
    code = notebook(("fit(x)", log), train=tested)

    assert judged(EVALUATED, code).status == "passed"


def test_an_accuracy_nobody_saved_waits() -> None:
    """A program has no outputs: a person looks, and the student is told how to have it measured."""
    result = judged(ACCURACY, reading(network(where="lab.py:3")))

    assert (result.status, result.score) == ("pending", None)
    assert "model.save" in worded(result)


def test_an_accuracy_from_outputs_alone_is_flagged() -> None:
    """It earns what it is worth, with a remark for staff that no run confirms it."""
    code = notebook(("fit(x)", ""), ("model.evaluate(x_test)", "[1.3, 0.45]"))
    result = judged(ACCURACY, code)

    assert (result.status, result.score) == ("partial", pytest.approx(4))
    assert result.flags == ("not-in-run",)


def test_a_smaller_network_on_part_of_the_images_is_no_other() -> None:
    """An accuracy below the training of another kind of model is not of this one."""
    code = notebook(("fit(x)", ""), ("test()", "accuracy = 93.85 %"))
    two = network(layers=mlp(8, 2), data="")
    code = reading(two, notebooks=code.notebooks)

    assert reported_accuracies(shown_code(code, None), NETWORKS) == []
