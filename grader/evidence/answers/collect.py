"""Collect answers: the file is read in one sandboxed process."""

from __future__ import annotations

from pathlib import Path

from grader.evidence.answers.protocol import AnswersRead, ReadAnswers
from grader.evidence.answers.record import Answers, AnswersNeed
from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.records.evidence import Failure
from grader.sandbox import Box, Limits, SandboxClient


def collect_answers(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need of answers with what was read. Whatever goes wrong becomes a `Failure`."""
    with context.open_box() as box:
        read = read_in_box(box, task.path, task.file.path, task.file.kind, context.limits)
        collected = Collected.one_record(task, AnswersNeed, read)
        collected.peak_memory_bytes = box.max_rss
        return collected


def read_in_box(box: Box, path: Path, file: str, kind: str, limits: Limits) -> Answers | Failure:
    """Read the answers in a file.

    Args:
        box: A process with the kind's profile.
        path: Where the file lies.
        file: What the student calls it.
        kind: What its first bytes say it is.
        limits: What the box was started with.
    """
    request = ReadAnswers(path=box.bring(path.resolve()), file=file, kind=kind)
    answer = SandboxClient(box, file, limits).ask_to_open(request, AnswersRead)
    return answer if isinstance(answer, Failure) else answer.answers
