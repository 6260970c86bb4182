"""Collect what code builds and trains: all its files are read together in one sandboxed process."""

from __future__ import annotations

from pathlib import Path

from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.code.protocol import CodeRead, ReadCode, SourceFile
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.records.evidence import Failure
from grader.sandbox import Box, Limits, SandboxClient


def collect_code(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need of code with what was read. Whatever goes wrong becomes a `Failure`."""
    with context.open_box() as box:
        files = {file.path: path for file, path in task.files}
        reading = read_in_box(box, files, context.limits)
        collected = Collected.one_record(task, CodeNeed, reading)
        collected.peak_memory_bytes = box.max_rss
        return collected


def read_in_box(box: Box, files: dict[str, Path], limits: Limits) -> CodeReading | Failure:
    """Read scripts and notebooks together.

    Args:
        box: A process with the kind's profile.
        files: What the student calls each file, and where it lies.
        limits: What the box was started with.
    """
    client = SandboxClient(box, next(iter(files), ""), limits)
    sources = tuple(
        SourceFile(path=box.bring(path.resolve()), file=file) for file, path in files.items()
    )
    answer = client.ask_to_open(ReadCode(files=sources), CodeRead)
    return answer if isinstance(answer, Failure) else answer.reading
