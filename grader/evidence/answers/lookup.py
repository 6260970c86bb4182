"""Find the answer to a question. For checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.evidence.answers.names import (
    BELOW,
    ExerciseLabel,
    exercise_label,
    name_key,
    same_name,
)
from grader.evidence.answers.record import Answer, Answers

#: How an exercise was found, the best first.
_BY_NAME, _BY_LABEL, _BY_WORDS, _BY_WHOLE = range(4)


def find_answer(answers: Answers, exercise: str, *names: str) -> Answer | None:
    """The answer to a question of an exercise; None where there is none.

    The exercise is found by its name, else by its label: ``[2a]``, ``[2a-model]`` and a heading ``Exercise 2a: The
    model`` all are ``2a-model``. Answers to the whole exercise, ``[2]``, count where its part has none.

    Args:
        answers: What was read.
        exercise: Its id, such as ``2a-model``.
        names: What the question may be called: ``layers``, ``number of layers``.
    """
    fitting = [
        (rank, place)
        for place, answer in enumerate(answers.answers)
        if any(same_name(answer.name, name) for name in names)
        and (rank := _rank(exercise, answer.exercise)) is not None
    ]
    return answers.answers[min(fitting)[1]] if fitting else None


def _rank(asked: str, named: str) -> tuple[int, int] | None:
    """How the name that a student gives an exercise fits, and below how many headings; None where it does not."""
    wanted = exercise_label(asked)
    found: list[tuple[int, int]] = []
    within = True
    for depth, (name, label) in enumerate(_innermost_first(named)):
        if same_name(asked, name):
            found.append((_BY_NAME, depth))
        elif label is None:
            if wanted is not None and wanted.words == name_key(name) != "":
                found.append((_BY_WORDS, depth))
        elif wanted is not None and _same_number(wanted, label):
            if wanted.letter == label.letter:
                found.append((_BY_LABEL, depth))
            elif not label.letter and within:
                found.append((_BY_WHOLE, depth))
        within = within and label is None
    return min(found, default=None)


def _same_number(first: ExerciseLabel, second: ExerciseLabel) -> bool:
    return (first.number, first.is_part) == (second.number, second.is_part)


def _innermost_first(named: str) -> Iterator[tuple[str, ExerciseLabel | None]]:
    """The headings of an exercise with their labels, a lone letter completed by the number above it."""
    pairs: list[tuple[str, ExerciseLabel | None]] = []
    number = ""
    for name in named.split(BELOW):
        label = exercise_label(name)
        if label is not None and not label.number and not label.is_part:
            label = replace(label, number=number)
        elif label is not None and not label.is_part:
            number = label.number
        pairs.append((name, label))
    return reversed(pairs)


def exercise_rank(exercise: str, named: str) -> int | None:
    """How plainly headings name an exercise, 0 the most, in any of the ways in which `find_answer` finds it.

    Args:
        exercise: Its id, such as ``2a-model``.
        named: The headings, as `exercise_below` joins them.

    Returns:
        None where they name another one, or none.
    """
    found = _rank(exercise, named)
    return None if found is None else found[0]
