"""Histories of a few steps become as long as declared, and lines are traced to them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grader.evidence.code.probe.running.history import HistoryBook

SERIES = {"loss": [2.3], "accuracy": [0.125], "val_loss": [2.3], "val_accuracy": [0.0]}


@pytest.fixture
def book() -> HistoryBook:
    return HistoryBook()


def two_trainings(book: HistoryBook, epochs: int) -> list[dict[str, list[float]]]:
    found = [book.padded(SERIES, epochs) for _ in range(2)]
    for number, history in enumerate(found, 1):
        book.add(number, history)
    return found


def test_a_history_is_as_long_as_declared(book: HistoryBook) -> None:
    """Its values stay what they were, to the eye."""
    found = book.padded(SERIES, 12)

    assert {name: len(values) for name, values in found.items()} == dict.fromkeys(SERIES, 12)
    for name, values in found.items():
        assert values == pytest.approx([SERIES[name][0]] * 12, rel=2e-4, abs=2e-6)
        assert all(type(value) is float for value in values)


def test_more_epochs_than_declared_are_left_out(book: HistoryBook) -> None:
    """A history is never longer."""
    assert len(book.padded({"loss": [3.0, 2.0, 1.0]}, 2)["loss"]) == 2


@pytest.mark.parametrize("epochs", [1, 2, 3, 4, 40])
def test_every_series_is_unlike_every_other(epochs: int, book: HistoryBook) -> None:
    """Those that began with the same value too, and those that are zero all along."""
    for number, history in enumerate(two_trainings(book, epochs), 1):
        for name, values in history.items():
            assert book.series(values) == f"training {number}, {name}"


@pytest.mark.parametrize("epochs", [2, 3, 4, 40])
@pytest.mark.parametrize("name", SERIES)
def test_lines_are_traced_in_per_cent_and_as_errors(
    name: str, epochs: int, book: HistoryBook
) -> None:
    """One minus the accuracy, and the same in per cent."""
    _, history = two_trainings(book, epochs)
    values = np.array(history[name])

    for line in (values, 100 * values, 1 - values, 100 - 100 * values):
        assert book.series(line.tolist()) == f"training 2, {name}"


@pytest.mark.parametrize(
    "line", [[], [1.0], [1.0, 2.0], [1, 2, 3], [0.1, 0.1, 0.1, 0.1], list(range(40))]
)
def test_other_lines_show_no_history(line: list[float], book: HistoryBook) -> None:
    """Short ones that differ, constant ones, those of another length."""
    for epochs in (1, 2, 3, 4, 40):
        two_trainings(book, epochs)

    assert book.series(line) == ""


def test_a_short_line_that_differs_a_little_shows_no_history(book: HistoryBook) -> None:
    """Any three points are nearly on a multiple of any others."""
    history, _ = two_trainings(book, 3)

    assert book.series([value * 1.00005 for value in history["loss"]]) == ""
    assert book.series([0.5 * value for value in history["loss"]]) == ""


@pytest.mark.parametrize(
    "line", [["a", "b", "c"], [[1.0, 2.0]], [float("nan")] * 4, [1.0, math.inf, 2, 3]]
)
def test_what_is_no_series_of_numbers_shows_no_history(
    line: list[object], book: HistoryBook
) -> None:
    """Names on an axis, several lines at once, what is not finite."""
    two_trainings(book, 4)

    assert book.series(line) == ""  # type: ignore[arg-type]


def test_values_that_are_not_finite_stay(book: HistoryBook) -> None:
    """A training may diverge."""
    found = book.padded({"loss": [math.nan], "other": [math.inf]}, 2)

    assert all(map(math.isnan, found["loss"]))
    assert found["other"] == [math.inf, math.inf]


def test_metrics_that_give_arrays_are_repeated(book: HistoryBook) -> None:
    """As an F1 score for each class does."""
    score = np.array([0.1, 0.2])
    found = book.padded({"f1": [score], "loss": [1.0]}, 3)
    book.add(1, found)

    assert [list(value) for value in found["f1"]] == [[0.1, 0.2]] * 3
    assert book.series(found["loss"]) == "training 1, loss"


def test_a_history_without_values_is_zero(book: HistoryBook) -> None:
    """A series that was never written to."""
    assert book.padded({"loss": []}, 2)["loss"] == pytest.approx([0, 0], abs=2e-6)


def test_histories_are_the_same_in_every_run() -> None:
    """What strays is drawn from the same numbers."""
    assert HistoryBook().padded(SERIES, 5) == HistoryBook().padded(SERIES, 5)
