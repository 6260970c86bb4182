"""What holds for every kind of check. A new kind needs one entry in `EXAMPLES`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import (
    KINDS,
    ArchitectureMatches,
    CheckKind,
    ClassStanding,
    LayerDemand,
    RelativeAccuracy,
)
from grader.messages import catalogue
from grader.records.evidence import OUR_FAULT, Failure, FailureReason
from grader.records.lab import ModelNeed, PredictionsNeed
from grader.records.result import CheckResult
from tests.factories import (
    ARTEFACT,
    DATASET,
    View,
    answers,
    exercise,
    judge,
    layer,
    model,
    threshold,
)


@dataclass(frozen=True)
class Example:
    """A check of one kind, its evidence at a level of goodness from 0 to 100, and a change to it."""

    check: CheckKind
    change: dict[str, Any]
    standing: ClassStanding | None = None

    def view(self, good: int) -> View:
        return View(networks={ARTEFACT: _network(good)}, answers={DATASET: answers(good)})


def _network(good: int) -> Any:
    right = good // 25
    return model(*[layer("Dense", units=8 if place < right else 9) for place in range(4)])


EXAMPLES = {
    "accuracy-at-least": Example(threshold(zero_at=0.2), {"dataset": "mnist"}),
    "architecture-matches": Example(
        ArchitectureMatches(
            id="architecture",
            title="Layers",
            points=10,
            layers=(LayerDemand(type="Dense", settings={"units": 8}),) * 4,
        ),
        {"layers": [{"type": "Flatten"}]},
    ),
    "relative-accuracy": Example(
        RelativeAccuracy(id="relative", title="Relative", points=40, dataset=DATASET),
        {"frozen_best": 0.5},
        ClassStanding(best=1.0, valid=3),
    ),
}
REASONS: tuple[FailureReason, ...] = get_args(FailureReason)
#: Everything a message of any reason fills in.
ARGS = {
    "file": "model.h5", "why": "kind-pdf", "expected": "28x28", "found": "32x32", "dataset": "mnist",
    "version": "2.1", "files": "a.h5",
}  # fmt: skip

kinds = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)


def test_every_kind_has_an_example() -> None:
    """No kind of check escapes the contract."""
    assert EXAMPLES.keys() == KINDS.keys()
    assert all(isinstance(EXAMPLES[tag].check, kind) for tag, kind in KINDS.items())


@pytest.mark.parametrize("tag", KINDS)
def test_tags_are_kebab_case(tag: str) -> None:
    """The name in JSON and `course.toml` is lower-case words with dashes."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", tag)


@kinds
def test_needs_are_of_the_exercises_artefact(example: Example) -> None:
    """A check asks for evidence about the artefact of its exercise, and for some."""
    needs = example.check.needs("other-artefact")

    assert needs
    assert all(isinstance(need, ModelNeed | PredictionsNeed) for need in needs)
    assert {need.artefact for need in needs} == {"other-artefact"}


@kinds
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("reason", REASONS)
def test_missing_evidence_is_failed_or_ours(
    example: Example, reason: FailureReason, language: str
) -> None:
    """What the student can mend fails with 0; what is ours is an error without a score, never a zero."""
    failure = Failure(reason=reason, args=ARGS, detail="raw words")
    view = View(networks={ARTEFACT: failure}, answers={DATASET: failure})

    result = judge(example.check, view, language=language, standing=example.standing)

    ours = reason in OUR_FAULT
    assert (result.status, result.score) == (("error", None) if ours else ("failed", 0))
    assert ("needs-review" in result.flags) == ours
    assert result.detail == "raw words"
    assert "raw words" not in result.feedback + result.advice
    assert result.feedback
    assert result.advice == catalogue(language)(f"advice.{reason}")


@kinds
@given(good=st.integers(0, 100), better=st.integers(0, 100))
def test_scores_are_bounded_and_monotone(example: Example, good: int, better: int) -> None:
    """A score lies within 0 and the points, its interval too, and better evidence never earns less."""
    low, high = sorted((good, better))

    worse, best = (
        judge(example.check, example.view(level), standing=example.standing)
        for level in (low, high)
    )

    points = example.check.points
    assert worse.score is not None
    assert best.score is not None
    assert 0 <= worse.score <= best.score <= points
    for result in (worse, best):
        if result.score_interval:
            interval = result.score_interval
            assert 0 <= interval.low <= (result.score or 0) <= interval.high <= points


@kinds
def test_statuses_say_what_was_earned(example: Example) -> None:
    """Everything is passed, something is partial, nothing is failed; only a pass needs no advice."""
    for level in (0, 30, 60, 100):
        result = judge(example.check, example.view(level), standing=example.standing)
        share = (result.score or 0) / example.check.points
        expected = "passed" if share == 1 else "partial" if share > 0 else "failed"

        assert result.status == expected
        assert bool(result.advice) == (expected != "passed")


@kinds
def test_checks_and_results_come_back_from_json(example: Example) -> None:
    """A check keeps its kind in JSON, and a result is what it was."""
    data = msgspec.json.encode(example.check)
    result = judge(example.check, example.view(60), standing=example.standing)

    assert msgspec.json.decode(data)["kind"] == type(example.check).__struct_config__.tag
    assert msgspec.json.decode(data, type=type(example.check)) == example.check
    assert msgspec.json.decode(msgspec.json.encode(result), type=CheckResult) == result


@kinds
def test_the_instructors_hint_is_said_to_those_who_lose_points(example: Example) -> None:
    """The hint stands in the advice of a check that is not passed, and nowhere else."""
    check = msgspec.structs.replace(example.check, hint="Ask in the forum.")
    failed = judge(check, example.view(25), standing=example.standing)
    passed = judge(check, example.view(100), standing=example.standing)

    assert "Ask in the forum." in failed.advice
    assert passed.advice == ""


@kinds
def test_fields_can_be_changed_as_course_toml_does(example: Example) -> None:
    """Any field of a check can be given anew as plain data, and is validated."""
    plain = msgspec.to_builtins(example.check)

    changed = msgspec.convert(plain | example.change, type(example.check))

    assert changed != example.check
    assert exercise(changed).points == example.check.points
    with pytest.raises(msgspec.ValidationError, match="no_such_field"):
        msgspec.convert(plain | {"no_such_field": 1}, type(example.check))
