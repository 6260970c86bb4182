"""Replay Playground links, isolated as always."""

from __future__ import annotations

from pathlib import Path

from grader.evidence.base import OnStep, ignore_step
from grader.evidence.playground import KIND
from grader.evidence.playground.collect import read_in_box, replay_links
from grader.evidence.playground.links import read_link
from grader.evidence.playground.profile import PROFILE
from grader.evidence.playground.record import Links
from grader.evidence.playground.replaying import USUAL_EPOCHS
from grader.grading.isolation import choose_level
from grader.intake.sniffing import sniff_file
from grader.records.evidence import Failure
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep.not_opened import not_opened
from grader.upkeep.one_file import read_one_file


def is_link(source: str) -> bool:
    """Whether something is a link, or settings of one, and not the name of a file."""
    return any(sign in source for sign in ("://", "#", "=", "%3D"))


def inspect_playground(
    source: str,
    *,
    isolation: Isolation,
    limits: Limits | None = None,
    epochs: int | None = None,
    on_step: OnStep = ignore_step,
) -> Links:
    """Replay a link, or all links in a file.

    Args:
        source: A link, or the path of `links.toml`, a report or a notebook.
        isolation: The isolation level it is read and replayed at; ``auto`` is the strongest that works here.
        limits: What reading it, and each replay, may use.
        epochs: Replayed at least, as far as there is time; None for 500.
        on_step: Told before every link.

    Raises:
        NotOpenedError: The file has no links, or a replay took too long; the message says which.
        IsolationError: It cannot be isolated as asked for.
    """
    with Sandboxes(limits or Limits(), choose_level(isolation)) as sandboxes:
        links = _found(source, sandboxes)
        if not isinstance(links, Failure):
            links = replay_links(
                lambda: sandboxes.open(PROFILE),
                links,
                PROFILE.limits(sandboxes.limits),
                USUAL_EPOCHS if epochs is None else epochs,
                on_step,
            )
    if isinstance(links, Failure):
        raise not_opened(links)
    return links


def _found(source: str, sandboxes: Sandboxes) -> Links | Failure:
    """The links, none of them replayed."""
    if is_link(source):
        return Links(file="", links=(read_link(source),))
    path = Path(source)
    return read_one_file(KIND, PROFILE, read_in_box, path.name, path, sniff_file(path), sandboxes)
