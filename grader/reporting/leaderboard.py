"""The leaderboard: the class in order, under pseudonyms, fit to be shown to all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.messages import catalogue
from grader.records.result import GradeReport


@dataclass(frozen=True)
class Place:
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
    places: tuple[Place, ...]


def leaderboard(
    reports: Sequence[GradeReport],
    pseudonyms: Mapping[str, str],
) -> Leaderboard:
    """Rank final results by points; those of equal points are in the order of their pseudonyms."""
    language, lab_title = reports[0].language, reports[0].lab_title
    translate = catalogue(language)
    final = [report for report in reports if report.complete]
    ordered = sorted(final, key=lambda report: (-report.points, pseudonyms[report.student.id]))
    return Leaderboard(
        language=language,
        title=f"{translate('page.leaderboard')}: {lab_title}",
        max_text=translate.points(max((report.max_points for report in reports), default=0.0)),
        places=tuple(
            Place(
                place=1 + sum(other.points > report.points for other in final),
                pseudonym=pseudonyms[report.student.id],
                points_text=translate.points(report.points),
                share=report.points / report.max_points if report.max_points else 0.0,
            )
            for report in ordered
        ),
    )
