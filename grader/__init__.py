"""Automated grader and submission checker for university Keras labs.

The public API, imported on first use so that ``import grader`` stays instant::

    import grader

    options = grader.GradeOptions(isolation="auto")
    result = grader.grade_class(
        "mnist-cifar100", Path("submissions"), out=Path("run"), options=options
    )
    for report in result.reports:
        print(report.student.id, report.points)

In a notebook, ``grader.check("mnist-cifar100", mnist=model)`` shows the feedback on a Keras model.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.errors import GraderError
    from grader.grading.check import CheckedSubmission, CheckOptions, check_submission
    from grader.grading.grade import ClassResult, GradeOptions, grade_class
    from grader.grading.rescore import read_results, rescore, translate_run
    from grader.interactive import LabList, ShownCheck, check, labs
    from grader.registry import lab
    from grader.upkeep.verify import verify_lab

__version__ = "0.2.0.dev0"

_MODULES = {
    "CheckOptions": "grader.grading.check",
    "CheckedSubmission": "grader.grading.check",
    "ClassResult": "grader.grading.grade",
    "GradeOptions": "grader.grading.grade",
    "GraderError": "grader.errors",
    "check_submission": "grader.grading.check",
    "grade_class": "grader.grading.grade",
    "LabList": "grader.interactive",
    "ShownCheck": "grader.interactive",
    "check": "grader.interactive",
    "lab": "grader.registry",
    "labs": "grader.interactive",
    "read_results": "grader.grading.rescore",
    "rescore": "grader.grading.rescore",
    "translate_run": "grader.grading.rescore",
    "verify_lab": "grader.upkeep.verify",
}

__all__ = [
    "CheckOptions",
    "CheckedSubmission",
    "ClassResult",
    "GradeOptions",
    "GraderError",
    "LabList",
    "ShownCheck",
    "check",
    "check_submission",
    "grade_class",
    "lab",
    "labs",
    "read_results",
    "rescore",
    "translate_run",
    "verify_lab",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'grader' has no attribute '{name}'")
    return getattr(importlib.import_module(_MODULES[name]), name)


class _Package(ModuleType):
    """`grader.labs` stays the function when the package of that name is imported, which would take its place."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "labs" or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
