"""Code as checks see it, and as pages show it."""

from __future__ import annotations

import msgspec

from grader.evidence.base import StoredRecord
from grader.evidence.code.function_record import EvaluatedFunctions, FunctionValuesNeed
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.evidence.code.run_record import CodeRun, CodeRunNeed, RecordedRun
from grader.evidence.code.run_view import run_sections
from grader.evidence.code.text_record import CodeText, CodeTextNeed
from grader.evidence.code.training_table import training_table
from grader.records.message import Code, Count, Listing, Message, Name, message
from grader.records.section import Section


def decode_code(
    need: CodeNeed | CodeTextNeed | CodeRunNeed | FunctionValuesNeed, stored: StoredRecord
) -> CodeReading | CodeText | RecordedRun | EvaluatedFunctions:
    """The record as it was stored; of a run with its pictures."""
    if isinstance(need, FunctionValuesNeed):
        return msgspec.json.decode(stored.raw, type=EvaluatedFunctions)
    if isinstance(need, CodeNeed):
        return msgspec.json.decode(stored.raw, type=CodeReading)
    if isinstance(need, CodeTextNeed):
        return msgspec.json.decode(stored.raw, type=CodeText)
    run = msgspec.json.decode(stored.raw, type=CodeRun)
    return RecordedRun(run, lambda: _pictures(stored))


def _pictures(stored: StoredRecord) -> dict[int, bytes]:
    return {
        int(name.removeprefix("figure-")): array.tobytes()
        for name, array in stored.arrays().items()
    }


def code_sections(
    found: CodeReading | CodeText | RecordedRun | EvaluatedFunctions,
) -> tuple[Section, ...]:
    """The trainings as a table; of a run also its figures, and where it failed; nothing of texts, nor of values."""
    if isinstance(found, CodeText | EvaluatedFunctions):
        return ()
    if isinstance(found, RecordedRun):
        return run_sections(found.run, found.pictures())
    title = message("code.trainings", count=Count(value=len(found.trainings)))
    return (training_table(title, found.trainings, reading_notes(found)),)


def reading_notes(reading: CodeReading) -> tuple[Message, ...]:
    """What is fitted besides models of layers, what could not be read, and what is commented out."""
    problems = tuple(
        message(f"code.{item.what}", where=Name(text=item.where), detail=Code(text=item.detail))
        for item in reading.problems
    )
    unused = tuple(
        message("code.commented-out", where=Name(text=item.where)) for item in reading.commented_out
    )
    names = dict.fromkeys(item.name for item in reading.estimators)
    fitted = Listing(items=tuple(Code(text=name) for name in names))
    estimators = (message("code.estimators", names=fitted),) if names else ()
    return (*estimators, *problems, *unused)
