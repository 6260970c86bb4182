"""What `grader inspect` shows, as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from grader.cli.answers_text import answers_lines
from grader.cli.code_text import code_lines
from grader.cli.model_text import model_lines
from grader.cli.report_text import report_lines
from grader.messages import visible
from grader.records.names import counted

if TYPE_CHECKING:
    from grader.records.base import Record
    from grader.upkeep.inspect_submission import SubmissionContents

_WIDTH = 80
_RULE = "=" * _WIDTH


def text_lines(shown: Record) -> list[str]:
    """The lines for whatever was inspected.

    Raises:
        TypeError: It is no record of `grader inspect`.
    """
    from grader.evidence.answers.record import Answers
    from grader.evidence.code.run_record import CodeShown
    from grader.evidence.models.record import ModelSummary
    from grader.evidence.report.record import ReportReading
    from grader.upkeep.inspect_submission import SubmissionContents

    if isinstance(shown, SubmissionContents):
        return _contents_lines(shown)
    if isinstance(shown, CodeShown):
        return code_lines(shown)
    if isinstance(shown, ReportReading):
        return report_lines(shown)
    if isinstance(shown, Answers):
        return answers_lines(shown)
    if isinstance(shown, ModelSummary):
        return model_lines(shown)
    raise TypeError(f"{type(shown).__name__} is not shown as text")


def _contents_lines(contents: SubmissionContents) -> list[str]:
    """What there is, then each part below a line of its own, then what was not opened and what is not shown."""
    lines = textwrap.wrap(f"{visible(contents.source)}: {', '.join(_counts(contents))}.", _WIDTH)
    parts: list[Record | None] = [
        contents.code,
        *contents.reports,
        *contents.answers,
        *contents.models,
    ]
    for part in parts:
        if part is not None:
            lines += ["", _RULE, *text_lines(part)]
    lines += ["", _RULE] if contents.not_opened or contents.others or contents.skipped else []
    if contents.not_opened:
        lines.append("Not opened:")
        for item in contents.not_opened:
            lines += _wrapped(f"{item.message} {item.hint}")
    if contents.others:
        lines += _wrapped(f"Not shown: {', '.join(item.file for item in contents.others)}")
    if contents.skipped:
        lines += _wrapped(
            f"Left aside (links, too large, or not to be read): {', '.join(contents.skipped)}"
        )
    return lines


def _counts(contents: SubmissionContents) -> Iterator[str]:
    code = len(contents.code.files) if contents.code is not None else 0
    for number, text in (
        (code, f"{counted(code, 'file')} of code"),
        (len(contents.reports), counted(len(contents.reports), "report")),
        (len(contents.answers), f"{counted(len(contents.answers), 'file')} of answers"),
        (len(contents.models), counted(len(contents.models), "model")),
        (len(contents.not_opened), f"{len(contents.not_opened)} not opened"),
    ):
        if number:
            yield text


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(visible(text), _WIDTH, initial_indent="  ", subsequent_indent="    ")
