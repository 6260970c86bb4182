"""``grader demo``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.progress import submissions_progress

#: Its course asks for the exercise whose data are embedded, so that the demo needs no download.
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
    from grader.course import load_course
    from grader.grading.grade import ClassRun, GradeOptions
    from grader.intake import find_class
    from grader.upkeep.verify import read_samples

    submissions = resources.samples(LAB)
    click.echo(f"Grading the sample class of '{LAB}' on scikit-learn's handwritten digits.")
    course = load_course(resources.templates() / "demo")
    lab = course.lab(LAB)
    asked = {exercise.id for exercise in lab.exercises}
    samples = read_samples(LAB)
    class_of = [
        item
        for item in find_class(submissions)
        if not asked.isdisjoint(samples[item.submission.student.id].exercises)
    ]
    with submissions_progress() as progress:
        run = ClassRun(lab, course, out, source=str(submissions))
        options = GradeOptions(isolation="auto", progress=progress)
        result = run.grade(class_of, options)
    print_class(result, as_json=False)
    click.echo(f"A student:  {out / 'reports' / result.reports[0].student.id / 'index.html'}")
