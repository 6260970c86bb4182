"""Moodle: the students' pages as a zip of feedback files, to upload into the assignment.

Source: moodle/moodle ``mod/assign/feedback/file/importziplib.php``: a part of the path that reads
``Name_123_assignsubmission_file``, as in the download of all submissions, says whose file it is.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Sequence

from grader.errors import RunError
from grader.records.result import GradeReport
from grader.reporting.exporters import RunExporter
from grader.runs.store import RunStore

_LOG = logging.getLogger(__name__)

#: A folder or file of the download; a file's own name stands behind the last underscore.
_SOURCE = re.compile(
    r"(?P<person>[^_]*_\d+_(?:assignsubmission|assignfeedback)_[a-z0-9]+)(?P<rest>_.+|_)?",
    re.DOTALL,
)


def render(reports: Sequence[GradeReport], store: RunStore) -> dict[str, bytes]:
    """``moodle-feedback.zip``: ``<folder of the download>/feedback.html`` for each student.

    Students whose submission did not come from Moodle are left out with a warning.

    Raises:
        RunError: No submission came from Moodle, or a page is not there.
    """
    pages = {}
    for report in reports:
        folder = _folder(report, store)
        if folder is None:
            _LOG.warning("'%s' is left out: not from a download of Moodle", report.student.id)
        else:
            pages[f"{folder}/feedback.html"] = _page(report, store)
    if reports and not pages:
        raise RunError(
            f"no submission of {store.folder} came from a download of Moodle",
            hint="grade the folder of View all submissions, Download all submissions, as Moodle names it",
        )
    return {"moodle-feedback.zip": _zip(pages)}


def _folder(report: GradeReport, store: RunStore) -> str | None:
    """The folder of a student in the download, which is what Moodle goes by; None for others."""
    evidence = store.read_evidence(report.student.id)
    if evidence is None:
        return None
    found = _SOURCE.fullmatch(evidence.submission.source)
    if found is None:
        return None
    # Where the student's file itself is named so, in downloads without folders, its own name follows the underscore.
    return found["person"] + ("_" if found["rest"] else "")


def _page(report: GradeReport, store: RunStore) -> bytes:
    file = store.folder / "reports" / report.student.id / "index.html"
    try:
        return file.read_bytes()
    except OSError as error:
        raise RunError(
            f"{file} cannot be read: {error.strerror}",
            hint="run `grader rescore` to write it again",
        ) from error


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


EXPORTER = RunExporter(
    description="the students' pages as a zip of feedback files for Moodle (moodle-feedback.zip)",
    render=render,
)
