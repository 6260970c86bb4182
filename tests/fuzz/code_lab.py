"""A lab that asks for code which is read and run, in a package of its own."""

from __future__ import annotations

from pathlib import Path

_LAB = '''
from __future__ import annotations

from grader.checks import CheckContext, CheckKind
from grader.evidence.code.record import CodeNeed
from grader.evidence.code.run_record import CodeRunNeed
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Exercise, Lab
from grader.records.message import Count, message
from grader.records.result import CheckResult


class TrainsSomething(CheckKind, tag="trains-something", frozen=True, kw_only=True):
    """The code trains a model, and does so when it is run."""

    def needs(self, exercise: Exercise) -> tuple[CodeNeed | CodeRunNeed, ...]:
        """What the code says, and what it does."""
        (artefact,) = exercise.artefacts_of(self)
        return CodeNeed(artefact=artefact), CodeRunNeed(artefact=artefact)

    def judge(self, context: CheckContext) -> CheckResult:
        """Count its statements and its steps."""
        read, run = self.needs(context.exercise)
        reading, recorded = context.evidence.get(read), context.evidence.get(run)
        if isinstance(reading, Failure):
            return self.judge_failure(reading)
        if isinstance(recorded, Failure):
            return self.judge_failure(recorded)
        trained = bool(recorded.run.trainings)
        return self.result(
            "passed" if trained else "failed",
            1.0 if trained else 0.0,
            message(
                "architecture.passed",
                right=Count(value=len(recorded.run.steps)),
                layers=Count(value=reading.statements),
            ),
        )


LAB = Lab(
    slug="code-lab",
    title="Code that trains",
    version="1",
    artefacts=(
        Artefact(
            id="code", title="the code", patterns=("*.py", "*.ipynb"), formats=("python", "notebook"), many=True
        ),
    ),
    exercises=(
        Exercise(
            id="training",
            title="Training",
            points=10,
            artefacts=("code",),
            checks=(TrainsSomething(id="trains", title="It trains", points=10, artefacts=("code",)),),
        ),
    ),
)
'''


def write_package(folder: Path) -> Path:
    """Write the package as an installer would, and return the folder to look for packages in."""
    about = folder / "code_lab_of_tests-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: code-lab-of-tests\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[grader.labs]\ncode-lab = code_lab_of_tests:LAB\n")
    (folder / "code_lab_of_tests.py").write_text(_LAB)
    return folder
