"""``grader init``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.completing import complete_lab
from grader.cli.options import course_option
from grader.errors import UsageError

_ANSWERS_FILE = Path("answers.toml")


@click.command(name="init")
@click.argument("path", metavar="[FOLDER|FILE]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--answers",
    "lab",
    metavar="LAB",
    shell_complete=complete_lab,
    help="Write FILE (answers.toml) with all questions of LAB, to be answered by students.",
)
@course_option
def command(path: Path | None, lab: str | None, course: Path | None) -> None:
    """Make FOLDER a course directory: a commented course.toml, a roster, and the folders beside them.

    With --answers LAB it writes FILE instead, in which students answer the questions of LAB.
    """
    if lab is not None:
        _write_answers(lab, path or _ANSWERS_FILE, course)
    elif path is None:
        raise click.UsageError("Missing argument 'FOLDER'.")
    elif path.is_file():
        raise click.UsageError(f"Invalid value for 'FOLDER': Directory '{path}' is a file.")
    else:
        _make_course(path)


def _make_course(folder: Path) -> None:
    from grader import resources
    from grader.files import make_folder, write_whole

    course_file = folder / "course.toml"
    if course_file.exists():
        raise UsageError(f"{course_file} is there already", hint="nothing was changed")
    for name in ("submissions", "hidden_tests"):
        make_folder(folder / name)
    template = resources.templates() / "course"
    # The last one makes it a course directory, so that the command can be given again until it is one.
    for name in ("roster.csv", "course.toml"):
        target = folder / name
        if not target.exists():
            write_whole(target, (template / name).read_bytes())
    click.echo(f"Made {folder}. Next:")
    click.echo(f"  1. read and change {course_file}")
    click.echo("  2. put one folder or file per student under submissions/LAB")
    click.echo(
        f"  3. grader grade LAB {folder / 'submissions' / 'LAB'} --course {folder} --out RUN"
    )


def _write_answers(slug: str, file: Path, course: Path | None) -> None:
    from grader.checks.needs import lab_questions
    from grader.course import load_course
    from grader.evidence.answers.template import answers_template
    from grader.files import write_whole
    from grader.messages import catalogue

    lab = load_course(course).lab(slug)
    questions = lab_questions(lab)
    if not questions:
        raise UsageError(
            f"{slug} asks no questions that are answered in a file",
            hint=f"`grader labs {slug}` shows what it asks for",
        )
    if file.is_dir():
        file /= _ANSWERS_FILE
    if file.exists():
        raise UsageError(f"{file} is there already", hint="nothing was changed")
    write_whole(file, answers_template(lab.title, questions, catalogue(lab.language)).encode())
    click.echo(f"Wrote {file}: questions to answer: {len(questions)}. Next:")
    click.echo(f"  1. fill it in, and see what is read of it: grader inspect {file}")
    click.echo(f"  2. hand it in with the rest of your work: grader check {slug} FOLDER")
