"""``grader labs``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.options import course_option, json_option
from grader.records.lab import Artefact, Lab


@click.command(name="labs")
@click.argument("lab", required=False)
@course_option
@json_option
def command(lab: str | None, course: Path | None, as_json: bool) -> None:
    """List the labs, or show what LAB demands, as this course grades it."""
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
        click.echo(f"{item.slug:<{width}}  {item.points:>4g} points  {item.title} ({exercises})")


def _describe(lab: Lab) -> str:
    """What a lab asks for and pays, as text."""
    lines = [f"{lab.title} ({lab.slug}, version {lab.version})"]
    if lab.late:
        lines.append(
            f"Deadline {lab.late.deadline.isoformat()}, {lab.late.grace_minutes:g} minutes of grace, "
            f"{lab.late.penalty_per_day:.0%} of the points lost per day"
        )
    if lab.pass_mark is not None:
        lines.append(f"Passed from {lab.pass_mark:.0%} of the points")
    for exercise in lab.exercises:
        lines += ["", f"{exercise.id}: {exercise.title}, {exercise.points:g} points"]
        lines += [_demand(lab.artefact(artefact)) for artefact in exercise.artefacts]
        lines += [f"  {check.points:>5g}  {check.id}: {check.title}" for check in exercise.checks]
    return "\n".join(lines) + "\n"


def _demand(artefact: Artefact) -> str:
    several = " (several files)" if artefact.many else ""
    return f"  hand in {artefact.title}{several}: {' or '.join(artefact.patterns)}"
