"""Collect what code builds and trains: all its files are read together in one sandboxed process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.code.client import CodeClient
from grader.evidence.code.function_record import FunctionValuesNeed
from grader.evidence.code.kept_trainings import ResumeFolder
from grader.evidence.code.profile import run_profile
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.evidence.code.run import RunFiles, run_code
from grader.evidence.code.run_record import CodeRunNeed, RunMode
from grader.evidence.code.served import SERVED
from grader.evidence.code.text_record import CodeTextNeed
from grader.evidence.need import Need
from grader.records.evidence import Failure


def collect_code(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need of code: read it, and run it where a need asks for that.

    Whatever goes wrong becomes a `Failure`.
    """
    with context.open_box() as box:
        files = {file.path: path for file, path in task.files}
        client = CodeClient(box, files, context.limits)
        reading = client.read()
        collected = Collected.one_record(task, CodeNeed, reading)
        if isinstance(reading, CodeReading):
            _collect_text(task, client, collected)
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


def _collect_text(task: CollectTask, client: CodeClient, collected: Collected) -> None:
    """Read the code as it is compared, where that is asked for."""
    for need in task.needs:
        if isinstance(need, CodeTextNeed):
            collected.records[need] = client.text()


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
        tuple(need.points for need in valued),
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
    collected.records |= zip(valued, finished.functions, strict=True)
    collected.peak_memory_bytes = max(collected.peak_memory_bytes, finished.peak_memory_bytes)


def _kept_of(
    mode: RunMode, needs: Sequence[Need[Any]], task: CollectTask, context: CollectContext
) -> ResumeFolder | None:
    """Where the trainings of a run as written are kept until it is done; None where nothing is."""
    keys = [task.keys[need] for need in needs if need in task.keys]
    if mode != "full" or context.work_folder is None or not keys:
        return None
    return ResumeFolder(context.work_folder / keys[0])
