from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from grader.grading import batch
from grader.grading.batch import Step, collect_class
from grader.grading.collecting import Collected, Plan
from grader.grading.stock import Stock
from grader.grading.store import RunStore
from grader.intake import Found
from grader.records.evidence import Failure, FailureReason, Item
from grader.records.lab import Need
from grader.sandbox import Limits
from tests.factories import (
    ANSWERS,
    NETWORK,
    evidence,
    lab,
    predictions,
    ranked,
    stored_arrays,
    submission,
    threshold,
)
from tests.factories import model as network

PLAN = Plan(lab(threshold()), Stock({}, {}), Limits())


class Collector:
    """Collects without a sandbox, and remembers of whom."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures: dict[str, FailureReason] = {}
        self.bugs: set[str] = set()

    def __call__(self, found: Found, plan: Plan, sandbox: object) -> Collected:
        student = found.submission.student.id
        self.asked.append(student)
        if student in self.bugs:
            raise ZeroDivisionError("a bug of ours")
        items: dict[Need, Item] = {NETWORK: network(), ANSWERS: predictions()}
        if student in self.failures:
            items = dict.fromkeys(items, Failure(reason=self.failures[student]))
        return Collected(
            evidence(
                student,
                items,
                submission=found.submission,
                key=plan.key(found.submission.sha256),
            ),
            stored_arrays(ranked(90)),
        )


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Collector:
    made = Collector()

    @contextmanager
    def no_sandbox(limits: Limits, level: str) -> Iterator[Any]:
        yield None

    monkeypatch.setattr(batch, "collect", made)
    monkeypatch.setattr(batch, "open_sandbox", no_sandbox)
    return made


@pytest.fixture
def grade(collector: Collector, tmp_path: Path) -> Callable[..., int]:
    """Collect a class into one store, and forget of whom was asked before."""
    store = RunStore(tmp_path / "run")

    def grade(*students: str, plan: Plan = PLAN, **more: Any) -> int:
        collector.asked.clear()
        found = [Found(submission(student), tmp_path) for student in students]
        return collect_class(found, plan, store, workers=2, **more)

    return grade


def test_what_is_there_is_not_collected_again(
    grade: Callable[..., int], collector: Collector
) -> None:
    """A second run works on new submissions only, unless everything is asked for anew."""
    assert grade("amina", "bruno") == 0
    assert sorted(collector.asked) == ["amina", "bruno"]
    assert grade("amina", "bruno", "chloe") == 2
    assert collector.asked == ["chloe"]
    assert grade("amina", fresh=True) == 0
    assert collector.asked == ["amina"]


@pytest.mark.parametrize(
    ("reason", "again"), [("internal", True), ("corrupt", False), ("unsupported", False)]
)
def test_only_our_own_failures_are_tried_again(
    grade: Callable[..., int], collector: Collector, reason: FailureReason, again: bool
) -> None:
    """A damaged file stays damaged; what went wrong on our side may go well now."""
    collector.failures["amina"] = reason
    grade("amina")
    grade("amina")

    assert collector.asked == (["amina"] if again else [])


@pytest.mark.parametrize("damage", ["evidence/amina.json", "evidence/amina.npz"])
@pytest.mark.parametrize("how", ["broken", "gone"])
def test_evidence_that_is_damaged_or_gone_is_collected_again(
    grade: Callable[..., int], collector: Collector, tmp_path: Path, damage: str, how: str
) -> None:
    """Neither half of a submission's evidence is trusted without the other."""
    grade("amina", "bruno")
    file = tmp_path / "run" / damage
    file.unlink() if how == "gone" else file.write_bytes(b"{")
    grade("amina", "bruno")

    assert collector.asked == ["amina"]


def test_other_limits_or_another_lab_collect_anew(
    grade: Callable[..., int], collector: Collector
) -> None:
    """Evidence is reused only where everything it depends on is the same; thresholds are not among it."""
    grade("amina")
    for plan, again in (
        (Plan(PLAN.lab, PLAN.stock, Limits(wall_s=5)), True),
        (Plan(lab(threshold(dataset="mnist")), PLAN.stock, Limits(wall_s=5)), True),
        (Plan(lab(threshold(0.5, dataset="mnist")), PLAN.stock, Limits(wall_s=5)), False),
        (
            Plan(lab(threshold(0.5, dataset="mnist")), PLAN.stock, Limits(wall_s=5, threads=2)),
            False,
        ),
    ):
        grade("amina", plan=plan)

        assert bool(collector.asked) == again


def test_a_bug_in_collecting_becomes_evidence_and_the_class_goes_on(
    grade: Callable[..., int], collector: Collector, tmp_path: Path
) -> None:
    """One submission that trips the grader is recorded as our failure; the others are graded."""
    collector.bugs.add("amina")
    grade("amina", "bruno")
    stored = RunStore(tmp_path / "run").read_evidence("amina")

    assert stored is not None
    assert RunStore(tmp_path / "run").read_evidence("bruno") is not None
    failure = stored.find(ANSWERS)
    assert isinstance(failure, Failure)
    assert failure.reason == "internal"
    assert "a bug of ours" in failure.detail


def test_progress_tells_every_submission_once(
    grade: Callable[..., int], collector: Collector
) -> None:
    """Steps count up to the whole class, kept ones first, with what failed."""
    grade("amina")
    collector.failures["bruno"] = "corrupt"
    steps: list[Step] = []
    grade("amina", "bruno", progress=steps.append)

    assert [(step.done, step.total, step.student, step.kept) for step in steps] == [
        (1, 2, "amina", True),
        (2, 2, "bruno", False),
    ]
    assert steps[1].failures == ("corrupt",)
