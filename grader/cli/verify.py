"""``grader verify``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.completing import complete_lab
from grader.cli.options import course_option, isolation_option, limit_options, limits_from
from grader.cli.progress import submissions_progress
from grader.errors import VerificationError
from grader.sandbox.levels import Isolation


@click.command(name="verify")
@click.argument("lab", nargs=-1, shell_complete=complete_lab)
@limit_options
@isolation_option
@course_option
def command(
    lab: tuple[str, ...], timeout: float, memory: float, isolation: Isolation, course: Path | None
) -> None:
    """Hold LAB (by default every lab) to what it promises.

    The reference solution earns full marks, an empty submission earns 0, and every sample loses points on the
    checks its samples.toml names, and on no others.
    """
    from grader import registry
    from grader.grading.grade import GradeOptions
    from grader.upkeep.verify import verify_lab

    broken = 0
    for slug in lab or tuple(registry.labs()):
        with submissions_progress() as progress:
            options = GradeOptions(
                isolation=isolation, limits=limits_from(timeout, memory), progress=progress
            )
            findings = verify_lab(slug, options=options, course=course)
        click.echo(slug)
        for finding in findings:
            mark = "ok  " if finding.kept else "FAIL"
            found = "" if finding.kept else f" (found: {finding.found})"
            click.echo(f"  {mark} {finding.subject} {finding.promise}{found}")
        broken += sum(not finding.kept for finding in findings)
    if broken:
        raise VerificationError(f"{broken} promise{'s' if broken != 1 else ''} not kept")
