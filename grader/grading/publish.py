"""Write what people read: results, the students' pages, the class page, the leaderboard, the table of marks."""

from __future__ import annotations

import hashlib
import shutil

from grader.grading.run_judging import JudgedClass
from grader.parallel import over_cores, usable_cores
from grader.records.base import to_json
from grader.records.result import GradeReport
from grader.records.similarity import SIMILAR_CODE_FILE
from grader.reporting.class_view import class_page
from grader.reporting.exporters import render
from grader.reporting.feedback import student_feedback
from grader.reporting.html import (
    render_class,
    render_leaderboard,
    render_similar_code,
    render_student,
    wording_digest,
)
from grader.reporting.leaderboard import leaderboard
from grader.reporting.pictures import Images
from grader.reporting.pseudonyms import pseudonyms
from grader.reporting.similar_code_view import similar_code_pages
from grader.reporting.similarity_view import similarity_section
from grader.reporting.student_view import feedback_page
from grader.runs.store import RunStore
from grader.storage import storing


def publish(store: RunStore, judged: JudgedClass, images: Images) -> None:
    """Write every file that depends on the judgement; those that are as they were stay untouched.

    Args:
        store: The run folder.
        judged: Full reports in order, at least one, and what only the page of the class shows.
        images: Where the pictures of mistakes come from.
    """
    reports = judged.reports
    names = pseudonyms(reports)
    over_cores(
        lambda report: _publish_student(store, report, names[report.student.id], images),
        reports,
        cores=usable_cores(),
    )
    store.write("similar.json", to_json(judged.similarities))
    _publish_similar_code(store, judged)
    similarity = similarity_section(judged.similarities, reports)
    page = class_page(reports, seconds=judged.seconds, similarity=similarity)
    store.write("index.html", render_class(page).encode())
    store.write("leaderboard.html", render_leaderboard(leaderboard(reports, names)).encode())
    for name, data in render("csv", reports).items():
        store.write(name, data)
    _remove_others(store, {report.student.id for report in reports})


def _publish_student(store: RunStore, report: GradeReport, pseudonym: str, images: Images) -> None:
    """Write a student's result, report and page; a page of the same report and wording is left as it is."""
    store.write_result(report)
    folder = f"reports/{report.student.id}"
    feedback = student_feedback(report)
    shown = to_json(feedback)
    wording = wording_digest(report.language)
    mark = hashlib.sha256(shown + pseudonym.encode() + wording.encode()).hexdigest()
    comment = f"<!-- {mark} -->\n".encode()
    store.write(f"{folder}/report.json", shown)
    if not store.ends_with(f"{folder}/index.html", comment):
        page = feedback_page(feedback, images=images, pseudonym=pseudonym)
        store.write(f"{folder}/index.html", render_student(page).encode() + comment)


def _publish_similar_code(store: RunStore, judged: JudgedClass) -> None:
    """Write the code of similar submissions and a page for each pair; those of former pairs are removed."""
    if not judged.similar_code.sources:
        store.remove(SIMILAR_CODE_FILE)
    else:
        store.write(SIMILAR_CODE_FILE, to_json(judged.similar_code))
    pages = dict(similar_code_pages(judged.similarities, judged.similar_code, judged.reports))
    for name, page in pages.items():
        store.write(name, render_similar_code(page).encode())
    for file in (store.folder / "similar").glob("*/*.html"):
        name = file.relative_to(store.folder).as_posix()
        if name not in pages:
            store.remove(name)


def _remove_others(store: RunStore, students: set[str]) -> None:
    """Remove reports of submissions that are no longer there; their evidence is kept."""
    for folder in (store.folder / "reports").iterdir():
        if folder.is_dir() and folder.name not in students:
            with storing(folder, "removed"):
                shutil.rmtree(folder)
    for file in (store.folder / "results").glob("*.json"):
        if file.name.removesuffix(".json") not in students:
            store.remove(f"results/{file.name}")
