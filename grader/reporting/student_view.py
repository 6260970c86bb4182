"""The view model of one student's result: ready-made texts and numbers. Templates say how they look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.messages import Catalogue, catalogue, visible
from grader.records.feedback import (
    CheckFeedback,
    ExerciseFeedback,
    FactFeedback,
    Feedback,
    SectionFeedback,
)
from grader.records.result import DatasetUsed, GradeReport, JudgedArtefact, Status
from grader.records.section import ConfusionMatrix
from grader.reporting.class_charts import Tick, percent_ticks
from grader.reporting.feedback import student_feedback
from grader.reporting.pictures import Images, no_images
from grader.reporting.section_view import SectionView, section_view
from grader.reporting.texts import (
    attempts_text,
    headline_text,
    interval_text,
    lateness_text,
    name_text,
    points_interval_text,
    provenance_texts,
    provisional_points,
    score_text,
    verdict_text,
)

Datasets = Mapping[str, DatasetUsed]


@dataclass(frozen=True)
class Gauge:
    """A share on a scale from 0 to 1, with what was needed, its interval, and what the reference reaches."""

    label: str
    value: float
    text: str
    needed: float | None
    needed_text: str
    low: float | None
    high: float | None
    interval_text: str
    reference: float | None
    reference_text: str


@dataclass(frozen=True)
class DotPlot:
    """The class as dots on a scale from 0 to 1, without names."""

    dots: tuple[float, ...]
    own: float
    text: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class FactView:
    """A label and its value as text."""

    label: str
    text: str


@dataclass(frozen=True)
class CheckView:
    """One check as shown."""

    title: str
    status: Status
    status_text: str
    score_text: str
    feedback: str
    comment: str
    """What the person who marked it says; line breaks are kept."""
    advice: str
    gauges: tuple[Gauge, ...]
    facts: tuple[FactView, ...]
    notes: tuple[str, ...]
    dot_plot: DotPlot | None
    figures: tuple[SectionView, ...]


@dataclass(frozen=True)
class ExerciseView:
    """One exercise as shown."""

    title: str
    files: tuple[str, ...]
    notes: tuple[str, ...]
    """Which file was judged where several could have been meant."""
    score_text: str
    checks: tuple[CheckView, ...]
    sections: tuple[SectionView, ...]


@dataclass(frozen=True)
class StudentPage:
    """One student's result as shown."""

    language: str
    title: str
    lab_title: str
    student_name: str
    points_text: str
    max_text: str
    share: float
    interval_text: str
    verdict: str
    """'Passed', 'Not passed', or empty for labs with marks."""
    complete: bool
    provisional: bool
    """Whether the points are measured against the reference solution instead of the class."""
    headline: str
    """Points, verdict, whether they are final, and their interval, in one line."""
    lateness: str
    pseudonym: str
    """The student's name on the leaderboard, as a sentence; empty outside a class."""
    notices: tuple[str, ...]
    """What to know about the submission as a whole."""
    exercises: tuple[ExerciseView, ...]
    provenance: tuple[FactView, ...]


def student_page(
    report: GradeReport, *, images: Images = no_images, pseudonym: str = ""
) -> StudentPage:
    """What a student sees.

    Args:
        report: The full report; what is not for students is left out.
        images: Where the pictures of mistakes come from.
        pseudonym: The student's name on the leaderboard.
    """
    return feedback_page(student_feedback(report), images=images, pseudonym=pseudonym)


def feedback_page(
    shown: Feedback, *, images: Images = no_images, pseudonym: str = ""
) -> StudentPage:
    """As `student_page`, of feedback that was worded for the student already."""
    translate = catalogue(shown.language)
    provisional = provisional_points(shown)
    points = shown.points if provisional is None else provisional
    return StudentPage(
        language=shown.language,
        title=translate("page.feedback-for", student=name_text(shown)),
        lab_title=shown.lab_title,
        student_name=name_text(shown),
        points_text=("" if provisional is None else "≈ ") + translate.points(points),
        max_text=translate.points(shown.max_points),
        share=points / shown.max_points if shown.max_points else 0.0,
        interval_text=points_interval_text(shown, translate),
        verdict=verdict_text(shown.passed, translate),
        complete=shown.complete,
        provisional=provisional is not None,
        headline=headline_text(shown, translate),
        lateness=lateness_text(shown, translate),
        pseudonym=translate("page.pseudonym", name=pseudonym) if pseudonym else "",
        notices=tuple(filter(None, (*shown.notices, attempts_text(shown, translate)))),
        exercises=_exercises(shown, images, translate),
        provenance=tuple(FactView(*pair) for pair in provenance_texts(shown, translate)),
    )


