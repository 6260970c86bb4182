"""Read a report of any format, or say why it cannot be read."""

from __future__ import annotations

import warnings
from pathlib import Path, PurePosixPath

from grader.evidence.report.probe.draft import Draft, ReportError
from grader.evidence.report.probe.finish import finish
from grader.evidence.report.probe.html import read_html
from grader.evidence.report.probe.images import take_out_images
from grader.evidence.report.probe.markdown import read_markdown
from grader.evidence.report.probe.notebook import read_notebook
from grader.evidence.report.probe.pdf import read_pdf
from grader.evidence.report.probe.plain import decode_text, read_plain, shortened
from grader.evidence.report.probe.word import read_word
from grader.evidence.report.record import ReportFormat, ReportReading
from grader.records.evidence import Failure, file_failure

#: Bytes of a report.
_MOST_BYTES = 200 << 20
_BY_KIND: dict[str, ReportFormat] = {
    "pdf": "pdf",
    "word": "word",
    "office": "word",
    "html": "html",
    "notebook": "notebook",
}
#: What a text is by its name.
_BY_ENDING: dict[str, ReportFormat] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".rmd": "markdown",
    ".qmd": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}


def read_report(path: Path, file: str, kind: str) -> ReportReading | Failure:
    """Read a report.

    Args:
        path: Where it lies.
        file: What the student calls it.
        kind: What its first bytes say it is.
    """
    ending = PurePosixPath(file).suffix.lower()
    draft = Draft(_BY_KIND.get(kind) or _BY_ENDING.get(ending, "text"))
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ReportError("broken-report", f"more than {_MOST_BYTES >> 20} MB")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of libraries about damaged files
            _fill(draft, path.read_bytes())
            reading = finish(draft, file)
    except ReportError as error:
        if error.reason == "wrong-format":
            return file_failure("wrong-format", file, f"kind-{kind}", detail=error.detail)
        return file_failure(error.reason, file, detail=error.detail)
    except RecursionError:
        return file_failure("broken-report", file, detail="nested too deep")
    if reading.words == 0:
        if reading.figures or reading.drawings:
            return file_failure("empty-report", file, "report-scan")
        return file_failure("empty-report", file)
    return reading


def _fill(draft: Draft, data: bytes) -> None:
    match draft.format:
        case "pdf":
            read_pdf(data, draft)
        case "word":
            read_word(data, draft)
        case "notebook":
            read_notebook(data, draft)
        case "html":
            read_html(_marked_up(data, draft), draft)
        case "markdown":
            read_markdown(_marked_up(data, draft), draft)
        case "text":
            read_plain(shortened(decode_text(data, draft), draft), draft)


def _marked_up(data: bytes, draft: Draft) -> str:
    text, draft.contained = take_out_images(decode_text(data, draft))
    return shortened(text, draft)
