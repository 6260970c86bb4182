"""Checks on Playground links: which link counts, what it earns, and what is said about others."""

from __future__ import annotations

import msgspec
import pytest

from grader.checks import (
    AskedRun,
    CheckKind,
    LinkRun,
    LossReached,
    RunsRepeated,
    SmallestModel,
    SpreadNoted,
)
from grader.evidence.playground.record import Claim, Link, LinksNeed
from grader.records.evidence import file_failure
from grader.records.result import CheckResult
from tests.factories import View, exercise, worded
from tests.factory_links import broken_link, link, links_view

LINEAR = AskedRun(
    dataset="xor", noise=35, features=("x", "y"), hidden=((1,), ()), activations=("linear",)
)
RUN = LinkRun(id="link", title="The run", points=4, asked=LINEAR)
REACHED = LossReached(
    id="loss",
    title="The loss",
    points=4,
    asked=AskedRun(dataset="xor"),
    full_at=0.177,
    zero_at=0.377,
)
SMALLEST = SmallestModel(
    id="size",
    title="The size",
    points=4,
    asked=AskedRun(dataset="xor"),
    loss=0.177,
    smallest=3,
    zero_at=8,
)
REPEATED = RunsRepeated(id="runs", title="Runs", points=4, asked=AskedRun(epochs=200))
SPREAD = SpreadNoted(id="spread", title="Spread", points=4, asked=AskedRun(epochs=200))


def judged(check: CheckKind, *links: Link) -> CheckResult:
    from grader.checks.base import CheckContext

    return check.judge(
        CheckContext(exercise=exercise(check, id="1-linear"), evidence=links_view(*links))
    )


def linear(*losses: float | None, **more: object) -> Link:
    settings = {"noise": 35.0, "hidden": (1,), "activation": "linear"}
    return link(*losses, **settings | more)  # type: ignore[arg-type]


def test_a_run_as_asked_passes() -> None:
    """With the losses of the replay, in the lab's language."""
    result = judged(RUN, linear(0.5, 0.4))

    assert (result.status, result.score) == ("passed", 4)
    assert worded(result) == (
        "links.toml, line 3: after 100 epochs the losses are 0.200 / 0.400 (train / test), as a replay shows."
    )
    assert "le calcul le confirme" in worded(result, "fr")
    assert [type(figure).__name__ for figure in result.figures] == ["Curves"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"noise": 0.0}, "The noise is 0, asked is 35."),
        ({"dataset": "circle"}, "The data set is circle, asked is xor."),
        ({"hidden": (2, 1)}, "The hidden layers have 2-1 neurons, asked are 1, 0."),
        ({"activation": "tanh"}, "The activation is tanh, asked is linear."),
        ({"features": ("x", "sinX")}, "The inputs are X1, sin(X1), asked are X1, X2."),
    ],
)
def test_another_run_fails_and_is_named(more: dict[str, object], said: str) -> None:
    """What it has otherwise, where it stands under the exercise."""
    result = judged(RUN, linear(0.5, exercise="1-linear", **more))

    assert (result.status, result.score) == ("failed", 0)
    assert said in worded(result)


def test_links_of_other_exercises_do_not_count() -> None:
    """But a link under no heading counts where it fits, and says nothing where it does not."""
    assert judged(RUN, linear(0.5, exercise="part-2")).status == "failed"
    assert (
        judged(RUN, linear(0.5, noise=0.0), linear(0.5, exercise="Exercice 1")).status == "passed"
    )
    assert "noise" not in worded(judged(RUN, linear(0.5, noise=0.0)))


def test_a_link_that_cannot_be_replayed_is_named() -> None:
    """With what to do."""
    text = worded(judged(RUN, broken_link("1-linear")))

    assert "links.toml, line 9 cannot be replayed" in text
    assert "has no seed" in text


@pytest.mark.parametrize(
    ("claim", "skipped"),
    [
        (Claim(epochs=100, test_loss=0.3), 0),
        (Claim(epochs=100, train_loss=0.2, test_loss=0.3), None),
    ],
)
def test_what_the_replay_contradicts_earns_nothing_and_is_said(
    claim: Claim, skipped: int | None
) -> None:
    """Both losses are said; staff see a flag."""
    result = judged(
        RUN, linear(0.5, 0.4, claim=claim, skipped=skipped, starts=int(skipped is not None))
    )

    assert (result.status, result.flags) == ("failed", ("noted-otherwise",))
    assert "a replay shows the losses 0.200 / 0.400 (train / test), noted are" in worded(result)


def test_what_is_chaotic_waits_for_a_person() -> None:
    """Unless another run is certain."""
    chaotic = linear(0.5, 0.4, certain=False)
    result = judged(RUN, chaotic)

    assert (result.status, result.score) == ("pending", None)
    assert "cannot be certified" in worded(result)
    doubtful = judged(RUN, linear(0.5, 0.4, skipped=None, starts=2))
    assert doubtful.status == "pending"
    assert "is in doubt" in worded(doubtful)
    assert judged(RUN, chaotic, linear(0.5, 0.4, where="links.toml, line 8")).status == "passed"


@pytest.mark.parametrize(
    ("losses", "score"),
    [
        ((0.5, 0.1774), 4),
        ((0.5, 0.17, 0.3), 4),
        ((0.5, 0.277), 2),
        ((0.5, 0.4), 0),
        ((0.5, None), 0),
    ],
)
def test_the_best_test_loss_earns_its_share(losses: tuple[float, ...], score: float) -> None:
    """The lowest on the way counts, as the page shows it."""
    result = judged(REACHED, link(*losses), link(0.5, 0.45, where="links.toml, line 7"))

    assert result.score == pytest.approx(score)


