"""A stand-in for the library, so that commands are tested for what they pass on and print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader import registry
from grader.grading.check import CheckedSubmission
from grader.grading.grade import ClassResult
from grader.records.result import GradeReport
from tests.factories import report


class Library:
    """Stands in for a function of the library, and remembers how it was called."""

    def __init__(self, result: Any) -> None:
        self.result = result
        self.arguments: tuple[Any, ...] = ()
        self.options: dict[str, Any] = {}

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        self.arguments, self.options = arguments, options
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def class_result(*reports: GradeReport, **more: Any) -> ClassResult:
    """What grading a class came to."""
    defaults: dict[str, Any] = {
        "folder": Path("run"),
        "lab": registry.lab("mnist-cifar100"),
        "reports": reports or (report(),),
        "kept": 0,
        "unavailable": {},
    }
    return ClassResult(**defaults | more)


def checked_submission(shown: GradeReport, **more: Any) -> CheckedSubmission:
    """What a student's own check came to."""
    defaults: dict[str, Any] = {"images": lambda dataset, place: None, "unavailable": {}}
    return CheckedSubmission(report=shown, **defaults | more)
