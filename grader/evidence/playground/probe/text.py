"""Links in running text: of reports, notebooks and mails."""

from __future__ import annotations

import re

from grader.evidence.playground.probe.claims import claim_of_text
from grader.evidence.playground.probe.draft import Draft

#: A link to the page, to a copy of it, or to a service that wraps links.
_URL = re.compile(
    r"(?:https?://|www\.)?[\w.-]+\.[a-z]{2,12}(?:[/?][^\s<>\"]*)?(?:#|%23)[^\s<>\"]+"
    r"|https?://[\w.-]*(?:safelinks|urldefense|google)[^\s<>\"]+",
    re.IGNORECASE,
)
_SETTINGS = re.compile(
    r"(?:activation|networkShape|batchSize|dataset|learningRate|seed)(?:=|%3D)", re.IGNORECASE
)
#: A line that goes on with the settings of the line before.
_CONTINUED = re.compile(r"\n[ \t]*((?=[^\s]*[=&])[\w=&,.%+\-;]+)")

#: Characters around a link in which epochs and losses are looked for.
_BEFORE, _AFTER = 150, 300


def fill_from_text(text: str, exercise: str, where: str, draft: Draft) -> None:
    """Find the links in a text, with what stands beside each."""
    spans = list(_spans(text))
    for number, (begin, end, url) in enumerate(spans):
        first = spans[number - 1][1] if number else 0
        last = spans[number + 1][0] if number + 1 < len(spans) else len(text)
        around = (
            text[max(first, begin - _BEFORE) : begin] + " \n " + text[end : min(last, end + _AFTER)]
        )
        draft.add(exercise, where, url, claim_of_text(around))


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Where links begin and end, and each in one line."""
    found: list[tuple[int, int, str]] = []
    for match in _URL.finditer(text):
        begin, end = match.span()
        if found and begin < found[-1][1]:
            continue
        url = match[0]
        while more := _CONTINUED.match(text, end):
            url, end = url + more[1], more.end()
        if is_playground(url):
            found.append((begin, end, url))
    return found


def is_playground(url: str) -> bool:
    """Whether a link has settings of the page, however encoded."""
    return _SETTINGS.search(url) is not None