def test_a_loss_that_is_not_believed_is_none() -> None:
    """A contradicted one fails; a chaotic one waits."""
    contradicted = link(0.5, 0.3, claim=Claim(epochs=100, test_loss=0.1))

    assert judged(REACHED, contradicted).flags == ("noted-otherwise",)
    assert judged(REACHED, link(0.5, 0.1, certain=False)).status == "pending"
    assert judged(REACHED, contradicted, link(0.5, 0.17)).status == "passed"


@pytest.mark.parametrize(
    ("hidden", "score"), [((3,), 4), ((2,), 4), ((2, 2), 3.2), ((8,), 0), ((9, 9), 0)]
)
def test_smaller_models_earn_more(hidden: tuple[int, ...], score: float) -> None:
    """Of those that reach the loss the smallest counts; what the smallest known is, only staff read."""
    result = judged(
        SMALLEST,
        link(0.5, 0.17, hidden=hidden),
        link(0.5, 0.3, hidden=(1,), where="links.toml, line 7"),
    )

    assert result.score == pytest.approx(score)
    assert result.detail == "the smallest model known has 3 neurons"
    assert "smallest model known" not in worded(result)


def test_without_the_loss_there_is_no_size() -> None:
    """A model that is small and does not reach it earns nothing."""
    result = judged(SMALLEST, link(0.5, 0.3, hidden=(1,)))

    assert (result.status, result.score) == ("failed", 0)
    assert "0.177" in worded(result)


def runs(count: int, **more: object) -> list[Link]:
    return [
        link(0.5, 0.4, 0.2 + place / 100, seed=str(place), **more)  # type: ignore[arg-type]
        for place in range(count)
    ]


def test_each_start_counts_once() -> None:
    """Four of them are all points; the same seed is the same start, unless it was reset."""
    same = msgspec.structs.replace(runs(1)[0], url="https://other")
    reset = link(0.5, 0.4, 0.3, seed="0", skipped=9, where="links.toml, line 99")

    assert judged(REPEATED, *runs(4)).status == "passed"
    assert judged(REPEATED, *runs(3), same).score == 3
    assert judged(REPEATED, *runs(3), reset).score == 4
    assert judged(REPEATED, *runs(5)).score == 4


def test_starts_that_end_alike_count_as_often_as_there_are_starts() -> None:
    """Several resets may end in the same losses; more runs than starts that show them are copies."""
    alike = [
        link(0.5, 0.4, 0.3, skipped=9, starts=3, where=f"links.toml, line {place}")
        for place in range(4)
    ]

    assert judged(REPEATED, *alike[:3]).score == 3
    assert judged(REPEATED, *alike).score == 3


def test_short_runs_do_not_count() -> None:
    """With how many epochs were asked for."""
    result = judged(REPEATED, link(0.5, 0.4, exercise="1-linear"))

    assert result.status == "failed"
    assert "The run has 100 epochs, asked are at least 200." in worded(result)


def test_more_layers_can_be_asked_for() -> None:
    """One layer more than before."""
    deeper = msgspec.structs.replace(REPEATED, asked=AskedRun(layers_at_least=2))

    assert judged(deeper, *runs(4, hidden=(3, 2))).status == "passed"
    assert judged(deeper, *runs(4, hidden=(3,))).status == "failed"


def test_the_spread_that_was_noted_is_compared() -> None:
    """Every run with its loss; one that differs costs the points, and is named."""
    wrong = link(0.5, 0.4, 0.3, seed="9", claim=Claim(epochs=200, test_loss=0.1))
    silent = [msgspec.structs.replace(item, claim=Claim(epochs=200)) for item in runs(4)]

    passed = judged(SPREAD, *runs(4))
    assert passed.status == "passed"
    assert "The test losses of 4 runs go from 0.200 to 0.230." in worded(passed)
    assert judged(SPREAD, *runs(3)).score == 3
    assert judged(SPREAD, *runs(4), wrong).score == 0
    assert "No test loss is noted" in worded(judged(SPREAD, *silent))


def test_a_report_may_hold_the_links() -> None:
    """Of several artefacts all links count; what is not there does not matter then."""
    from grader.checks.base import CheckContext

    of = exercise(RUN, id="1-linear", artefacts=("file", "report"))
    missing = file_failure("missing", "links.toml")
    seen = dict(links_view(linear(0.5, 0.4), artefact="report").records)
    view = View({LinksNeed(artefact="file"): missing} | seen)

    assert RUN.judge(CheckContext(exercise=of, evidence=view)).status == "passed"
    nothing = View({LinksNeed(artefact=name): missing for name in ("file", "report")})
    assert RUN.judge(CheckContext(exercise=of, evidence=nothing)).failure == missing


@pytest.mark.parametrize("change", [{"full_at": 0}, {"zero_at": 0.1}])
def test_impossible_thresholds_are_refused(change: dict[str, float]) -> None:
    """A loss is above 0, and no credit below full credit."""
    with pytest.raises(ValueError, match="loss"):
        msgspec.structs.replace(REACHED, **change)
    with pytest.raises(ValueError, match="zero_at"):
        msgspec.structs.replace(SMALLEST, zero_at=2)
