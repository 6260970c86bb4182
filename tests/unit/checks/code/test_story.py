"""Networks that are kept with their histories: one that overfits, the best one, what is said beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from grader.checks import BestKept, CheckContext, GapShown, ModelFilter, ModelsExplained, Topic
from grader.checks.code.saved_histories import saved_histories
from grader.evidence.code.merged import shown_code
from grader.evidence.code.record import (
    CodeReading,
    LayerRead,
    NotebookCell,
    NotebookRead,
    SavedLog,
    SavedOutput,
    Training,
    ValidationRead,
)
from grader.records.result import CheckResult
from grader.records.section import Excerpt
from tests.code_factories import CODE_NEED, RUN_NEED, code_view, dense, reading, training
from tests.factories import ARTEFACT, exercise, judge, worded

CIFAR100 = ModelFilter(dataset="cifar100", classes=100)
VALIDATED = ValidationRead(kind="test", images=10_000)
IMAGE = SavedOutput(kind="image", text="<Figure>")


def cell(source: str, *, text: str = "", kind: Any = "code", **more: Any) -> NotebookCell:
    outputs = (SavedOutput(kind="text", text=text),) if text else ()
    return NotebookCell(number=1, kind=kind, source=source, **{"outputs": outputs, **more})


def log(*epochs: tuple[float, float], **more: Any) -> SavedLog:
    """A log of both accuracies."""
    metrics = {"accuracy": tuple(a for a, _ in epochs), "val_accuracy": tuple(b for _, b in epochs)}
    return SavedLog(epochs=len(epochs), metrics={**metrics, **more})


def notebook(cells: Sequence[NotebookCell], *trainings: Training, **more: Any) -> CodeReading:
    """A notebook whose trainings stand in the cells they name."""
    placed = tuple(
        NotebookCell(
            number=number,
            kind=item.kind,
            source=item.source,
            outputs=item.outputs,
            logs=item.logs,
        )
        for number, item in enumerate(cells, 1)
    )
    read = NotebookRead(file="lab.ipynb", cells=placed)
    return reading(*trainings, notebooks=(read,), **more)


def network(number: int, *units: int, **more: Any) -> Training:
    """A training in a cell on CIFAR-100."""
    where = f"lab.ipynb, cell {number}, line 2"
    defaults = {"data": "cifar100/train", "validation": VALIDATED, "where": where}
    return training(*(units or (64, 100)), **{**defaults, **more})


def gap(read: CodeReading) -> CheckResult:
    return judge(
        GapShown(id="overfits", title="Overfits", points=4, models=CIFAR100), code_view(read)
    )


@pytest.mark.parametrize(
    ("epochs", "status"),
    [
        ([(0.2, 0.2), (0.6, 0.3)], "passed"),
        ([(0.2, 0.2), (0.3, 0.24)], "pending"),
        ([(0.2, 0.2), (0.3, 0.29)], "failed"),
        ([(0.6, 0.3), (0.3, 0.29)], "failed"),
    ],
)
def test_the_end_of_a_saved_log_shows_the_gap(
    epochs: list[tuple[float, float]], status: str
) -> None:
    """Ten percentage points are a gap, a few of them are for a person, and what counts is where the training ended."""
    result = gap(notebook([cell("model.fit(x)", logs=(log(*epochs),))], network(1)))

    assert result.status == status


def test_a_loss_that_rises_again_is_a_gap() -> None:
    """Without accuracies the loss on validation images tells, where that of the training still falls."""
    rising = SavedLog(
        epochs=3, metrics={"loss": (3.0, 2.0, 1.0), "val_loss": (3.1, 2.9, 3.6)}
    )  # fmt: skip
    both = SavedLog(epochs=3, metrics={"loss": (3.0, 2.0, 2.8), "val_loss": (3.1, 2.9, 3.6)})

    assert gap(notebook([cell("fit(x)", logs=(rising,))], network(1))).status == "passed"
    assert gap(notebook([cell("fit(x)", logs=(both,))], network(1))).status == "failed"


def test_what_a_loop_printed_is_a_history() -> None:
    """Loops of PyTorch print accuracies in words of their own, as shares or percentages."""
    text = "Epoch 1: train acc 12.0 % val acc 11.5 %\nEpoch 2: train acc 71.0 % val acc 30.2 %\n"
    result = gap(notebook([cell("train(net)", text=text)], network(1, validation=None)))

    assert result.status == "passed"
    assert "71%" in worded(result)


@pytest.mark.parametrize(
    "text",
    [
        "625/625 - 3s 4ms/step - accuracy: 0.0096 - loss: 4.6\nTest Accuracy: 1.0000\n",
        "accuracy: 0.91\ntest accuracy: 0.35\n",
    ],
)
def test_one_evaluation_is_no_history(text: str) -> None:
    """Two accuracies of which nothing says that one is of the training images are no gap."""
    code = notebook([cell("evaluate(model)", text=text)], network(1))

    assert gap(code).status == "pending"


def test_a_history_that_was_not_saved_is_a_persons_matter() -> None:
    """A program has no outputs, and one without validation images shows no gap whatever it prints."""
    without = gap(reading(network(1, where="lab.py:3", validation=None)))

    assert gap(reading(network(1, where="lab.py:3"))).status == "pending"
    assert (without.status, without.score) == ("failed", 0)
    assert "validation images" in worded(without)


def test_a_saved_figure_alone_is_a_persons_matter() -> None:
    """Curves in an image may show the gap where the log was silent."""
    plot = "plt.plot(h.history['accuracy'])\nplt.plot(h.history['val_accuracy'])"
    cells = [cell("model.fit(x, verbose=0)"), cell(plot, outputs=(IMAGE,))]

    assert "figure" in worded(gap(notebook(cells, network(1))))


def test_networks_on_other_images_do_not_count() -> None:
    """A network that overfits on MNIST is none on CIFAR-100, whose own log shows no gap."""
    cells = [
        cell("cifar100.load_data()\nfit(x)", logs=(log((0.3, 0.29)),)),
        cell("mnist.load_data()\nfit(y)", logs=(log((0.99, 0.7)),)),
    ]
    mnist = network(2, 64, 10, data="mnist/train")

    assert gap(notebook(cells, network(1), mnist)).status == "failed"
    assert gap(notebook(cells[1:], network(1, 64, 10, data="mnist/train"))).status == "failed"


def test_a_function_that_trains_leaves_its_logs_where_it_is_called() -> None:
    """The dataset named last above a cell says what the log below it is of."""
    cells = [
        cell("def train(model): return model.fit(x)"),
        cell("mnist.load_data()\ntrain(a)", logs=(log((0.99, 0.7)),)),
        cell("cifar100.load_data()"),
        cell("train(b)", logs=(log((0.3, 0.28)),)),
    ]
    code = notebook(cells, network(1), network(1, 64, 10, data="mnist/train"))
    (found,) = saved_histories(shown_code(code, None), CIFAR100)

    assert found.where == "lab.ipynb, cell 4"


def test_layers_nobody_knows_are_not_a_zero() -> None:
    """A network that could not be followed may be the one asked for; without any there is nothing."""
    unknown = training(where="lab.py:3", layers=(), data="cifar100/train")

    assert gap(reading(unknown)).status == "pending"
    assert gap(reading()).status == "failed"


def best(read: CodeReading) -> CheckResult:
    check = BestKept(
        id="best", title="Best", points=3, models=CIFAR100, topic=Topic(words=("cifar",))
    )
    return judge(check, code_view(read))


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ([cell("fit(x)"), cell("Le meilleur réseau est le dernier.", kind="text")], "passed"),
        ([cell("fit(x)"), cell("model.save('cifar100.keras')")], "passed"),
        ([cell("fit(x)"), cell("# model.save('cifar100.keras')")], "partial"),
        ([cell("The best network on MNIST has 64 units.", kind="text"), cell("fit(x)")], "partial"),
        ([cell("fit(x)"), cell("It works.", kind="text")], "partial"),
    ],
)
def test_the_best_is_named_or_saved(cells: list[NotebookCell], status: str) -> None:
    """A sentence, or a file; what stands in a comment or is about other images is neither."""
    number = next(place for place, item in enumerate(cells, 1) if item.source == "fit(x)")

    assert best(notebook(cells, network(number))).status == status


def test_the_best_of_several_saved_histories_is_kept() -> None:
    """Where several histories were saved, the one that is best on validation images stands out."""
    cells = [
        cell("fit(a)", logs=(log((0.5, 0.2)),)),
        cell("fit(b)", logs=(log((0.5, 0.45), (0.5, 0.4)),)),
    ]
    result = best(notebook(cells, network(1), network(2, 32, 100)))

    assert result.status == "passed"
    assert "cell 2, 45%" in worded(result)


def explained(read: CodeReading) -> CheckResult:
    check = ModelsExplained(id="why", title="Why", points=10, models=CIFAR100)
    placed = exercise(check, artefacts=(ARTEFACT,))
    return check.judge(CheckContext(placed, code_view(read)))


def test_a_person_reads_what_stands_beside_the_networks() -> None:
    """Text cells below their dataset and comments in their cells, not headings and not what is said of MNIST."""
    cells = [
        cell("mnist.load_data()\nfit(y)"),
        cell("On MNIST the first one is slow.", kind="text"),
        cell("cifar100.load_data()"),
        cell("## A dense network", kind="text"),
        cell("# every pixel has weights of its own, so shapes are learned twice\nfit(x)"),
        cell("It stops at 20 %.", kind="text"),
    ]
    mnist = network(1, 64, 10, data="mnist/train")
    result = explained(notebook(cells, mnist, network(5)))

    assert result.status == "pending"
    assert [item.text for item in result.figures if isinstance(item, Excerpt)] == [
        "# every pixel has weights of its own, so shapes are learned twice",
        "It stops at 20 %.",
    ]


def test_without_such_a_network_there_is_nothing_to_explain() -> None:
    """It is no work for a person, and no points."""
    result = explained(notebook([cell("fit(y)")], network(1, 64, 10, data="mnist/train")))

    assert (result.status, result.score) == ("failed", 0)


@pytest.mark.parametrize(
    ("last", "data", "fits"),
    [
        (dense(100), "", True),
        (dense(10), "", False),
        (dense(100), "cifar100/train, augmented", True),
        (dense(100), "mnist/train", False),
        (LayerRead(class_name="Conv2D", filters=100), "", True),
        (LayerRead(class_name="Linear", units=100), "part of cifar100/train", True),
    ],
)
def test_models_are_told_by_their_images_else_by_their_classes(
    last: LayerRead, data: str, fits: bool
) -> None:
    """What a model is trained on decides; files of a student's own say nothing, so the last layer does."""
    assert CIFAR100.accepts(training(layers=(last,), data=data)) == fits


def test_needs_are_both_of_the_code() -> None:
    """The check on what is said looks at what runs, too: some networks only a run shows."""
    check = ModelsExplained(id="why", title="Why", points=1)

    assert {CODE_NEED, RUN_NEED} == {*check.needs(exercise(check))}