def _exercises(shown: Feedback, images: Images, translate: Catalogue) -> tuple[ExerciseView, ...]:
    writer = _ExerciseWriter(
        {dataset.name: dataset for dataset in shown.provenance.datasets}, images, translate
    )
    return tuple(writer.exercise(exercise) for exercise in shown.exercises)


class _ExerciseWriter:
    """Makes the views of exercises.

    Args:
        datasets: By name.
        images: Where the pictures of mistakes come from.
        translate: The language.
    """

    def __init__(self, datasets: Datasets, images: Images, translate: Catalogue) -> None:
        self._datasets = datasets
        self._images = images
        self._translate = translate

    def exercise(self, exercise: ExerciseFeedback) -> ExerciseView:
        """One exercise."""
        translate = self._translate
        full = translate.points(exercise.max_score)
        judged = any(check.score is not None for check in exercise.checks)
        score = translate.points(exercise.score) if judged else "–"
        return ExerciseView(
            title=exercise.title,
            files=tuple(
                dict.fromkeys(visible(file) for item in exercise.artefacts for file in item.files)
            ),
            notes=tuple(
                self._alternatives(item) for item in exercise.artefacts if item.alternatives
            ),
            score_text=f"{score} / {full}",
            checks=tuple(self._check(check) for check in exercise.checks),
            sections=self._views(exercise.sections),
        )

    def _alternatives(self, artefact: JudgedArtefact) -> str:
        return self._translate(
            "page.alternatives",
            file=visible(", ".join(artefact.files)),
            alternatives=visible(", ".join(artefact.alternatives)),
        )

    def _check(self, check: CheckFeedback) -> CheckView:
        translate = self._translate
        return CheckView(
            title=check.title,
            status=check.status,
            status_text=translate(f"status.{check.status}"),
            score_text=score_text(check, translate),
            feedback=check.feedback,
            comment=check.comment,
            advice=check.advice,
            gauges=tuple(_gauge(fact, translate) for fact in check.facts if fact.gauge),
            facts=tuple(FactView(fact.label, fact.text) for fact in check.facts if not fact.gauge),
            notes=flag_texts(
                tuple(flag for flag in check.flags if flag != "chance-level"), translate
            ),
            dot_plot=_dot_plot(check, translate),
            figures=self._views(check.figures),
        )

    def _views(self, sections: tuple[SectionFeedback, ...]) -> tuple[SectionView, ...]:
        return tuple(
            section_view(section, self._dataset(section), self._images, self._translate)
            for section in sections
        )

    def _dataset(self, section: SectionFeedback) -> DatasetUsed | None:
        if not isinstance(section, ConfusionMatrix):
            return None
        return self._datasets.get(section.dataset)


def flag_texts(flags: tuple[str, ...], translate: Catalogue) -> tuple[str, ...]:
    """What flags say; one of another package without a sentence is left out."""
    return tuple(
        translate(f"flag.{flag}") for flag in flags if f"flag.{flag}" in translate.sentences
    )


def _dot_plot(check: CheckFeedback, translate: Catalogue) -> DotPlot | None:
    """The class on one scale, where a mark is relative to it."""
    own = next((float(fact.value) for fact in check.facts if fact.gauge), None)
    if own is None or len(check.class_scores) < 2:
        return None
    place = 1 + sum(value > own for value in check.class_scores)
    text = translate("figure.dot-plot", place=place, valid=len(check.class_scores))
    return DotPlot(dots=check.class_scores, own=own, text=text, ticks=percent_ticks(translate))


def _gauge(fact: FactFeedback, translate: Catalogue) -> Gauge:
    return Gauge(
        label=fact.label,
        value=float(fact.value),
        text=fact.text,
        needed=fact.needed,
        needed_text="" if fact.needed is None else translate.percent(fact.needed),
        low=fact.interval.low if fact.interval else None,
        high=fact.interval.high if fact.interval else None,
        interval_text=interval_text(fact, translate),
        reference=fact.reference,
        reference_text="" if fact.reference is None else translate.percent(fact.reference),
    )
