"""`ProgramsPresent`: the programs that a lab asks for are there, and complete enough to train."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck
from grader.checks.code.filters import ModelFilter, accepted
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.records.base import Record
from grader.records.message import Code, Listing, Message, Name, message
from grader.records.names import first_few
from grader.records.result import CheckResult


class RequiredProgram(Record, frozen=True, kw_only=True):
    """A program that a lab asks for, under any name."""

    names: tuple[str, ...]
    """Shell patterns of the names it is expected under, regardless of case; the first is the one to use."""
    models: tuple[ModelFilter, ...]
    """It is complete where it trains any of these."""


class ProgramsPresent(CodeCheck, tag="programs-present", frozen=True, kw_only=True):
    """Each program is there that trains what it is for; each earns its share.

    A program counts whatever it is called, and several may be one file. One that is there under its name and trains
    nothing is not complete.
    """

    programs: tuple[RequiredProgram, ...]

    def __post_init__(self) -> None:
        if not self.programs:
            raise ValueError(f"check '{self.id}' asks for no program")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for each program by what it trains, and by its name where it trains nothing."""
        found = {program: self._training_of(program, code) for program in self.programs}
        right = [training for training in found.values() if training is not None]
        open_programs = [program for program, training in found.items() if training is None]
        return self.share_result(
            len(right) / len(found),
            *(_found(program, training) for program, training in found.items() if training),
            *(self._absent(program, code) for program in open_programs),
            advice=tuple(_advice(program) for program in open_programs),
        )

    def _training_of(self, program: RequiredProgram, code: CodeShown) -> Training | None:
        named = _named(program, code)
        fitting = [
            training for models in program.models for training in accepted(code.trainings, models)
        ]
        in_named = (item for item in fitting if item.where.startswith(named))
        return next(in_named, next(iter(fitting), None)) if named else next(iter(fitting), None)

    def _absent(self, program: RequiredProgram, code: CodeShown) -> Message:
        named = _named(program, code)
        if named:
            return message(
                "programs-present.incomplete",
                file=Name(text=first_few([PurePosixPath(file).name for file in named])),
            )
        return message(
            "programs-present.absent",
            name=Code(text=program.names[0]),
            files=Name(text=first_few([PurePosixPath(file).name for file in code.files])),
        )


def _named(program: RequiredProgram, code: CodeShown) -> tuple[str, ...]:
    """The files whose names fit."""
    patterns = [pattern.casefold() for pattern in program.names]
    return tuple(
        file
        for file in code.files
        if any(fnmatchcase(PurePosixPath(file).name.casefold(), each) for each in patterns)
    )


def _found(program: RequiredProgram, training: Training) -> Message:
    return message(
        "programs-present.found",
        name=Code(text=program.names[0]),
        where=Name(text=training.where),
    )


def _advice(program: RequiredProgram) -> Message:
    models = Listing(items=tuple(models.text for models in program.models), last="format.or")
    return message("programs-present.advice", name=Code(text=program.names[0]), models=models)
