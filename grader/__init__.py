"""Automated grader and submission checker for university Keras labs.

The public API, imported on first use so that ``import grader`` stays instant::

    import grader

    result = grader.grade_class("mnist-cifar100", Path("submissions"), out=Path("run"))
    for report in result.reports:
        print(report.student.id, report.points)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.errors import GraderError
    from grader.grading.checking import check_submission
    from grader.grading.runs import ClassResult, grade_class, read_results, rescore
    from grader.grading.verifying import verify_lab
    from grader.registry import lab, labs

__version__ = "0.1.0"

_MODULES = {
    "ClassResult": "grader.grading.runs",
    "GraderError": "grader.errors",
    "check_submission": "grader.grading.checking",
    "grade_class": "grader.grading.runs",
    "lab": "grader.registry",
    "labs": "grader.registry",
    "read_results": "grader.grading.runs",
    "rescore": "grader.grading.runs",
    "verify_lab": "grader.grading.verifying",
}

__all__ = [
    "ClassResult",
    "GraderError",
    "check_submission",
    "grade_class",
    "lab",
    "labs",
    "read_results",
    "rescore",
    "verify_lab",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'grader' has no attribute '{name}'")
    return getattr(importlib.import_module(_MODULES[name]), name)
