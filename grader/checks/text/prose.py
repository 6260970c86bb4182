"""What students say in their own words, sentence by sentence: in reports and in the text cells of notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.checks.base import EvidenceView
from grader.checks.text.excerpts import (
    ReadableText,
    is_readable_by_people,
    notebook_text,
    report_text,
)
from grader.checks.text.sentences import sentences_and_lists
from grader.evidence.answers.lookup import exercise_rank
from grader.evidence.answers.names import exercise_below, plain
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.evidence.report.record import Part, ReportNeed, ReportReading
from grader.records.evidence import Failure
from grader.records.message import Value

_QUESTION = re.compile(r"\?[\s*_\"”\\)]*$")
#: Lines of Python and of what it prints, as notebooks that are printed to a PDF have them.
_CODE = re.compile(
    r"\s*(?!.*(?:log|\\|∑))(?:\[\s?\d*\]:|#|↪|>>>|import \w|from [\w.]+ import|def \w|return\b|print\("
    r"|(?:for \w.* in|while|if|elif) .*:\s*$|else:\s*$|with [\w.]+\(.*:\s*$"
    r"|[a-z_][\w.]*(?:\[[^\]]*\])*(?:\s*[-+*/]?=(?![=\s\d.,(\[\])]+$)\s*\S.*|\(.*)[(),:\]\[]\s*$"
    r"|Epoch \d+/\d+|\d+/\d+ \[=|\w+ \(\w+\) +\(None)"
)
#: Behind all ranks that headings have.
_MOST_RANK = 99


@dataclass(frozen=True)
class Sentence:
    """A sentence, or an item of a list."""

    text: str
    """On one line."""
    where: Value
    """The file, with its page or cell."""
    sections: tuple[str, ...] = ()
    """The headings it stands under, the outermost first."""

    @property
    def plain(self) -> str:
        """Without accents and capital letters."""
        return plain(self.text)


@dataclass(frozen=True)
class Prose:
    """All that a submission says in words."""

    sentences: tuple[Sentence, ...]
    code: CodeReading | Failure
    reports: tuple[ReportReading, ...]
    failures: tuple[Failure, ...]
    """Why a report could not be read."""

    def of_exercise_first(self, exercise: str) -> Prose:
        """The same with the sentences below the headings of an exercise in front.

        Args:
            exercise: Its id: ``2d-regularised`` is what a heading ``2 (d)`` names.
        """

        def rank(sentence: Sentence) -> int:
            found = exercise_rank(exercise, exercise_below(sentence.sections))
            return _MOST_RANK if found is None else found

        return replace(self, sentences=tuple(sorted(self.sentences, key=rank)))

    @property
    def missing(self) -> Failure | None:
        """Why there is nothing to read at all; None where there is something."""
        if self.reports or not isinstance(self.code, Failure):
            return None
        ours = (item for item in (self.code, *self.failures) if item.fault == "grader")
        return next(ours, self.code)

    @property
    def is_left_to_people(self) -> bool:
        """Whether a report, or a page of one, is there that only a person can read."""
        return any(report.unread_pages for report in self.reports) or any(
            map(is_readable_by_people, self.failures)
        )


def prose_of(
    evidence: EvidenceView, code: str, reports: Sequence[str], handout: Sequence[str]
) -> Prose:
    """What a submission says in words, without code, headings, questions, and what was handed out.

    Args:
        evidence: The submission's.
        code: Id of the artefact that is code, whose notebooks are read.
        reports: Ids of the artefacts that are reports; one that is such a notebook is not read twice.
        handout: Phrases of the lab's own text: no sentence with one of them is the student's.
    """
    reading = evidence.get(CodeNeed(artefact=code))
    notebooks = () if isinstance(reading, Failure) else reading.notebooks
    read: list[ReportReading] = []
    failures: list[Failure] = []
    for report in reports:
        found = evidence.get(ReportNeed(artefact=report))
        if isinstance(found, Failure):
            failures.append(found)
        else:
            read.append(found)
    texts = [notebook_text(notebook) for notebook in notebooks]
    texts += [report_text(item) for item in read if not (item.format == "notebook" and notebooks)]
    phrases = [letters_of(phrase) for phrase in handout]
    return Prose(
        sentences=tuple(
            sentence
            for text in texts
            for sentence in _sentences(text)
            if not any(phrase in letters_of(sentence.text) for phrase in phrases)
        ),
        code=reading,
        reports=tuple(read),
        failures=tuple(failures),
    )


def _sentences(text: ReadableText) -> Iterator[Sentence]:
    for part, source in zip(text.reading.parts, text.sources, strict=True):
        for sentence in sentences_and_lists(_without_code(_body(part))):
            if not _QUESTION.search(sentence):
                yield Sentence(sentence, source, part.place.sections)


def _body(part: Part) -> str:
    """The text of a part without its heading."""
    heading = part.place.sections[-1] if part.place.sections else ""
    return part.text.removeprefix(heading) if heading else part.text


def _without_code(text: str) -> str:
    lines = [line for line in text.split("\n") if not _CODE.match(line)]
    return "\n".join(lines)


def letters_of(text: str) -> str:
    """The letters and digits of a text alone: line ends and marks of Markdown differ from copy to copy."""
    return "".join(letter for letter in plain(text) if letter.isalnum())
