"""Which answer is found under which name."""

from __future__ import annotations

import pytest

from grader.evidence.answers.lookup import find_answer
from grader.evidence.answers.names import exercise_below, exercise_label, same_name
from grader.evidence.answers.record import Answer, Answers


def answers(*pairs: tuple[str, str]) -> Answers:
    return Answers(
        file="a",
        format="toml",
        answers=tuple(
            Answer(exercise=exercise, name=name, value=place, where="a")
            for place, (exercise, name) in enumerate(pairs)
        ),
    )


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("number_of_layers", "Number of layers", True),
        ("cross-entropy", "CrossEntropy", True),
        ("réseau", "Reseau ?", True),
        ("layer", "layers", False),
        ("-", "_", False),
    ],
)
def test_names_are_compared_by_letters_and_digits(first: str, second: str, same: bool) -> None:
    """Nothing is the same as nothing at all."""
    assert same_name(first, second) is same


@pytest.mark.parametrize(
    ("name", "number", "letter", "words"),
    [
        ("2a-model", "2", "a", "model"),
        ("2a_model", "2", "a", "model"),
        ("2 model", "2", "", "model"),
        ("1-linear", "1", "", "linear"),
        ("Exercise 2.a) The model", "2", "a", "themodel"),
        ("Exercice 2 (A)", "2", "a", ""),
        ("Uppgift 3: nät", "3", "", "nat"),
        ("Q1", "1", "", ""),
        ("a) Loss", "", "a", "loss"),
        ("(b)", "", "b", ""),
        ("1.2 Theory", "1.2", "", "theory"),
        ("2. A model", "2", "", "amodel"),
    ],
)
def test_labels_of_exercises(name: str, number: str, letter: str, words: str) -> None:
    """Numbers, letters, and the words behind them."""
    label = exercise_label(name)

    assert label is not None
    assert (label.number, label.letter, label.words) == (number, letter, words)
    assert not label.is_part


@pytest.mark.parametrize("name", ["", "mnist", "A model", "quality", "Question: why", "delta", ">"])
def test_names_without_a_label(name: str) -> None:
    """Words that only begin as one."""
    assert exercise_label(name) is None


def test_an_exercise_of_a_document_begins_with_the_first_label() -> None:
    """Not with the title; without a label it is the innermost heading."""
    assert exercise_below(["Lab", "Exercise 2", "Data"]) == "Exercise 2 > Data"
    assert exercise_below(["Lab", "Data"]) == "Data"
    assert exercise_below([]) == ""


@pytest.mark.parametrize(
    ("asked", "named", "is_found"),
    [
        ("2a-model", "2a-model", True),
        ("2a-model", "2A_Model", True),
        ("2a-model", "2a", True),
        ("2a-model", "Exercise 2a: the data", True),
        ("2a-model", "2.a", True),
        ("2a-model", "2. Models > A) Layers", True),
        ("2a-model", "Exercise 2 > Results", True),
        ("2a-model", "Exercise 2a > 1. Layers", True),
        ("2a-model", "model", True),
        ("2a-model", "2", True),
        ("2a-model", "2b", False),
        ("2a-model", "2. Models > b)", False),
        ("2a-model", "3a", False),
        ("2a-model", "", False),
        ("2-nonlinear", "part-2", False),
        ("part-2", "Partie 2 > 1. Initialisation", True),
        ("part-2", "2", False),
        ("mnist", "MNIST", True),
        ("mnist", "1", False),
    ],
)
def test_exercises_are_found(asked: str, named: str, is_found: bool) -> None:
    """By name, label, words, or the whole exercise."""
    found = find_answer(answers((named, "x")), asked, "x")

    assert (found is not None) is is_found


def test_the_best_fit_is_taken() -> None:
    """The name before the label, the label before the whole exercise; then the first."""
    given = answers(("2", "x"), ("Exercise 2a", "x"), ("2a-model", "x"), ("2a model", "y"))

    def value(exercise: str, *names: str) -> object:
        found = find_answer(given, exercise, *names)
        return None if found is None else found.value

    assert value("2a-model", "x") == 2
    assert value("2a", "x") == 1
    assert value("2c", "x") == 0
    assert value("2a-model", "z", "Y") == 3
    assert value("2a-model", "z") is None
