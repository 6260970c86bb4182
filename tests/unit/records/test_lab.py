from __future__ import annotations

import math
from typing import Any

import pytest

from grader.records.lab import Artefact, Exercise, Lab
from tests.factories import ARTEFACT, exercise, lab, threshold


def test_an_exercise_is_worth_what_its_checks_are_worth() -> None:
    """Points that do not add up are refused when the exercise is declared."""
    with pytest.raises(ValueError, match="worth 10 points, its checks sum to 30"):
        exercise(threshold(points=30), points=10)


@pytest.mark.parametrize("points", [math.nan, math.inf, -1])
def test_points_are_a_number_from_nothing_up(points: float) -> None:
    """NaN, infinite and negative points are refused, since they would make every mark of the lab none."""
    with pytest.raises(ValueError, match="points"):
        exercise(threshold(points=points))


def test_two_checks_of_one_name_are_refused() -> None:
    """Results are kept by the check's id, so a second check of that id would be lost."""
    with pytest.raises(ValueError, match="two checks called 'accuracy'"):
        exercise(threshold(points=10), threshold(points=20))


@pytest.mark.parametrize("required", ["architecture", "accuracy", "later"])
def test_a_check_requires_only_checks_that_come_before(required: str) -> None:
    """A required check that does not exist or comes later would silently never be waited for."""
    with pytest.raises(ValueError, match=f"'accuracy' requires '{required}'"):
        exercise(threshold(requires=(required,)), threshold(id="later"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"artefacts": ()}, "is no artefact of the lab"),
        ({"exercises": (exercise(threshold()), exercise(threshold()))}, "two exercises"),
        ({"pass_mark": 0}, "pass_mark"),
        ({"pass_mark": 1.5}, "pass_mark"),
        ({"pass_mark": math.nan}, "pass_mark"),
    ],
)
def test_labs_that_cannot_be_graded_are_refused(changes: dict[str, Any], message: str) -> None:
    """A lab is checked when it is declared."""
    with pytest.raises(ValueError, match=message):
        lab(threshold(), **changes)


def test_a_lab_finds_its_parts_by_id() -> None:
    """Exercises and artefacts are found by id, and an id that is not there is a KeyError."""
    found: Lab = lab(threshold(points=12))

    assert found.points == 12
    assert isinstance(found.exercise("digits"), Exercise)
    assert isinstance(found.artefact(ARTEFACT), Artefact)
    with pytest.raises(KeyError):
        found.exercise("other")
    with pytest.raises(KeyError):
        found.artefact("other")


def test_a_check_looks_at_all_artefacts_of_its_exercise_or_at_those_it_names() -> None:
    """Naming none means all."""
    everything, one = threshold(points=10), threshold(id="one", points=20, artefacts=("b",))
    found = Exercise(id="x", title="X", points=30, artefacts=("a", "b"), checks=(everything, one))

    assert found.artefacts_of(everything) == ("a", "b")
    assert found.artefacts_of(one) == ("b",)


@pytest.mark.parametrize(
    ("artefacts", "named", "message"),
    [((), (), "names no artefact"), (("a",), ("b",), "looks at 'b', which is no artefact")],
)
def test_artefacts_nobody_hands_in_are_refused(
    artefacts: tuple[str, ...], named: tuple[str, ...], message: str
) -> None:
    """An exercise has an artefact, and its checks look at no other."""
    check = threshold(points=10, artefacts=named)
    with pytest.raises(ValueError, match=message):
        Exercise(id="x", title="X", points=10, artefacts=artefacts, checks=(check,))
