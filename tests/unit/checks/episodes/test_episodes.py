"""Checks on episodes: what the mean and the shortest tenth earn, and what is said."""

from __future__ import annotations

import pytest

from grader.checks import CheckKind, ReturnAtLeast, WorstTenth
from grader.checks.base import CheckContext
from grader.checks.episodes.base import mean_interval
from grader.evidence.episodes.record import EpisodesNeed, PolicyReading
from grader.records.result import CheckResult
from tests.factories import ARTEFACT, View, exercise, worded
from tests.factory_episodes import episodes

RETURN = ReturnAtLeast(id="return", title="Return", points=40, seed=7)
STABLE = WorstTenth(id="stable", title="Stable", points=10, seed=7)
NEED = EpisodesNeed(artefact=ARTEFACT, seed=7)


def judged(check: CheckKind, returns: list[int], **more: object) -> CheckResult:
    view = View({NEED: episodes(returns, **more)})  # type: ignore[arg-type]
    return check.judge(CheckContext(exercise=exercise(check), evidence=view))


@pytest.mark.parametrize(
    ("steps", "score", "status"),
    [(500, 40, "passed"), (475, 40, "passed"), (335, 30, "partial"), (195, 20, "partial"), (194, 0, "failed")],
)  # fmt: skip
def test_the_mean_earns_half_from_195_and_all_from_475(
    steps: int, score: float, status: str
) -> None:
    """Between them it earns linearly more."""
    result = judged(RETURN, [steps] * 10)

    assert (result.score, result.status) == (score, status)


def test_the_mean_is_shown_with_its_interval() -> None:
    """In the sentence and among the figures, with what passes and what is full."""
    result = judged(RETURN, [100, 300] * 5)

    assert worded(result).startswith(
        "Over 10 episodes the mean return is 200 (95 % interval 140 to 260). 195 passes, 475 earns all points."
    )
    assert "Sur 10 épisodes, le retour moyen est de 200" in worded(result, "fr")
    assert result.facts[0].interval is not None
    assert result.flags == ("threshold-in-interval",)


def test_the_interval_is_that_of_the_mean() -> None:
    """It is the same each time, holds the mean, and has no extent where all episodes are alike."""
    interval = mean_interval([100, 300] * 50)

    assert interval == mean_interval([100, 300] * 50)
    assert 175 < interval.low < 185 < 215 < interval.high < 225
    assert mean_interval([500] * 100).low == mean_interval([500] * 100).high == 500


def test_a_scaling_that_was_found_is_flagged_for_staff() -> None:
    """Nobody said that the model takes such states."""
    reading = PolicyReading(
        form="values", scaling="standardised", source="practice", practice={"raw": 20.0}
    )

    assert "scaling-found" in judged(RETURN, [500] * 10, reading=reading).flags


def test_the_shortest_tenth_counts() -> None:
    """Nine good episodes do not make up for a bad one."""
    assert judged(STABLE, [500] * 9 + [225]).score == 5
    assert judged(STABLE, [500] * 9 + [50]).status == "failed"
    assert judged(STABLE, [400] + [500] * 9).status == "passed"
    assert "seeds are listed below" in worded(judged(STABLE, [50] * 10))
    assert worded(judged(STABLE, [500] * 19 + [450])) == (
        "The shortest 2 episodes have a mean return of 475; 400 earns all points."
    )


@pytest.mark.parametrize(
    ("ending", "said"), [("pole-left", "the pole falls"), ("track-right", "drifts off the track")]
)
def test_advice_is_about_how_episodes_end(ending: str, said: str) -> None:
    """What to train on differs."""
    from grader.messages import catalogue

    result = judged(RETURN, [100] * 10, ending=ending)

    assert said in " ".join(map(catalogue("en").translate, result.advice))


@pytest.mark.parametrize(("source", "said"), [("usual", True), ("declared", False)])
def test_who_scaled_states_is_told_how_to_say_so(source: str, said: bool) -> None:
    """Unless they did."""
    from grader.messages import catalogue

    reading = PolicyReading(form="values", source=source)  # type: ignore[arg-type]
    result = judged(RETURN, [250] * 10, reading=reading)

    assert ("state_scale" in " ".join(map(catalogue("en").translate, result.advice))) == said


@pytest.mark.parametrize(
    "more", [{"passes_at": 475}, {"passes_at": 0}, {"share_at_pass": 0}, {"share_at_pass": 1.5}]
)
def test_thresholds_that_are_none_are_refused(more: dict[str, float]) -> None:
    """A course that sets them wrongly hears of it before anything is graded."""
    with pytest.raises(ValueError, match=r"passes_at|share_at_pass"):
        ReturnAtLeast(id="a", title="A", points=1, **more)
    with pytest.raises(ValueError, match="zero_at"):
        WorstTenth(id="a", title="A", points=1, zero_at=400)
