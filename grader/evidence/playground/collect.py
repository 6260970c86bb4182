"""Collect links: a sandboxed process finds them in the file and replays one after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from grader.evidence.base import CollectContext, Collected, CollectTask, OnStep, ignore_step
from grader.evidence.playground.drawing import draw_picture
from grader.evidence.playground.protocol import LinkReplayed, LinksRead, ReadLinks, ReplayLink
from grader.evidence.playground.record import Claim, LinkReplay, Links, LinksNeed
from grader.evidence.playground.replay.settings import Settings
from grader.evidence.playground.replaying import USUAL_EPOCHS
from grader.records.evidence import Failure
from grader.sandbox import Box, Limits, SandboxClient


def collect_links(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need of links with what was read and replayed. Whatever goes wrong becomes a `Failure`."""
    with context.open_box() as box:
        read = read_in_box(box, task.path, task.file.path, task.file.kind, context.limits)
        peak = box.max_rss
    if not isinstance(read, Failure):
        read = replay_links(context.open_box, read, context.limits, on_step=context.on_step)
    collected = Collected.one_record(task, LinksNeed, read)
    collected.peak_memory_bytes = peak
    return collected


def read_in_box(box: Box, path: Path, file: str, kind: str, limits: Limits) -> Links | Failure:
    """Find the links in a file.

    Args:
        box: A process with the kind's profile.
        path: Where the file lies.
        file: What the student calls it.
        kind: What its first bytes say it is.
        limits: What the box was started with.
    """
    request = ReadLinks(path=box.bring(path.resolve()), file=file, kind=kind)
    answer = SandboxClient(box, file, limits).ask_to_open(request, LinksRead)
    return answer if isinstance(answer, Failure) else answer.links


def replay_links(
    open_box: Callable[[], Box],
    links: Links,
    limits: Limits,
    epochs: int = USUAL_EPOCHS,
    on_step: OnStep = ignore_step,
) -> Links | Failure:
    """Replay every link that can be, each within its own time; the same one is replayed once.

    Args:
        open_box: A process with the kind's profile.
        links: As they were read.
        limits: What a box is started with.
        epochs: Replayed at least, as far as there is time.
        on_step: Told before every link.
    """
    replayed: dict[tuple[Settings, Claim], LinkReplay] = {}
    with open_box() as box:
        client = SandboxClient(box, links.file, limits)
        for number, link in enumerate(links.links, start=1):
            if link.settings is None or (link.settings, link.claim) in replayed:
                continue
            on_step(number, len(links.links), link.where)
            request = ReplayLink(settings=link.settings, claim=link.claim, epochs=epochs)
            answer = client.ask(request, LinkReplayed)
            if isinstance(answer, Failure):
                return answer
            replayed[link.settings, link.claim] = _drawn(answer[0].replay)
    found = [
        msgspec.structs.replace(link, replay=replayed[link.settings, link.claim])
        if link.settings is not None
        else link
        for link in links.links
    ]
    return msgspec.structs.replace(links, links=tuple(found))


def _drawn(replay: LinkReplay) -> LinkReplay:
    """With its picture as a PNG: drawn once, however often it is judged."""
    if replay.picture is None:
        return replay
    return msgspec.structs.replace(replay, png=draw_picture(replay.picture))
