"""What the shell completes: labs, their exercises, datasets, and the students and checks of a run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader import registry
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.records.run import RunManifest


def complete_lab(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Slugs of labs; a command that takes several is not offered one twice."""
    given = ctx.params.get(param.name or "") or ()
    return _fitting(
        set(registry.LABS.names()) - set(given if param.nargs == -1 else ()), incomplete
    )


def complete_exercise(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Exercises of the lab that stands before, and the programs of its reference."""
    from grader.upkeep.written_program import find_written_programs

    try:
        lab = registry.lab(str(ctx.params.get("lab")))
        programs = [program.name for program in find_written_programs(lab.slug)]
    except GraderError:
        return []
    return _fitting([*(exercise.id for exercise in lab.exercises), *programs], incomplete)


def complete_dataset(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Datasets of the grader."""
    from grader import datasets

    return _fitting(datasets.names(), incomplete)


def complete_student(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Students of the run that stands before."""
    manifest = _manifest(ctx)
    return [] if manifest is None else _fitting(manifest.students, incomplete)


def complete_check(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Checks of the lab of the run that stands before, as ``exercise/check``."""
    manifest = _manifest(ctx)
    if manifest is None or manifest.lab not in registry.LABS.names():
        return []
    exercises = registry.lab(manifest.lab).exercises
    checks = (f"{item.id}/{check.id}" for item in exercises for check in item.checks)
    return _fitting(checks, incomplete)


def _manifest(ctx: click.Context) -> RunManifest | None:
    """The manifest of the run that stands before; None where there is no run."""
    from grader.runs.store import RunStore

    try:
        return RunStore(Path(ctx.params.get("run") or ".")).read_manifest()
    except GraderError:
        return None


def _fitting(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted(name for name in names if name.startswith(incomplete))
