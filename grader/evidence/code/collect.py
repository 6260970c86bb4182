"""Collect what code builds and trains: all its files are read together in one sandboxed process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.code.beside import nearest_to_top
from grader.evidence.code.profile import RUN_PROFILE
from grader.evidence.code.protocol import CodeRead, ReadCode, SourceFile
from grader.evidence.code.record import CodeNeed, CodeProblem, CodeReading
from grader.evidence.code.run import RunFiles, run_code
from grader.evidence.code.run_record import CodeRunNeed
from grader.evidence.code.served import SERVED
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
    for need in task.needs:
        if isinstance(need, CodeRunNeed):
            _collect_run(need, task, context, collected)
    return collected


def _collect_run(
    need: CodeRunNeed, task: CollectTask, context: CollectContext, collected: Collected
) -> None:
    """Run the code for a need."""
    files = RunFiles(
        code={file.path: path for file, path in task.files},
        beside={file.path: path for file, path in task.companions},
    )
    finished = run_code(
        lambda: context.open_with(RUN_PROFILE),
        files,
        SERVED,
        RUN_PROFILE.limits(context.limits),
        need.mode,
        context.on_step,
    )
    if isinstance(finished, Failure):
        collected.records[need] = finished
        return
    collected.records[need] = finished.run
    collected.arrays[need] = finished.arrays
    collected.peak_memory_bytes = max(collected.peak_memory_bytes, finished.peak_memory_bytes)


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
