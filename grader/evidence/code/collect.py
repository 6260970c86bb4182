"""Collect what code builds and trains: all its files are read together in one sandboxed process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.code.beside import nearest_to_top
from grader.evidence.code.function_record import FunctionValuesNeed
from grader.evidence.code.functions import at_points
from grader.evidence.code.kept_trainings import ResumeFolder
from grader.evidence.code.profile import run_profile
from grader.evidence.code.protocol import CodeRead, ReadCode, SourceFile
from grader.evidence.code.record import CodeNeed, CodeProblem, CodeReading
from grader.evidence.code.run import RunFiles, run_code
from grader.evidence.code.run_record import CodeRunNeed, RunMode
from grader.evidence.code.served import SERVED
from grader.evidence.need import Need
from grader.records.evidence import Failure
from grader.records.names import first_few
from grader.sandbox import MAX_SUBMITTED, Box, Limits, SandboxClient


def collect_code(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need of code: read it, and run it where a need asks for that.

    Whatever goes wrong becomes a `Failure`.
    """
    with context.open_box() as box:
        files = {file.path: path for file, path in task.files}
        reading = read_in_box(box, files, context.limits)
        collected = Collected.one_record(task, CodeNeed, reading)
        collected.peak_memory_bytes = box.max_rss
    for mode, needs in _needs_by_mode(task.needs).items():
        _collect_run(mode, needs, task, context, collected)
    return collected


def _needs_by_mode(needs: Sequence[Need[Any]]) -> dict[RunMode, list[Need[Any]]]:
    """The needs that one run in each mode answers; values come with any, quick where nothing says otherwise."""
    runs: dict[RunMode, list[Need[Any]]] = {}
    for need in needs:
        if isinstance(need, CodeRunNeed):
            runs.setdefault(need.mode, []).append(need)
    values = [need for need in needs if isinstance(need, FunctionValuesNeed)]
    if values:
        runs.setdefault("full" if [*runs] == ["full"] else "quick", []).extend(values)
    return runs


def _collect_run(
    mode: RunMode,
    needs: Sequence[Need[Any]],
    task: CollectTask,
    context: CollectContext,
    collected: Collected,
) -> None:
    """Run the code once, for all of some needs."""
    files = RunFiles(
        code={file.path: path for file, path in task.files},
        beside={file.path: path for file, path in task.companions},
    )
    valued = [need for need in needs if isinstance(need, FunctionValuesNeed)]
    profile = run_profile(mode)
    kept = _kept_of(mode, needs, task, context)
    finished = run_code(
        lambda: context.open_with(profile),
        files,
        SERVED,
        profile.limits(context.limits),
        mode,
        context.on_step,
        tuple(dict.fromkeys(point for need in valued for point in need.points)),
        resume=kept,
    )
    if kept is not None and not (isinstance(finished, Failure) and finished.fault == "grader"):
        kept.remove()
    if isinstance(finished, Failure):
        collected.records |= dict.fromkeys(needs, finished)
        return
    for need in needs:
        if isinstance(need, CodeRunNeed):
            collected.records[need] = finished.run
            collected.arrays[need] = finished.arrays
    for need in valued:
        found = finished.functions
        collected.records[need] = (
            found if isinstance(found, Failure) else at_points(found, need.points)
        )
    collected.peak_memory_bytes = max(collected.peak_memory_bytes, finished.peak_memory_bytes)


def _kept_of(
    mode: RunMode, needs: Sequence[Need[Any]], task: CollectTask, context: CollectContext
) -> ResumeFolder | None:
    """Where the trainings of a run as written are kept until it is done; None where nothing is."""
    keys = [task.keys[need] for need in needs if need in task.keys]
    if mode != "full" or context.work_folder is None or not keys:
        return None
    return ResumeFolder(context.work_folder / keys[0])


def read_in_box(box: Box, files: dict[str, Path], limits: Limits) -> CodeReading | Failure:
    """Read scripts and notebooks together; of more than a box takes, those that are named as left out are not read.

    Args:
        box: A process with the kind's profile.
        files: What the student calls each file, and where it lies.
        limits: What the box was started with.
    """
    client = SandboxClient(box, next(iter(files), ""), limits)
    taken = nearest_to_top(files, MAX_SUBMITTED)
    sources = tuple(SourceFile(path=box.bring(files[file].resolve()), file=file) for file in taken)
    answer = client.ask_to_open(ReadCode(files=sources), CodeRead)
    if isinstance(answer, Failure):
        return answer
    return _with_left_out(answer.reading, [file for file in files if file not in taken])


def _with_left_out(reading: CodeReading, left_out: Sequence[str]) -> CodeReading:
    """What was read, with the files that were not."""
    if not left_out:
        return reading
    problem = CodeProblem(
        where=first_few(left_out), what="too-many-files", detail=str(len(left_out))
    )
    return msgspec.structs.replace(reading, problems=(problem, *reading.problems))
