"""A run of code as pages show it: what it trained, what it drew, where it failed, and what was changed for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.evidence.code.merged import traced_rows
from grader.evidence.code.run_record import CodeRun, FigureDrawn, StepRun
from grader.evidence.code.training_table import training_table
from grader.evidence.code.words import short_place
from grader.records.message import Code, Count, Listing, Message, Name, Value, message
from grader.records.section import Column, Picture, Pictures, Section, Table

#: How steps end that the code, or the time it took, is the reason of.
_WRONG = ("failed", "timed out", "crashed")

#: Names in a sentence, steps in the table, and titles in a caption that are shown.
_NAMES = 20
_STEPS = 100
_TITLES = 4


def run_sections(run: CodeRun, pictures: Mapping[int, bytes]) -> tuple[Section, ...]:
    """Trainings, steps that failed, and figures; what is empty is left out.

    Args:
        run: What was recorded.
        pictures: Place in `run.figures` to its picture, PNG.
    """
    rows = traced_rows(run.trainings)
    title = message("code.ran", count=Count(value=len(rows)))
    sections: list[Section] = [training_table(title, rows, tuple(_notes(run)))]
    if wrong := [step for step in run.steps if step.status in _WRONG]:
        sections.append(_steps(wrong))
    if shown := [place for place in sorted(pictures) if place < len(run.figures)]:
        captioned = (
            Picture(png=pictures[place], caption=_caption(run.figures[place], run.files))
            for place in shown
        )
        title = message("code.figures", count=Count(value=len(run.figures)))
        sections.append(Pictures(title=title, pictures=tuple(captioned)))
    return tuple(sections)


def _notes(run: CodeRun) -> Iterator[Message]:
    """What to know about how it was run; none of it costs points."""
    if any(training.capped for training in run.trainings):
        yield message("code.capped")
    if run.shims:
        yield message("code.adapted", names=_listed(map(_code, run.shims)))
    made_up = [name for name in run.stand_ins if "/" not in name]
    excerpts = [name for name in run.stand_ins if "/" in name]
    if made_up:
        yield message("code.stand-ins", names=_listed(map(_name, made_up)))
    if excerpts:
        yield message("code.excerpts", names=_listed(map(_name, excerpts)))
    if run.missing_files:
        yield message("code.missing-files", names=_listed(map(_name, run.missing_files)))
    if run.asked:
        yield message("code.asked", questions=_listed(map(_name, run.asked)))
    if run.left_out:
        yield message("code.left-out")
    if not run.ended:
        yield message("code.not-ended")


def _steps(wrong: list[StepRun]) -> Table:
    more = len(wrong) - _STEPS
    return Table(
        title=message("code.failed-steps", count=Count(value=len(wrong))),
        columns=(Column(title=message("code.where")), Column(title=message("code.error"))),
        rows=tuple((Name(text=step.where), _error(step)) for step in wrong[:_STEPS]),
        notes=(message("code.more-steps", count=Count(value=more)),) if more > 0 else (),
    )


def _error(step: StepRun) -> Value:
    """Why a step did not run to its end."""
    if step.status == "timed out":
        error: Value = message("code.timed-out")
    elif step.status == "crashed":
        error = message("code.crashed")
    else:
        error = Code(text=step.error)
    return message("code.after-cut", error=error) if step.after_cut else error


def _caption(figure: FigureDrawn, files: Sequence[str]) -> Value:
    """Where it was drawn, and its titles."""
    titles = dict.fromkeys(filter(None, (figure.title, *(axes.title for axes in figure.axes))))
    named = ", ".join(list(titles)[:_TITLES])
    where = Name(text=short_place(figure.where, files))
    parts = [where, *([Name(text=named)] if named else [])]
    if figure.saved_as:
        parts.append(Name(text=figure.saved_as))
    return Listing(items=tuple(parts), separator=" · ")


def _listed(values: Iterable[Value]) -> Listing:
    items = list(values)
    more: list[Value] = [Name(text="…")] if len(items) > _NAMES else []
    return Listing(items=(*items[:_NAMES], *more))


def _name(text: str) -> Value:
    return Name(text=text)


def _code(text: str) -> Value:
    return Code(text=text)
