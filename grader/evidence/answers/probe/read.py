"""Read answers from a file of any format, or say why there are none."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from grader.evidence.answers.probe.document import fill_from_report
from grader.evidence.answers.probe.draft import Draft
from grader.evidence.answers.probe.toml import decoded, fill_from_toml, is_toml
from grader.evidence.answers.record import Answers
from grader.evidence.report.probe.read import read_report
from grader.records.evidence import Failure, file_failure
from grader.records.message import Count

#: Bytes of a TOML file: far more than typed answers need.
_MOST_BYTES = 64 << 10
_TEXTS = ("text", "utf-16")


def read_answers(path: Path, file: str, kind: str) -> Answers | Failure:
    """Read the answers in a file.

    Args:
        path: Where it lies.
        file: What the student calls it.
        kind: What its first bytes say it is. A text is TOML if its name says so or all of it is; any other text is
            read by its headings, as documents are.
    """
    named_toml = PurePosixPath(file).suffix.lower() == ".toml"
    if kind in _TEXTS and (named_toml or _is_small_toml(path)):
        draft = _read_toml(path, file)
    else:
        draft = _read_document(path, file, kind)
    if isinstance(draft, Failure):
        return draft
    if not draft.answers and not draft.problems:
        return file_failure("no-answers", file)
    return draft.finish()


def _read_toml(path: Path, file: str) -> Draft | Failure:
    data = _first_bytes(path)
    if len(data) > _MOST_BYTES:
        return file_failure("too-long-for-answers", file, most=Count(value=_MOST_BYTES >> 10))
    draft = Draft(file, "toml")
    fill_from_toml(data, draft)
    return draft


def _is_small_toml(path: Path) -> bool:
    data = _first_bytes(path)
    return len(data) <= _MOST_BYTES and is_toml(decoded(data)[0])


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_MOST_BYTES + 1)


def _read_document(path: Path, file: str, kind: str) -> Draft | Failure:
    report = read_report(path, file, kind)
    if isinstance(report, Failure):
        return report
    draft = Draft(file, "document")
    fill_from_report(report, draft)
    return draft
