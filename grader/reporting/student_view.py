"""The view model of one student's result: ready-made texts and numbers. Templates say how they look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.messages import Catalogue, catalogue, visible
from grader.records.evidence import LayerSummary, ModelSummary
from grader.records.result import (
    CheckResult,
    DatasetUsed,
    ExerciseResult,
    Fact,
    GradeReport,
    Status,
)
from grader.reporting.figure_view import FigureView, figure_view
from grader.reporting.pictures import Images, no_images
from grader.reporting.redaction import for_student
from grader.reporting.texts import (
    fact_text,
    headline_text,
    interval_text,
    lateness_text,
    name_text,
    points_interval_text,
    provenance_texts,
    score_text,
    verdict_text,
)

Datasets = Mapping[str, DatasetUsed]


@dataclass(frozen=True)
class Gauge:
    """A share on a scale from 0 to 1, with what was needed, how sure it is, and what the reference reaches."""

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
class Strip:
    """The class as dots on a scale from 0 to 1, without names."""

    dots: tuple[float, ...]
    own: float
    text: str


@dataclass(frozen=True)
class LayerRow:
    """One layer of the network's table."""

    name: str
    type: str
    settings: str
    output: str
    parameters: str


@dataclass(frozen=True)
class NetworkView:
    """The network as a table."""

    summary: str
    repaired: str
    """What was adapted to open it; empty where nothing was."""
    layers: tuple[LayerRow, ...]


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
    advice: str
    gauges: tuple[Gauge, ...]
    facts: tuple[FactView, ...]
    notes: tuple[str, ...]
    strip: Strip | None
    figure: FigureView | None


@dataclass(frozen=True)
class ExerciseView:
    """One exercise as shown."""

    title: str
    file: str
    note: str
    """Which file was judged where several could have been meant; empty where it is clear."""
    score_text: str
    checks: tuple[CheckView, ...]
    network: NetworkView | None


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
    headline: str
    """Points, verdict, whether they are final, and their interval, in one line."""
    lateness: str
    pseudonym: str
    """The student's name on the leaderboard, as a sentence; empty outside a class."""
    notices: tuple[str, ...]
    """What is to know of the hand-in as a whole."""
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
    shown = for_student(report)
    say = catalogue(shown.language)
    datasets = {dataset.name: dataset for dataset in shown.provenance.datasets}
    share = shown.points / shown.max_points if shown.max_points else 0.0
    return StudentPage(
        language=shown.language,
        title=say("page.feedback-for", student=name_text(shown)),
        lab_title=shown.lab_title,
        student_name=name_text(shown),
        points_text=say.points(shown.points),
        max_text=say.points(shown.max_points),
        share=share,
        interval_text=points_interval_text(shown, say),
        verdict=verdict_text(shown.passed, say),
        complete=shown.complete,
        headline=headline_text(shown, say),
        lateness=lateness_text(shown, say),
        pseudonym=say("page.pseudonym", name=pseudonym) if pseudonym else "",
        notices=shown.notices,
        exercises=tuple(_exercise(exercise, datasets, images, say) for exercise in shown.exercises),
        provenance=tuple(FactView(*pair) for pair in provenance_texts(shown, say)),
    )


def _exercise(
    exercise: ExerciseResult, datasets: Datasets, images: Images, say: Catalogue
) -> ExerciseView:
    file, rivals = visible(exercise.file), visible(", ".join(exercise.rivals))
    return ExerciseView(
        title=exercise.title,
        file=file,
        note=say("page.rivals", file=file, rivals=rivals) if rivals else "",
        score_text=f"{say.points(exercise.score)} / {say.points(exercise.max_score)}",
        checks=tuple(_check(check, datasets, images, say) for check in exercise.checks),
        network=_network(exercise.network, say) if exercise.network else None,
    )


def _check(check: CheckResult, datasets: Datasets, images: Images, say: Catalogue) -> CheckView:
    return CheckView(
        title=check.title,
        status=check.status,
        status_text=say(f"status.{check.status}"),
        score_text=score_text(check, say),
        feedback=visible(check.feedback),
        advice=visible(check.advice),
        gauges=tuple(_gauge(fact, say) for fact in check.facts if fact.gauge),
        facts=tuple(
            FactView(fact.label, fact_text(fact, say)) for fact in check.facts if not fact.gauge
        ),
        notes=tuple(say(f"flag.{flag}") for flag in check.flags if flag != "chance-level"),
        strip=_strip(check, say),
        figure=_figure(check, datasets, images, say),
    )


def _figure(
    check: CheckResult, datasets: Datasets, images: Images, say: Catalogue
) -> FigureView | None:
    if check.figure is None:
        return None
    dataset = datasets.get(check.figure.dataset)
    title = dataset.title if dataset else check.figure.dataset
    names = dataset.class_names if dataset else ()
    return figure_view(check.figure, title, names, images, say)


def _strip(check: CheckResult, say: Catalogue) -> Strip | None:
    """The class on one scale, where a mark is relative to it."""
    own = next((float(fact.value) for fact in check.facts if fact.gauge), None)
    if own is None or len(check.standing) < 2:
        return None
    place = 1 + sum(value > own for value in check.standing)
    text = say("figure.strip", place=place, valid=len(check.standing))
    return Strip(dots=check.standing, own=own, text=text)


def _network(network: ModelSummary, say: Catalogue) -> NetworkView:
    saved_by = f", {network.saved_by}" if network.saved_by else ""
    return NetworkView(
        summary=say(
            "figure.network",
            layers=sum(layer.type != "InputLayer" for layer in network.layers),
            parameters=network.parameters,
            saved_by=visible(saved_by),
        ),
        repaired=_repaired(network, say),
        layers=tuple(_layer(layer, say) for layer in network.layers),
    )


def _repaired(network: ModelSummary, say: Catalogue) -> str:
    if not network.repairs:
        return ""
    repairs = ", ".join(network.repairs)
    return say("figure.repaired", version=visible(network.keras_version or "?"), repairs=repairs)


def _layer(layer: LayerSummary, say: Catalogue) -> LayerRow:
    settings = ", ".join(f"{name} {_setting(value)}" for name, value in layer.settings.items())
    shape = layer.output_shape or ()
    return LayerRow(
        name=visible(layer.name),
        type=visible(layer.type),
        settings=visible(settings),
        output=" × ".join("?" if size is None else str(size) for size in shape[1:]),
        parameters=say.count(layer.parameters),
    )


def _setting(value: object) -> str:
    return "×".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _gauge(fact: Fact, say: Catalogue) -> Gauge:
    return Gauge(
        label=fact.label,
        value=float(fact.value),
        text=fact_text(fact, say),
        needed=fact.needed,
        needed_text="" if fact.needed is None else say.percent(fact.needed),
        low=fact.interval.low if fact.interval else None,
        high=fact.interval.high if fact.interval else None,
        interval_text=interval_text(fact, say),
        reference=fact.reference,
        reference_text="" if fact.reference is None else say.percent(fact.reference),
    )
