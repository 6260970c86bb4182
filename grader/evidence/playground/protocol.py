"""Requests to the process that reads and replays links, and what it sends back."""

from __future__ import annotations

from grader.evidence.playground.record import Claim, LinkReplay, Links
from grader.evidence.playground.replay.settings import Settings
from grader.records.base import Record


class ReadLinks(Record, frozen=True, kw_only=True, tag="read-links"):
    """Find the links in one file; answered by `LinksRead` or a `Failure`."""

    path: str
    """Where it lies, as the process sees it."""
    file: str
    """What the student calls it."""
    kind: str
    """What its first bytes say it is."""


class LinksRead(Record, frozen=True, kw_only=True, tag="links-read"):
    """The links in it; none is replayed."""

    links: Links


class ReplayLink(Record, frozen=True, kw_only=True, tag="replay-link"):
    """Replay one link; answered by `LinkReplayed` or a `Failure`."""

    settings: Settings
    claim: Claim
    epochs: int
    """Replayed at least, as far as there is time."""


class LinkReplayed(Record, frozen=True, kw_only=True, tag="link-replayed"):
    """Its losses."""

    replay: LinkReplay
