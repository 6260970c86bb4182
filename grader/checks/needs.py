"""What the checks of a lab look at."""

from __future__ import annotations

import logging
from typing import Any

from grader.checks.base import CheckKind
from grader.evidence.need import Need
from grader.records.lab import Check, Exercise, Lab
from grader.records.question import Question

_LOG = logging.getLogger(__name__)


def check_needs(check: Check, exercise: Exercise) -> tuple[Need[Any], ...]:
    """The needs of one check; none where it fails to name them, which shows again when it is judged."""
    if not isinstance(check, CheckKind):
        return ()
    try:
        return tuple(check.needs(exercise))
    except Exception:
        _LOG.exception("check '%s/%s' failed to name its needs", exercise.id, check.id)
        return ()


def lab_needs(lab: Lab) -> dict[str, tuple[Need[Any], ...]]:
    """What the checks of a lab look at: artefact id to needs, each once, in the order of the checks."""
    needs: dict[str, dict[Need[Any], None]] = {artefact.id: {} for artefact in lab.artefacts}
    for exercise in lab.exercises:
        for check in exercise.checks:
            for need in check_needs(check, exercise):
                if need.artefact in needs:
                    needs[need.artefact][need] = None
                else:
                    _LOG.error(
                        "check '%s/%s' needs '%s', which is no artefact of the lab",
                        *(exercise.id, check.id, need.artefact),
                    )
    return {artefact: tuple(found) for artefact, found in needs.items()}


def lab_questions(lab: Lab) -> tuple[Question, ...]:
    """What the checks of a lab ask students to answer, each question once, in the order of the checks."""
    found: dict[tuple[str, str], Question] = {}
    for exercise in lab.exercises:
        for check in exercise.checks:
            for question in check.questions(exercise) if isinstance(check, CheckKind) else ():
                found.setdefault((question.exercise, question.name), question)
    return tuple(found.values())


def earning_datasets(lab: Lab) -> dict[str, tuple[str, ...]]:
    """Every check on which points rest, as `exercise/check`, to the datasets it is judged on.

    A check without points counts where one with points requires it.
    """
    found: dict[str, tuple[str, ...]] = {}
    for exercise in lab.exercises:
        required: set[str] = set()
        for check in reversed(exercise.checks):  # which require only checks before them
            if check.points > 0 or check.id in required:
                required |= {*check.requires}
                names = {name for need in check_needs(check, exercise) for name in need.datasets}
                found[f"{exercise.id}/{check.id}"] = tuple(sorted(names))
    return found


def lab_datasets(lab: Lab) -> list[str]:
    """The datasets a lab's checks are judged on, sorted."""
    needs = [need for found in lab_needs(lab).values() for need in found]
    return sorted({name for need in needs for name in need.datasets})
