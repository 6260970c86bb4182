"""``grader labs``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from grader.checks.base import CheckKind
from grader.cli.completing import complete_lab
from grader.cli.options import course_option, json_option
from grader.records.base import Record
from grader.records.lab import Artefact, Check, Exercise, Lab
from grader.records.points import points_text

_LONGEST = 80


@click.command(name="labs")
@click.argument("lab", required=False, shell_complete=complete_lab)
@course_option
@json_option
def command(lab: str | None, course: Path | None, as_json: bool) -> None:
    """List the labs, or show what LAB asks for, as this course grades it."""
    from grader import registry
    from grader.course import load_course
    from grader.records.base import to_json

    settings = load_course(course)
    if lab is not None:
        shown = settings.lab(lab)
        click.echo(to_json(shown) if as_json else _describe(shown), nl=False)
        return
    everything = [settings.lab(slug) for slug in registry.labs()]
    if as_json:
        click.echo(to_json(everything), nl=False)
        return
    width = max(len(item.slug) for item in everything)
    for item in everything:
        exercises = ", ".join(exercise.id for exercise in item.exercises)
        points = points_text(item.points)
        click.echo(f"{item.slug:<{width}}  {points:>4} points  {item.title} ({exercises})")
        for line in _missing(item):
            click.echo(f"{'':<{width}}  {line}")


def _describe(lab: Lab) -> str:
    """What a lab asks for and pays, as text."""
    lines = [f"{lab.title} ({lab.slug}, version {lab.version})"]
    lines += _missing(lab)
    if lab.late:
        lines.append(
            f"Deadline {lab.late.deadline.isoformat()}, {lab.late.grace_minutes:g} minutes of grace, "
            f"{lab.late.penalty_per_day:.0%} of the points lost per "
            + (f"calendar day in {lab.late.timezone}" if lab.late.timezone else "24 hours")
        )
    if lab.pass_mark is not None:
        lines.append(f"Passed from {lab.pass_mark:.0%} of the points")
    for exercise in lab.exercises:
        lines += ["", f"{exercise.id}: {exercise.title}, {points_text(exercise.points)} points"]
        lines += [_wanted(lab.artefact(artefact)) for artefact in exercise.artefacts]
        for check in exercise.checks:
            lines.append(f"  {points_text(check.points):>5}  {check.id}: {check.title}")
            lines += [f"         {setting}" for setting in _settings(check, exercise)]
    return "\n".join(lines) + "\n"


def _missing(lab: Lab) -> list[str]:
    """What is to be installed before the lab can be judged here."""
    from grader.grading.extras import missing_extras

    return [
        f"needs {' and '.join(missing.packages)}, which is not installed: {missing.command}"
        for missing in missing_extras(lab)
    ]


def _wanted(artefact: Artefact) -> str:
    several = " (several files)" if artefact.many else ""
    patterns = " or ".join(artefact.patterns)
    return f"  hand in {artefact.title} ({artefact.id}){several}: {patterns}"


def _settings(check: Check, exercise: Exercise) -> list[str]:
    """What ``course.toml`` may change about this kind of check, in its syntax, where it is not the default.

    Of a check that asks questions their names alone: students read this, and its settings are the right answers.
    """
    if isinstance(check, CheckKind) and (questions := check.questions(exercise)):
        return [f"answer {', '.join(question.name for question in questions)}"]
    common = {field.name for field in msgspec.structs.fields(Check)}
    lines: list[str] = []
    for name, value in _changed(check):
        if name in common:
            continue
        line = f"{name} = {_toml(value)}"
        if len(line) > _LONGEST and isinstance(value, tuple):
            lines += [f"{name} = [", *(f"  {_toml(item)}," for item in value), "]"]
        else:
            lines.append(line)
    return lines


def _changed(record: Record) -> list[tuple[str, object]]:
    values = msgspec.structs.asdict(record)
    defaults = {
        field.name: field.default_factory()
        if field.default_factory is not msgspec.NODEFAULT
        else field.default
        for field in msgspec.structs.fields(record)
    }
    return [(name, value) for name, value in values.items() if value != defaults[name]]


def _toml(value: object) -> str:
    match value:
        case Record():
            return _inline_table(_changed(value))
        case dict():
            return _inline_table(list(value.items()))
        case tuple() | list():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _inline_table(items: Sequence[tuple[str, object]]) -> str:
    inner = ", ".join(f"{name} = {_toml(value)}" for name, value in items)
    return f"{{ {inner} }}"
