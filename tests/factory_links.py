"""Playground links with replays that nobody computed."""

from __future__ import annotations

from typing import Any

from grader.evidence.playground.record import (
    Claim,
    Link,
    LinkProblem,
    LinkReplay,
    Links,
    LinksNeed,
    LossAt,
)
from grader.evidence.playground.replay.settings import Settings
from tests.factories import ARTEFACT, View


def link(
    *tests: float | None,
    exercise: str = "",
    claim: Claim | None = None,
    certain: bool = True,
    skipped: int | None = 0,
    starts: int = 1,
    where: str = "links.toml, line 3",
    **settings: Any,
) -> Link:
    """A link with test losses at epochs 0, 100, 200 and so on; the training loss is half as large."""
    losses = tuple(
        LossAt(epoch=100 * place, train=None if test is None else test / 2, test=test)
        for place, test in enumerate(tests)
    )
    read = Settings(**{"seed": "1", "dataset": "xor"} | settings)
    return Link(
        exercise=exercise,
        where=where,
        url=f"https://playground.tensorflow.org/#{read}{where}",
        settings=read,
        claim=claim or Claim(epochs=100 * (len(tests) - 1), test_loss=tests[-1]),
        replay=LinkReplay(losses=losses, is_certain=certain, skipped=skipped, starts=starts),
    )


def broken_link(exercise: str = "") -> Link:
    """A link without a seed."""
    problem = LinkProblem(what="no-seed", key="seed")
    return Link(exercise=exercise, where="links.toml, line 9", url="https://x", problem=problem)


def links_view(*links: Link, artefact: str = ARTEFACT) -> View:
    """The view of a submission with links."""
    return View({LinksNeed(artefact=artefact): Links(file="links.toml", links=links)})


def run_that_fits(good: int) -> View:
    """Another data set, then the one that is asked for."""
    return links_view(link(0.5, 0.4, dataset="xor" if good >= 50 else "circle"))


def run_that_learns(good: int) -> View:
    """A test loss that is lower the better the run."""
    return links_view(link(0.5, 0.5 - 0.4 * good / 100))


def run_of_few_neurons(good: int) -> View:
    """A model that is smaller the better."""
    return links_view(link(0.5, 0.1, hidden=(12 - good // 10,)))


def runs_again(good: int) -> View:
    """None to four starts."""
    return links_view(*(link(0.5, 0.4, seed=str(place)) for place in range(good // 25)))
