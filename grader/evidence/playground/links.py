"""A link as it was found, with what it says. For commands, and inside the sandbox."""

from __future__ import annotations

from grader.evidence.playground.reading import read_settings
from grader.evidence.playground.record import NO_CLAIM, Claim, Link, LinkProblem
from grader.evidence.playground.urls import clean_url, hash_of, host_of

#: Characters of a link that are read.
_MOST_URL = 6_000


def read_link(url: str, claim: Claim = NO_CLAIM, *, exercise: str = "", where: str = "") -> Link:
    """A link and what it says; nothing is replayed.

    Args:
        url: As it was found, with what mail programs and line breaks add.
        claim: What was noted beside it.
        exercise: As the student names it.
        where: Where it stands.
    """
    cleaned = clean_url(url[:_MOST_URL])
    found = read_settings(hash_of(cleaned))
    problem = found.problem
    if problem is not None and problem.what == "no-settings" and not cleaned:
        problem = LinkProblem(what="no-link")
    return Link(
        exercise=exercise,
        where=where,
        url=cleaned,
        settings=found.settings,
        problem=problem,
        claim=claim,
        hidden_features=found.hidden_features,
        ignored=found.ignored,
        host=host_of(cleaned),
    )
