"""Which parts of a report are about one thing, such as one of several methods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.checks.text import tables
from grader.checks.text.sentences import sentences_in
from grader.evidence.answers.names import exercise_label
from grader.evidence.report.passages import names_any
from grader.evidence.report.record import Place, ReportReading
from grader.records.base import Record

#: A paragraph that goes on to another thing.
_LEADS_ON = re.compile(
    r":\s*$|\b(?:now|next|then|add(?:ed|ing)?|second(?:ly)?|third(?:ly)?|finally|turn|mov(?:e|ing) on"
    r"|maintenant|ensuite|ajout\w*|enfin|puis)\b",
    re.IGNORECASE,
)
#: Headings that number an exercise; a number alone is that of a section.
_EXERCISE = re.compile(
    r"\W*(?:exercises?|exercices?|questions?|parts?|parties?|tasks?|methods?|m[ée]thodes?|ex|q)\b[\s.:#n°-]*\d|q\d",
    re.IGNORECASE,
)
#: Characters of a paragraph that may be a heading without being set as one.
_LONGEST_HEADING = 80


class Topic(Record, frozen=True, kw_only=True):
    """What reports call one thing, and what they call the things beside it.

    Words are whole and may be phrases; a star at the end takes any ending, as in `grader.evidence.report.passages`.
    """

    words: tuple[str, ...]
    """``single neuron``, ``one neuron``."""
    headings: tuple[str, ...] = ()
    """What it may be called in headings alone, where none says more plainly what a section is about: ``MLP``."""
    number: int | None = None
    """The exercise it is: a heading ``Exercise 1`` counts as one of `headings`."""
    others: tuple[str, ...] = ()
    """What the other things are called: where one of them is named and this one is not, another part begins."""
    apart: tuple[str, ...] = ()
    """Sections whose heading has one of these are about something else, even if they name this: ``from scratch``."""

    @property
    def name(self) -> str:
        """The first of its words, which feedback calls it by."""
        return self.words[0].rstrip("*")


class Paragraph(Record, frozen=True, kw_only=True):
    """A paragraph of a report, and where it stands."""

    place: Place
    text: str


def paragraphs_about(report: ReportReading, topic: Topic) -> tuple[Paragraph, ...]:
    """The paragraphs that are about a topic, in the order of the report.

    The outermost heading that names the topic, or another one, decides for all of its section. Elsewhere a paragraph
    that names the topic, or a heading that may mean it, begins a part about it, which ends where another is named.
    Where several are named together, only the sentences and rows of tables that name this one count, and the part goes
    on unless the paragraph leads on to another. Behind a paragraph about what stands apart, the topic begins again
    only where a line of its own names it.

    Args:
        report: What was read.
        topic: What it is about.
    """
    found: list[Paragraph] = []
    is_open = is_apart = False
    sections: tuple[str, ...] | None = None
    for paragraph in _paragraphs(report):
        text = paragraph.text
        if paragraph.place.sections != sections:
            sections = paragraph.place.sections
            is_open, is_apart = _may_mean(sections, topic), False
        decided = is_about(paragraph.place, topic)
        if decided is None:
            own, other = names_any(text, topic.words), _names_other(text, topic)
            if own and other:
                found += _lines_about(paragraph, topic)
                is_open = is_open and not _LEADS_ON.search(text)
                continue
            if is_apart and own and len(text) > _LONGEST_HEADING:
                continue
            is_open = own or (is_open and not other)
            is_apart = not own and (is_apart or names_any(text, topic.apart))
        if decided or (decided is None and is_open):
            found.append(Paragraph(place=paragraph.place, text=tables.labelled(text)))
    return tuple(found)


def _may_mean(sections: Sequence[str], topic: Topic) -> bool:
    """Whether the innermost heading that says anything may mean a topic."""
    for heading in reversed(sections):
        label = exercise_label(heading)
        if label is not None and _EXERCISE.match(heading) and label.number:
            return label.number == str(topic.number)
        if names_any(heading, topic.headings):
            return True
    return False


def _paragraphs(report: ReportReading) -> Iterator[Paragraph]:
    for part in report.parts:
        for text in part.text.split("\n\n"):
            if text.strip():
                yield Paragraph(place=part.place, text=text)


def _names_other(text: str, topic: Topic) -> bool:
    return names_any(text, (*topic.others, *topic.apart))


def is_about(place: Place, topic: Topic) -> bool | None:
    """Whether a section is about a topic; None where its headings name neither this nor another.

    Args:
        place: Where something stands.
        topic: What it may be about.
    """
    for heading in place.sections:
        own, other = names_any(heading, topic.words), names_any(heading, topic.others)
        if own and other:
            continue  # the title of the whole, which names everything
        if names_any(heading, topic.apart):
            return False
        if own or other:
            return own
    return None


def _lines_about(paragraph: Paragraph, topic: Topic) -> list[Paragraph]:
    """Of a paragraph that names several things: the rows, the column or the sentences that name this one."""

    def names(text: str) -> bool:
        return names_any(text, topic.words)

    if tables.is_table(paragraph.text):
        texts = tables.about(paragraph.text, names)
    else:
        texts = list(filter(names, sentences_in(paragraph.text)))
    return [Paragraph(place=paragraph.place, text=text) for text in texts]


def paragraphs_of_no_topic(report: ReportReading, topic: Topic) -> tuple[Paragraph, ...]:
    """The paragraphs that hold for the whole report: no heading puts them under a topic, and they name none.

    Args:
        report: What was read.
        topic: Says what this and the other topics are called.
    """
    return tuple(
        Paragraph(place=paragraph.place, text=tables.labelled(paragraph.text))
        for paragraph in _paragraphs(report)
        if is_about(paragraph.place, topic) is None
        and not names_any(paragraph.text, topic.words)
        and not _names_other(paragraph.text, topic)
    )
