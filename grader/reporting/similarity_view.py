"""The view model of similar submissions, for the instructor alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from grader.messages import Catalogue, catalogue, visible
from grader.records.result import GradeReport
from grader.records.similarity import Agreement, Group, Link, Origin, Similarities, Spread
from grader.reporting.similar_code_view import pair_page_name
from grader.reporting.student_links import StudentLink, report_link
from grader.reporting.texts import name_text

#: Links of a group that are listed; `similar.json` has all.
_MAX_LINKS = 12
#: From this many students on, a cause common to all is more likely than copying.
_LARGE_GROUP = 6
#: From this many pairs on, their spread is plotted.
_MIN_PLOTTED_PAIRS = 10


@dataclass(frozen=True)
class CommonErrors:
    """Wrong predictions two submissions have in common, as text."""

    common: str
    expected: str
    """Empty if it is not known."""


@dataclass(frozen=True)
class LinkView:
    """What some students' submissions have in common."""

    what: str
    names: str
    share: str
    """Of the change by training, or of the code, that is the same; empty for other kinds of similarity."""
    page: str
    """Where both are shown side by side, from the class page; empty where they are not."""
    wrong: tuple[CommonErrors | None, ...]
    """One for each of the group's datasets; None if the predictions were not compared."""


@dataclass(frozen=True)
class GroupView:
    """Students whose submissions are similar."""

    title: str
    students: tuple[StudentLink, ...]
    share_title: str
    """Of what `LinkView.share` is; empty where no link has one."""
    datasets: tuple[str, ...]
    """The titles of those the predictions were compared on."""
    links: tuple[LinkView, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class BaselineView:
    """A model that was handed out, or the reference solution, and who submitted it."""

    title: str
    students: tuple[StudentLink, ...]


@dataclass(frozen=True)
class Bar:
    """Pairs with about the same share of wrong predictions in common."""

    left: float
    """0 to 1, as `width`."""
    width: float
    height: float
    """0 to 1; the square root of the count, so that single pairs are visible beside thousands."""


@dataclass(frozen=True)
class SpreadView:
    """How all pairs of the class agree in their wrong predictions, and where the listed pairs are."""

    text: str
    bars: tuple[Bar, ...]
    dots: tuple[float, ...]


@dataclass(frozen=True)
class SimilaritySection:
    """The section of the class page."""

    groups: tuple[GroupView, ...]
    baselines: tuple[BaselineView, ...]
    spreads: tuple[SpreadView, ...]
    legends: tuple[str, ...]
    """What the columns of the groups mean."""
    unread: str


def similarity_section(
    similarities: Similarities, reports: Sequence[GradeReport]
) -> SimilaritySection | None:
    """What the instructor sees of submissions that are similar; None if there are none."""
    if not reports or not (similarities.groups or similarities.origins or similarities.unread):
        return None
    writer = _Writer(reports)
    groups = similarities.groups
    return SimilaritySection(
        groups=tuple(writer.group(group) for group in groups),
        baselines=tuple(writer.baselines(similarities.origins)),
        spreads=tuple(
            writer.spread(spread, dots)
            for spread in similarities.spreads
            if spread.pairs >= _MIN_PLOTTED_PAIRS and (dots := _dots(spread, groups))
        ),
        legends=tuple(writer.legends(groups)),
        unread=writer.unread(similarities.unread),
    )


class _Writer:
    """Replaces ids by names, and figures by sentences."""

    def __init__(self, reports: Sequence[GradeReport]) -> None:
        self._translate: Catalogue = catalogue(reports[0].language)
        self._reports: Mapping[str, GradeReport] = {report.student.id: report for report in reports}
        exercises = reports[0].exercises
        self._exercises = {exercise.exercise_id: exercise.title for exercise in exercises}
        self._titles = {
            artefact.artefact_id: exercise.title
            for exercise in exercises
            for artefact in exercise.artefacts
        }
        self._datasets = {
            dataset.name: dataset.title
            for report in reports
            for dataset in report.provenance.datasets
        }

    def group(self, group: Group) -> GroupView:
        """Students whose submissions are similar."""
        hidden = len(group.links) - _MAX_LINKS
        notes = []
        if hidden > 0:
            notes.append(self._translate("similarity.more", count=hidden))
        is_code = _is_code(group)
        if len(group.students) >= _LARGE_GROUP:
            notes.append(self._translate("similarity.many-code" if is_code else "similarity.many"))
        compared = {item.dataset: None for link in group.links for item in link.agreements}
        shown = tuple(self._link(group, link, compared) for link in group.links[:_MAX_LINKS])
        share_title = self._translate("similarity.code" if is_code else "similarity.trained")
        return GroupView(
            title=self._titles.get(group.artefact, group.artefact),
            students=self._listed(group.students),
            share_title=share_title if any(link.share for link in shown) else "",
            datasets=tuple(self._datasets.get(name, name) for name in compared),
            links=shown,
            notes=tuple(notes),
        )

    def _link(self, group: Group, link: Link, datasets: Iterable[str]) -> LinkView:
        found = {item.dataset: self._errors(item) for item in link.agreements}
        return LinkView(
            what=self._translate(f"similarity.{link.kind}"),
            names=", ".join(self._name(student) for student in link.students),
            share=self._share(link),
            page="" if link.code is None else pair_page_name(group.artefact, link),
            wrong=tuple(found.get(dataset) for dataset in datasets),
        )

    def _share(self, link: Link) -> str:
        if link.similarity is None or link.kind not in ("fine-tuned", "same-code"):
            return ""
        share = self._translate.percent(link.similarity)
        if link.code is None:
            return share
        return self._translate("similarity.code-share", share=share, tokens=link.code.tokens)

    def legends(self, groups: Iterable[Group]) -> list[str]:
        """What the figures of some groups mean."""
        keys = {
            f"similarity.legend{'-code' * (link.code is not None)}": None
            for group in groups
            for link in group.links
            if link.kind not in ("exact", "re-saved")
        }
        return [self._translate(key) for key in keys]

    def _errors(self, found: Agreement) -> CommonErrors:
        expected = found.expected
        return CommonErrors(
            common=self._translate("similarity.common", common=found.common, either=found.either),
            expected=""
            if expected is None
            else self._translate("similarity.expected", expected=round(expected)),
        )

    def baselines(self, origins: Iterable[Origin]) -> list[BaselineView]:
        """Who submitted a baseline or a model made from one, baseline by baseline."""
        found: dict[tuple[str, str], list[str]] = {}
        for origin in origins:
            found.setdefault((origin.baseline, origin.kind), []).append(origin.student)
        return [
            BaselineView(
                title=f"{self._baseline_name(name)} – {self._translate(f'similarity.{kind}')}",
                students=self._listed(students),
            )
            for (name, kind), students in found.items()
        ]

    def _baseline_name(self, name: str) -> str:
        place, _, exercise = name.partition("/")
        if place == "reference" and exercise in self._exercises:
            return self._translate("similarity.reference", exercise=self._exercises[exercise])
        return visible(name)

    def unread(self, names: Sequence[str]) -> str:
        """One sentence on the starters that do not open; empty if all do."""
        if not names:
            return ""
        return self._translate("similarity.unread", names=", ".join(map(visible, names)))

    def spread(self, spread: Spread, dots: tuple[float, ...]) -> SpreadView:
        """How all pairs agree in their wrong predictions."""
        tallest, width = max(spread.bins), 1 / len(spread.bins)
        return SpreadView(
            text=self._translate(
                "similarity.spread",
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

    def _listed(self, students: Iterable[str]) -> tuple[StudentLink, ...]:
        return tuple(
            StudentLink(self._name(student), report_link(self._reports[student].student), "")
            for student in students
        )

    def _name(self, student: str) -> str:
        return name_text(self._reports[student])


def _is_code(group: Group) -> bool:
    """Whether code was compared."""
    return any(link.code is not None for link in group.links)


def _dots(spread: Spread, groups: Iterable[Group]) -> tuple[float, ...]:
    """The shares of wrong predictions in common of the pairs that are listed."""
    return tuple(
        agreement.share
        for group in groups
        if group.artefact == spread.artefact
        for link in group.links
        for agreement in link.agreements
        if agreement.dataset == spread.dataset
    )
