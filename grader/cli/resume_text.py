"""What became of the trainings that are kept, and how a run that was ended goes on, as text."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from grader.records.names import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.evidence.code.kept_trainings import ResumeFolder
    from grader.evidence.code.run_record import CodeRun


def resume_lines(run: CodeRun | None, path: Path, resume: ResumeFolder | None) -> Iterator[str]:
    """Lines for whoever ran code as it is written; none for others.

    Args:
        run: What was recorded; None where it could not be run.
        path: What was inspected.
        resume: Where trainings are kept; None where they are not.
    """
    if resume is not None:
        yield from _kept(resume)
    if run is None or run.mode != "full" or not _ran_out_of_time(run):
        return
    folder = "DIR" if resume is None else shlex.quote(str(resume.path))
    again = f"grader inspect {shlex.quote(str(path))} --run full --resume {folder}"
    if resume is None:
        yield f"The time for the run is over. What it trained was not kept; this keeps it: {again}"
    else:
        yield f"The time for the run is over. Go on with: {again}"


def _kept(resume: ResumeFolder) -> Iterator[str]:
    from grader.evidence.code.kept_protocol import LARGEST_BYTES
    from grader.evidence.code.kept_trainings import MOST_BYTES

    report = resume.report
    yield (
        f"{counted(report.taken, 'training')} taken from {resume.path},"
        f" {counted(report.kept, 'training')} added."
    )
    if report.left_out:
        left_out = counted(report.left_out, "training")
        room = f"{LARGEST_BYTES >> 20} MB each, {MOST_BYTES >> 20} MB of one submission"
        yield f"{left_out} not kept, for lack of room: {room}."
    yield from report.problems


def _ran_out_of_time(run: CodeRun) -> bool:
    """Whether a step took too long, or was not reached though none before it ended the program."""
    statuses = {step.status for step in run.steps}
    ended_itself = bool(statuses & {"ended", "crashed"})
    return "timed out" in statuses or not (run.ended or ended_itself)
