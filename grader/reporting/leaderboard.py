"""The leaderboard: the class in order, under pseudonyms, fit to be shown to all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.messages import catalogue
from grader.records.result import GradeReport


@dataclass(frozen=True)
class Standing:
    """One place."""

    place: int
    """Equal points share a place."""
    pseudonym: str
    points_text: str
    share: float


@dataclass(frozen=True)
class Leaderboard:
    """The whole page."""

    language: str
    title: str
    max_text: str
    standings: tuple[Standing, ...]


def leaderboard(
    reports: Sequence[GradeReport],
    pseudonyms: Mapping[str, str],
    *,
    lab_title: str,
    language: str,
) -> Leaderboard:
    """Rank final results by points; those of equal points are in the order of their pseudonyms."""
    say = catalogue(language)
    final = [report for report in reports if report.complete]
    ordered = sorted(final, key=lambda report: (-report.points, pseudonyms[report.student.id]))
    return Leaderboard(
        language=language,
        title=f"{say('page.leaderboard')}: {lab_title}",
        max_text=say.points(max((report.max_points for report in reports), default=0.0)),
        standings=tuple(
            Standing(
                place=1 + sum(other.points > report.points for other in final),
                pseudonym=pseudonyms[report.student.id],
                points_text=say.points(report.points),
                share=report.points / report.max_points if report.max_points else 0.0,
            )
            for report in ordered
        ),
    )
