"""A stand-in for the library, so that commands are tested for what they pass on and print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader import registry
from grader.grading.runs import ClassResult
from grader.records.result import GradeReport
from tests.factories import report


class Library:
    """Stands in for a function of the library, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: tuple[Any, ...] = ()
        self.options: dict[str, Any] = {}

    def __call__(self, *asked: Any, **options: Any) -> Any:
        self.asked, self.options = asked, options
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def result(*reports: GradeReport, **more: Any) -> ClassResult:
    defaults: dict[str, Any] = {
        "folder": Path("run"),
        "lab": registry.lab("mnist-cifar100"),
        "reports": reports or (report(),),
        "kept": 0,
        "unavailable": {},
    }
    return ClassResult(**defaults | more)
