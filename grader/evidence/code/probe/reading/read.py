"""Read the code of a submission: what it builds and trains, without running any of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from grader.evidence.code.probe.reading.comments import line_counts, plain_comments, unused_code
from grader.evidence.code.probe.reading.events import Event
from grader.evidence.code.probe.reading.files import (
    imported_names,
    main_files,
    read_units,
    stem,
)
from grader.evidence.code.probe.reading.names import framework_of
from grader.evidence.code.probe.reading.reader import Reader
from grader.evidence.code.probe.reading.rows import training_rows
from grader.evidence.code.probe.reading.source import Unit
from grader.evidence.code.probe.reading.values import Function
from grader.evidence.code.probe.reading.work import bounded
from grader.evidence.code.record import CodeProblem, CodeReading, EstimatorFit, Training


class _FileRead(NamedTuple):
    """What one program trains, which models it only compiles, and which estimators it fits."""

    trainings: tuple[Training, ...]
    untrained: tuple[Training, ...]
    estimators: tuple[EstimatorFit, ...]


def read_code(files: Mapping[str, bytes]) -> CodeReading:
    """What the scripts and notebooks of a submission build and train.

    Args:
        files: What the student calls each file, and its bytes.
    """
    with bounded():
        return _read_bounded(files)


def _read_bounded(files: Mapping[str, bytes]) -> CodeReading:
    sources, problems = read_units(files)
    for unit in (unit for units in sources.values() for unit in units):
        if unit.too_long:
            problems.append(CodeProblem(where=unit.where(1), what="too-long"))
        problems += [
            CodeProblem(where=unit.where(line), what="syntax", detail=detail)
            for line, detail in unit.errors
        ]
    units = [unit for found in sources.values() for unit in found]
    counts = [line_counts(unit) for unit in units]
    imported = imported_names(sources)
    read = [_read(file, sources, problems) for file in main_files(sources)]
    trainings = [row for found in read for row in found.trainings]
    return CodeReading(
        files=tuple(files),
        statements=sum(len(unit.body) for unit in units),
        code_lines=sum(code for code, _ in counts),
        comment_lines=sum(comments for _, comments in counts),
        framework=framework_of(imported),
        imports=tuple(sorted({name.partition(".")[0] for name in imported if name})),
        trainings=tuple(trainings),
        untrained=tuple(row for found in read for row in found.untrained),
        estimators=tuple(item for found in read for item in found.estimators),
        commented_out=tuple(item for unit in units for item in unused_code(unit)),
        comments=plain_comments(units),
        problems=tuple(problems),
    )


def _read(
    file: str, sources: Mapping[str, Sequence[Unit]], problems: list[CodeProblem]
) -> _FileRead:
    others = {stem(name): units for name, units in sources.items() if name != file}
    reader = Reader(modules=others)
    reader.run(sources[file])
    _follow_uncalled(reader)
    problems += [CodeProblem(where=where, what="too-long") for where in reader.cut]
    if sources[file] and sources[file][0].cell is None:
        problems += [
            CodeProblem(where=sources[file][0].where(line), what="not-imported", detail=name)
            for name, line in reader.missing.items()
        ]
    return _FileRead(
        training_rows(reader.events),
        training_rows(_untrained(reader)),
        tuple(reader.estimators.values()),
    )


def _untrained(reader: Reader) -> list[Event]:
    """How models are compiled that nothing trains, where no model that is compiled at the same place is trained."""
    trained = {event.model for event in reader.events}
    places = {event.where for number, event in reader.compiled.items() if number in trained}
    return [
        event
        for number, event in reader.compiled.items()
        if number not in trained and event.where not in places
    ]


def _follow_uncalled(reader: Reader) -> None:
    """Follow the functions that no code calls, for the trainings in them.

    Those that were handed to a library are called by it; the others never run.
    """
    owners = {}
    for cls in reader.classes:
        for member in cls.scope.names.values():
            if isinstance(member, Function) and not member.calls:
                owners[member] = cls
    reader.executed = False
    objects = {
        cls: reader.attempt(partial(reader.instantiate, cls, *(cls.arguments or ())))
        for cls in dict.fromkeys(owners.values())
    }
    for function in list(reader.functions):
        if function.calls == 0:
            owner = owners.get(function)
            arguments = [] if owner is None else [objects[owner]]
            reader.follow_uncalled(function, arguments)
