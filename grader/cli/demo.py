"""``grader demo``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.progress import submissions_progress

#: The lab whose data are embedded, so that the demo needs no download.
LAB = "ml-assignment2"


@click.command(name="demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo-run"),
    show_default=True,
    help="Run folder.",
)
def command(out: Path) -> None:
    """Grade a small sample class on embedded digits and say where the page is."""
    from grader import resources
    from grader.cli.summary import print_class
    from grader.course import Course
    from grader.grading.grade import ClassRun, GradeOptions
    from grader.intake import find_class

    submissions = resources.samples(LAB)
    click.echo(f"Grading the sample class of '{LAB}' on scikit-learn's handwritten digits.")
    course = Course()
    with submissions_progress() as progress:
        run = ClassRun(course.lab(LAB), course, out, source=str(submissions))
        options = GradeOptions(isolation="auto", progress=progress)
        result = run.grade(find_class(submissions), options)
    print_class(result, as_json=False)
    click.echo(f"A student:  {out / 'reports' / result.reports[0].student.id / 'index.html'}")
