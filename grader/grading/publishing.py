"""Write what people read: results, the students' pages, the class page, the table of marks."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from grader.grading.store import RunStore
from grader.records.base import to_json
from grader.records.lab import Lab
from grader.records.result import GradeReport
from grader.reporting.class_view import class_page
from grader.reporting.exporters import render
from grader.reporting.html import render_class, render_student
from grader.reporting.redaction import for_student
from grader.reporting.student_view import student_page


def publish(store: RunStore, lab: Lab, reports: Sequence[GradeReport]) -> None:
    """Write every file that depends on the judgement; those that are as they were stay untouched."""
    store.write("lab.json", to_json(lab))
    for report in reports:
        store.write_result(report)
        folder = f"reports/{report.student.id}"
        store.write(f"{folder}/report.json", to_json(for_student(report)))
        store.write(f"{folder}/index.html", render_student(student_page(report)).encode())
    page = class_page(reports, lab_title=lab.title, language=lab.language)
    store.write("index.html", render_class(page).encode())
    for name, data in render("csv", reports).items():
        store.write(name, data)
    _forget_others(store, {report.student.id for report in reports})


def _forget_others(store: RunStore, students: set[str]) -> None:
    """Remove reports of submissions that are no longer there; their evidence is kept."""
    for folder in (store.folder / "reports").iterdir():
        if folder.is_dir() and folder.name not in students:
            shutil.rmtree(folder)
    for file in (store.folder / "results").glob("*.json"):
        if file.name.removesuffix(".json") not in students:
            file.unlink()
