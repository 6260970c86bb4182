"""What hidden tests see of links."""

from __future__ import annotations

from grader.evidence.fixtures import FixtureEvidence, FixtureRequest
from grader.evidence.playground.record import Links, LinksNeed


def links_needs(request: FixtureRequest) -> tuple[LinksNeed, ...]:
    """The links."""
    return (LinksNeed(artefact=request.artefact),)


def given_links(evidence: FixtureEvidence) -> Links:
    """The links, replayed."""
    found: Links = evidence.get(evidence.needs[0])
    return found
