"""Word a result for one audience: redact it first, then make sentences in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from grader.messages import Catalogue, catalogue, failure_text, visible
from grader.records.evidence import Failure
from grader.records.feedback import (
    CheckFeedback,
    ColumnFeedback,
    CountedValuesFeedback,
    CurveFeedback,
    CurvesFeedback,
    DrawingFeedback,
    DrawingsFeedback,
    ExcerptFeedback,
    ExerciseFeedback,
    FactFeedback,
    FactsFeedback,
    Feedback,
    PictureFeedback,
    PicturesFeedback,
    SectionFeedback,
    TableFeedback,
)
from grader.records.message import Count, Listing, Message, Name, Number, Points, Share, Value
from grader.records.result import CheckResult, ExerciseResult, GradeReport
from grader.records.section import (
    ConfusionMatrix,
    CountedValues,
    Curves,
    Drawings,
    Excerpt,
    Fact,
    Facts,
    Pictures,
    Section,
    Table,
)
from grader.reporting.redaction import for_platform, for_student

_LOG = logging.getLogger(__name__)

#: What a catalogue raises where a sentence or one of its fields is missing, or a field is asked for in a wrong way.
_NO_SENTENCE = (KeyError, ValueError, IndexError, AttributeError, TypeError)


def student_feedback(report: GradeReport) -> Feedback:
    """What the student reads."""
    return _word(for_student(report))


def platform_feedback(report: GradeReport) -> Feedback:
    """What is given to a platform that hides hidden checks from students itself."""
    return _word(for_platform(report))


def staff_feedback(report: GradeReport) -> Feedback:
    """What instructors read: everything."""
    return _word(report)


def word_section(section: Section, translate: Catalogue) -> SectionFeedback:
    """One section of a page; nothing is left out."""
    return _Writer(translate).section(section)


def _word(report: GradeReport) -> Feedback:
    writer = _Writer(catalogue(report.language))
    return Feedback(
        student=report.student,
        lab=report.lab,
        lab_title=report.lab_title,
        language=report.language,
        exercises=tuple(writer.exercise(exercise) for exercise in report.exercises),
        points=report.points,
        max_points=report.max_points,
        points_interval=report.points_interval,
        complete=report.complete,
        passed=report.passed,
        lateness=report.lateness,
        attempt=report.attempt,
        other_attempts=report.other_attempts,
        notices=tuple(writer.text(notice) for notice in report.notices),
        flags=report.flags,
        provenance=report.provenance,
    )


class _Writer:
    """Makes sentences in one language."""

    def __init__(self, translate: Catalogue) -> None:
        self._translate = translate

    def text(self, value: Value) -> str:
        """A typed value as text. What has no sentence, in a package of somebody else, shows its key."""
        try:
            return self._translate.translate(value)
        except _NO_SENTENCE as error:
            _LOG.warning("no sentence for %s: %r", value, error)
        match value:
            case Message(key=key, values=values):
                return self._in_parts(key, values)
            case Listing(items=items):
                return ", ".join(map(self.text, items))
            case _:
                return visible(str(value.value if hasattr(value, "value") else value))

    def _in_parts(self, key: str, values: Mapping[str, Value]) -> str:
        """A message of which something has no sentence: its own, or that of a value in it."""
        parts = {name: self.text(value) for name, value in values.items()}
        try:
            return self._translate(key, **{name: Name(text=part) for name, part in parts.items()})
        except _NO_SENTENCE:
            return visible(key)

    def exercise(self, exercise: ExerciseResult) -> ExerciseFeedback:
        """One exercise."""
        return ExerciseFeedback(
            exercise_id=exercise.exercise_id,
            title=exercise.title,
            score=exercise.score,
            max_score=exercise.max_score,
            artefacts=exercise.artefacts,
            sections=tuple(
                self.section(section) for item in exercise.evidence for section in item.sections
            ),
            checks=tuple(self._check(check) for check in exercise.checks),
        )

    def _check(self, check: CheckResult) -> CheckFeedback:
        feedback, advice = self._sentences(check)
        feedback = f"{check.tested} {feedback}".strip()
        return CheckFeedback(
            check_id=check.check_id,
            title=check.title,
            status=check.status,
            score=check.score,
            max_score=check.max_score,
            score_interval=check.score_interval,
            provisional_score=check.provisional_score,
            feedback=feedback,
            advice=advice,
            detail=check.detail,
            reason=check.failure.reason if check.failure else "",
            facts=tuple(self._fact(fact) for fact in check.facts),
            figures=tuple(self.section(figure) for figure in check.figures),
            class_scores=check.class_scores,
            flags=check.flags,
            comment=_visible_lines(check.comment),
            review=check.review,
            visibility=check.visibility,
        )

    def _sentences(self, check: CheckResult) -> tuple[str, str]:
        """What was found, and what to do next."""
        if check.failure is not None:
            return self._failure(check.failure)
        feedback = " ".join(self.text(item) for item in check.feedback)
        advice = [self.text(item) for item in check.advice]
        return feedback, " ".join([*advice, check.hint]).strip()

    def _failure(self, failure: Failure) -> tuple[str, str]:
        try:
            return failure_text(failure, self._translate)
        except _NO_SENTENCE as error:
            _LOG.warning("no sentence for the failure '%s': %r", failure.reason, error)
        other = "other-ours" if failure.fault == "grader" else "other"
        sentence = self._translate(f"failure.{other}", reason=visible(failure.reason))
        return sentence, self._translate(f"advice.{other}")

    def _fact(self, fact: Fact) -> FactFeedback:
        text = self.text(fact.value)
        measured = isinstance(fact.value, Share | Points | Count | Number)
        return FactFeedback(
            label=self.text(fact.label),
            value=fact.value.value if measured else text,  # type: ignore[union-attr]
            text=text,
            interval=fact.interval,
            needed=fact.needed,
            gauge=fact.gauge and isinstance(fact.value, Share),
            reference=fact.reference,
        )

    def section(self, section: Section) -> SectionFeedback:
        """One section."""
        match section:
            case Facts():
                facts = tuple(self._fact(fact) for fact in section.facts)
                return FactsFeedback(title=self.text(section.title), facts=facts)
            case Table():
                return self._table(section)
            case Curves():
                return self._curves(section)
            case Pictures():
                pictures = tuple(
                    PictureFeedback(png=picture.png, caption=self.text(picture.caption))
                    for picture in section.pictures
                )
                return PicturesFeedback(title=self.text(section.title), pictures=pictures)
            case CountedValues():
                return CountedValuesFeedback(
                    title=self.text(section.title),
                    x_label=self.text(section.x_label),
                    y_label=self.text(section.y_label),
                    low=section.low,
                    high=section.high,
                    counts=section.counts,
                )
            case Drawings():
                return self._drawings(section)
            case Excerpt():
                return ExcerptFeedback(
                    title=self.text(section.title),
                    source=self.text(section.source),
                    text=_visible_lines(section.text),
                    first_line=section.first_line,
                )
            case ConfusionMatrix():
                return section

    def _table(self, table: Table) -> TableFeedback:
        columns = (
            ColumnFeedback(title=self.text(column.title), numeric=column.numeric)
            for column in table.columns
        )
        return TableFeedback(
            title=self.text(table.title),
            columns=tuple(columns),
            rows=tuple(tuple(self.text(cell) for cell in row) for row in table.rows),
            notes=tuple(self.text(note) for note in table.notes),
        )

    def _drawings(self, drawings: Drawings) -> DrawingsFeedback:
        drawn = (
            DrawingFeedback(
                width=drawing.width,
                height=drawing.height,
                shapes=drawing.shapes,
                caption=self.text(drawing.caption),
            )
            for drawing in drawings.drawings
        )
        return DrawingsFeedback(title=self.text(drawings.title), drawings=tuple(drawn))

    def _curves(self, curves: Curves) -> CurvesFeedback:
        lines = (
            CurveFeedback(name=self.text(curve.name), x=curve.x, y=curve.y)
            for curve in curves.curves
        )
        return CurvesFeedback(
            title=self.text(curves.title),
            x_label=self.text(curves.x_label),
            y_label=self.text(curves.y_label),
            curves=tuple(lines),
        )


def _visible_lines(text: str) -> str:
    """A text that somebody wrote, whose line breaks are kept."""
    return "\n".join(visible(line.expandtabs()) for line in text.splitlines())
