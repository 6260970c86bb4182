"""Find the links in a file of any format, or say why there are none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

from grader.evidence.answers.names import exercise_below
from grader.evidence.answers.probe.toml import decoded
from grader.evidence.playground.probe.claims import claim_of_text
from grader.evidence.playground.probe.draft import Draft
from grader.evidence.playground.probe.text import fill_from_text, is_playground
from grader.evidence.playground.probe.toml import fill_from_toml
from grader.evidence.playground.record import Links
from grader.evidence.playground.urls import clean_url
from grader.evidence.report.probe.read import read_report
from grader.evidence.report.record import Place, ReportReading
from grader.records.evidence import Failure, file_failure
from grader.records.message import Count

#: Bytes of a text with links.
_MOST_BYTES = 256 << 10
_TEXTS = ("text", "utf-16")

#: Characters of each heading that are kept.
_MOST_HEADING = 60


def read_links(path: Path, file: str, kind: str) -> Links | Failure:
    """Find the links in a file; none is replayed.

    Args:
        path: Where it lies.
        file: What the student calls it.
        kind: What its first bytes say it is.
    """
    draft = Draft(file)
    suffix = PurePosixPath(file).suffix.lower()
    if kind in _TEXTS and suffix in (".toml", ".txt", ".url"):
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            return file_failure("too-long-for-links", file, most=Count(value=_MOST_BYTES >> 10))
        text = decoded(data)[0]
        if suffix == ".toml":
            fill_from_toml(text, draft)
        else:
            fill_from_text(text, "", file, draft)
    else:
        report = read_report(path, file, kind)
        if isinstance(report, Failure):
            return report
        _fill_from_report(report, draft)
    if not draft.links and not draft.problems:
        return file_failure("no-links", file)
    return draft.finish()


def _fill_from_report(report: ReportReading, draft: Draft) -> None:
    """Links that are written out, then those behind words."""
    for part in report.parts:
        fill_from_text(part.text, _exercise(part.place), part.place.in_file(report.file), draft)
    written = {link.url for link in draft.links}
    paragraphs = Counter(link.text for link in report.hyperlinks)
    for link in report.hyperlinks:
        if is_playground(link.url) and clean_url(link.url) not in written:
            beside = link.text if paragraphs[link.text] == 1 else ""
            where = link.place.in_file(report.file)
            draft.add(_exercise(link.place), where, link.url, claim_of_text(beside))


def _exercise(place: Place) -> str:
    return exercise_below([item[:_MOST_HEADING] for item in place.sections])
