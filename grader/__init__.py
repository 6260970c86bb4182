"""Automated grader and submission checker for university Keras labs.

The public API, imported on first use so that ``import grader`` stays instant::

    import grader

    options = grader.GradeOptions(isolation="auto")
    result = grader.grade_class(
        "mnist-cifar100", Path("submissions"), out=Path("run"), options=options
    )
    for report in result.reports:
        print(report.student.id, report.points)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.errors import GraderError
    from grader.grading.check import CheckedSubmission, CheckOptions, check_submission
    from grader.grading.grade import ClassResult, GradeOptions, grade_class
    from grader.grading.rescore import read_results, rescore, translate_run
    from grader.registry import lab, labs
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
    "lab": "grader.registry",
    "labs": "grader.registry",
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
