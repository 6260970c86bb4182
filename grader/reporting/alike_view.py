"""The view model of networks that look alike, for the instructor alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from grader.messages import Catalogue, catalogue, visible
from grader.records.lab import Lab
from grader.records.result import GradeReport
from grader.records.similarity import Agreement, Group, Link, Origin, Similarities, Spread
from grader.reporting.student_list import Listed, report_link
from grader.reporting.texts import name_text

#: Links of a group that are spelt out; `similar.json` has all.
_SHOWN_LINKS = 12
#: From this many students on, a cause common to all is likelier than copying.
_MANY = 6
#: Pairs from which on it is worth drawing how they agree.
_DRAWN_PAIRS = 10


@dataclass(frozen=True)
class WrongAlike:
    """Wrong answers two networks have in common, as text."""

    common: str
    usual: str
    """Empty where it is not known."""


@dataclass(frozen=True)
class LinkView:
    """What some students' networks have in common."""

    what: str
    names: str
    trained: str
    """How much of what training did is the same; empty for other kinds of likeness."""
    wrong: tuple[WrongAlike | None, ...]
    """One for each of the group's datasets; None where the answers were not compared."""


@dataclass(frozen=True)
class GroupView:
    """Students whose networks look alike."""

    title: str
    students: tuple[Listed, ...]
    datasets: tuple[str, ...]
    """The titles of those the answers were compared on."""
    links: tuple[LinkView, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class KnownView:
    """A network that was handed out, or the reference, and who has it."""

    title: str
    students: tuple[Listed, ...]


@dataclass(frozen=True)
class Bar:
    """Pairs with about the same share of wrong answers in common."""

    left: float
    """0 to 1, as `width`."""
    width: float
    height: float
    """0 to 1; the root of the count, so that single pairs are seen beside thousands."""


@dataclass(frozen=True)
class SpreadView:
    """How all pairs of the class agree in their wrong answers, and where those named here lie."""

    text: str
    bars: tuple[Bar, ...]
    dots: tuple[float, ...]


@dataclass(frozen=True)
class AlikeSection:
    """All of it."""

    groups: tuple[GroupView, ...]
    known: tuple[KnownView, ...]
    spreads: tuple[SpreadView, ...]
    unread: str


def alike_section(
    similar: Similarities, reports: Sequence[GradeReport], lab: Lab
) -> AlikeSection | None:
    """What the instructor sees of networks that look alike; None where none do."""
    if not (similar.groups or similar.origins or similar.unread):
        return None
    writer = _Writer(reports, lab)
    return AlikeSection(
        groups=tuple(writer.group(group) for group in similar.groups),
        known=tuple(writer.known(similar.origins)),
        spreads=tuple(
            writer.spread(spread, dots)
            for spread in similar.spreads
            if spread.pairs >= _DRAWN_PAIRS and (dots := _dots(spread, similar.groups))
        ),
        unread=writer.say("alike.unread", names=", ".join(map(visible, similar.unread)))
        if similar.unread
        else "",
    )


class _Writer:
    """Puts ids into names and figures into sentences."""

    def __init__(self, reports: Sequence[GradeReport], lab: Lab) -> None:
        self.say: Catalogue = catalogue(lab.language)
        self._reports: Mapping[str, GradeReport] = {report.student.id: report for report in reports}
        self._exercises = {exercise.id: exercise.title for exercise in lab.exercises}
        self._titles = {exercise.artefact: exercise.title for exercise in lab.exercises}
        self._datasets = {
            dataset.name: dataset.title
            for report in reports
            for dataset in report.provenance.datasets
        }

    def group(self, group: Group) -> GroupView:
        """Students whose networks look alike."""
        hidden = len(group.links) - _SHOWN_LINKS
        notes = []
        if hidden > 0:
            notes.append(self.say("alike.more", count=hidden))
        if len(group.students) >= _MANY:
            notes.append(self.say("alike.many"))
        compared = {item.dataset: None for link in group.links for item in link.agreements}
        return GroupView(
            title=self._titles.get(group.artefact, group.artefact),
            students=self._listed(group.students),
            datasets=tuple(self._datasets.get(name, name) for name in compared),
            links=tuple(self._link(link, compared) for link in group.links[:_SHOWN_LINKS]),
            notes=tuple(notes),
        )

    def _link(self, link: Link, datasets: Iterable[str]) -> LinkView:
        found = {item.dataset: self._wrong(item) for item in link.agreements}
        similarity = link.similarity if link.kind == "fine-tuned" else None
        return LinkView(
            what=self.say(f"alike.{link.kind}"),
            names=", ".join(self._name(student) for student in link.students),
            trained="" if similarity is None else self.say.percent(similarity),
            wrong=tuple(found.get(dataset) for dataset in datasets),
        )

    def _wrong(self, found: Agreement) -> WrongAlike:
        usual = found.expected
        return WrongAlike(
            common=self.say("alike.common", common=found.common, either=found.either),
            usual="" if usual is None else self.say("alike.usual", expected=round(usual)),
        )

    def known(self, origins: Iterable[Origin]) -> list[KnownView]:
        """Who handed in what everybody has, network by network."""
        found: dict[tuple[str, str], list[str]] = {}
        for origin in origins:
            found.setdefault((origin.known, origin.kind), []).append(origin.student)
        return [
            KnownView(
                title=f"{self._known_name(name)} – {self.say(f'alike.{kind}')}",
                students=self._listed(students),
            )
            for (name, kind), students in found.items()
        ]

    def _known_name(self, name: str) -> str:
        place, _, exercise = name.partition("/")
        if place == "reference" and exercise in self._exercises:
            return self.say("alike.reference", exercise=self._exercises[exercise])
        return visible(name)

    def spread(self, spread: Spread, dots: tuple[float, ...]) -> SpreadView:
        """How all pairs agree in their wrong answers."""
        tallest, width = max(spread.bins), 1 / len(spread.bins)
        return SpreadView(
            text=self.say(
                "alike.spread",
                pairs=spread.pairs,
                dataset=self._datasets.get(spread.dataset, spread.dataset),
            ),
            bars=tuple(
                Bar(left=place * width, width=width, height=sqrt(count / tallest))
                for place, count in enumerate(spread.bins)
                if count
            ),
            dots=dots,
        )

    def _listed(self, students: Iterable[str]) -> tuple[Listed, ...]:
        return tuple(
            Listed(self._name(student), report_link(self._reports[student]), "")
            for student in students
        )

    def _name(self, student: str) -> str:
        return name_text(self._reports[student])


def _dots(spread: Spread, groups: Iterable[Group]) -> tuple[float, ...]:
    """The shares of wrong answers in common of the pairs that are named."""
    return tuple(
        agreement.share
        for group in groups
        if group.artefact == spread.artefact
        for link in group.links
        for agreement in link.agreements
        if agreement.dataset == spread.dataset
    )
