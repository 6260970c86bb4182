"""The links of an exercise, and how far each can be believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.checks.base import EvidenceView
from grader.checks.playground.asked import AskedRun
from grader.evidence.answers.lookup import exercise_rank
from grader.evidence.playground.record import Link, LinkReplay, Links, LinksNeed, LossAt
from grader.evidence.playground.replay.settings import Settings
from grader.evidence.playground.replaying import agreed_losses, claim_agrees
from grader.evidence.playground.view import problem_message
from grader.evidence.playground.words import losses_text
from grader.records.evidence import Failure
from grader.records.message import Code, Count, Message, Name, message


@dataclass(frozen=True)
class Run:
    """A link that says what was asked, with its losses."""

    link: Link
    settings: Settings
    replay: LinkReplay
    losses: LossAt
    """At the epoch that was noted; where none was, at the end of the replay."""

    @property
    def is_contradicted(self) -> bool:
        """Whether the replay shows other losses than were noted."""
        if self.replay.skipped is None:
            return self.replay.starts == 0
        claim = self.link.claim
        return claim.epochs is not None and not claim_agrees(claim, self.losses)

    @property
    def is_certain(self) -> bool:
        """Whether its losses are certified: neither chaotic, nor those of a start that is in doubt."""
        return self.replay.is_certain and self.replay.skipped is not None

    @property
    def start(self) -> tuple[object, ...]:
        """What two runs of one model have in common where they begin with the same weights."""
        return (self.settings.seed, self.settings.layer_sizes, self.replay.skipped)

    @property
    def best_test_loss(self) -> float | None:
        """The lowest test loss up to the epoch that was noted; None where none is a number."""
        shown = [item.test for item in self.replay.losses if item.epoch <= self.losses.epoch]
        return min((loss for loss in shown if loss is not None), default=None)


@dataclass(frozen=True)
class FoundRuns:
    """The links of an exercise."""

    runs: tuple[Run, ...]
    """As asked."""
    others: tuple[tuple[Link, tuple[Message, ...]], ...] = ()
    """Links that have something else, with what."""
    unread: tuple[Link, ...] = ()
    """Links that cannot be replayed."""


def links_needs(artefacts: Sequence[str]) -> tuple[LinksNeed, ...]:
    """The links in each artefact."""
    return tuple(LinksNeed(artefact=artefact) for artefact in artefacts)


def find_runs(
    evidence: EvidenceView, artefacts: Sequence[str], exercise: str, asked: AskedRun
) -> FoundRuns | Failure:
    """The links of an exercise; a `Failure` where no artefact could be read.

    Args:
        evidence: Of the submission.
        artefacts: Their ids, the one that counts first in front.
        exercise: Its id. Links that stand in no exercise count for every one whose data and model they have.
        asked: What they have to have.
    """
    read: list[Links] = []
    failures: list[Failure] = []
    for need in links_needs(artefacts):
        found = evidence.get(need)
        if isinstance(found, Failure):
            failures.append(found)
        else:
            read.append(found)
    ours = [failure for failure in failures if failure.fault == "grader"]
    if not read or ours:
        there = [failure for failure in failures if failure.reason != "missing"]
        return (ours or there or failures)[0]
    return _sorted(list(_links(read, exercise)), asked)


def _links(read: Sequence[Links], exercise: str) -> Iterator[Link]:
    """Those of the exercise; of links in no exercise those that can be replayed.

    What stands in two files counts once.
    """
    before: set[tuple[object, ...]] = set()
    for links in read:
        here: set[tuple[object, ...]] = set()
        for link in links.links:
            is_named = bool(link.exercise)
            if (
                exercise_rank(exercise, link.exercise) is None
                if is_named
                else link.settings is None
            ):
                continue
            key = (link.url, link.claim)
            here.add(key)
            if key not in before:
                yield link
        before |= here


def _sorted(links: Sequence[Link], asked: AskedRun) -> FoundRuns:
    runs, others, unread = [], [], []
    for link in links:
        losses = agreed_losses(link)
        if losses is None or link.settings is None or link.replay is None:
            unread.append(link)
        elif differences := asked.differences(link):
            others.append((link, differences))
        else:
            runs.append(Run(link, link.settings, link.replay, losses))
    return FoundRuns(tuple(runs), tuple(others), tuple(unread))


def run_messages(found: FoundRuns) -> Iterator[Message]:
    """What was found instead of a run: links that say something else, and those that cannot be replayed."""
    for link, differences in found.others:
        if link.exercise:
            yield message("links.other", where=Name(text=link.where))
            yield from differences
    for link in found.unread:
        if link.problem is not None:
            yield message("links.unread", where=Name(text=link.where))
            yield problem_message(link.problem)


def replayed_message(run: Run) -> Message:
    """What the replay shows, and what was noted where that is something else."""
    claim = run.link.claim
    return message(
        f"links.{_state(run)}",
        where=Name(text=run.link.where),
        epochs=Count(value=run.losses.epoch, setting=True),
        losses=Code(text=losses_text(run.losses.train, run.losses.test)),
        noted=Code(text=losses_text(claim.train_loss, claim.test_loss)),
    )


def _state(run: Run) -> str:
    if run.is_contradicted:
        return "contradicted"
    if run.is_certain:
        return "replayed"
    return "doubtful" if run.replay.skipped is None else "chaotic"
