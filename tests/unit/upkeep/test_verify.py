from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import VerificationError
from grader.records.result import CheckResult
from grader.upkeep.verify import Sample, _check_sample, lost, read_hidden_losses
from tests.factories import check_result, report


@pytest.mark.parametrize(
    ("check", "is_lost"),
    [
        (check_result("passed", 30), False),
        (check_result("partial", 20), True),
        (check_result("failed", 0), True),
        (check_result("skipped", 0), True),
        (check_result("error", None), True),
        (check_result("pending", None), False),
        (check_result("skipped", None), False),
    ],
    ids=lambda value: value.status if isinstance(value, CheckResult) else "",
)
def test_what_a_person_marks_is_set_aside(check: CheckResult, is_lost: bool) -> None:
    """A check that waits for a person, or for one that does, counts neither as lost nor as earned."""
    assert lost(report(checks=(check,))) == ({"mnist/accuracy"} if is_lost else set())


def test_what_samples_lose_on_hidden_tests_stands_beside_these(tmp_path: Path) -> None:
    """Where nothing says so, samples promise nothing about hidden tests."""
    assert read_hidden_losses(None) is None
    assert read_hidden_losses(tmp_path) is None
    (tmp_path / "samples.toml").write_text('bruno = ["hidden-tests/secret"]\n')

    assert read_hidden_losses(tmp_path) == {"bruno": ("hidden-tests/secret",)}


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    """A sample has a list of checks."""
    (tmp_path / "samples.toml").write_text("bruno = 3\n")

    with pytest.raises(VerificationError, match=r"samples\.toml"):
        read_hidden_losses(tmp_path)


@pytest.mark.parametrize(
    ("exercises", "kept"), [((), False), (("other",), True), (("mnist",), False)]
)
def test_a_sample_is_held_to_the_exercises_it_is_about(
    exercises: tuple[str, ...], kept: bool
) -> None:
    """What it loses on others is no fault of its own."""
    judged = report(checks=[check_result("failed", 0)])

    (finding,) = _check_sample(judged, Sample(about="good", exercises=exercises), set(), set())

    assert finding.kept is kept


def test_a_sample_loses_nothing_beyond_its_exercises() -> None:
    """A loss that would never be looked at is refused."""
    with pytest.raises(ValueError, match="no exercise it is about"):
        Sample(about="odd", exercises=("mnist",), loses=("cifar100/top-5",))


@pytest.mark.parametrize(("unsaid", "kept"), [({"mnist/secret"}, True), (set(), False)])
def test_a_sample_may_lose_what_it_promises_nothing_about(unsaid: set[str], kept: bool) -> None:
    """Other losses that it does not name break its promise."""
    judged = report(
        checks=[check_result(), check_result("failed", 0, check_id="secret", max_score=2)]
    )

    (finding,) = _check_sample(judged, Sample(about="good"), set(), unsaid)

    assert finding.kept is kept
