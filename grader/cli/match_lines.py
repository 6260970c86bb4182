"""What is open between a class and its roster, as lines for ``course.toml``."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from grader.grading.class_found import stray_text
from grader.grading.open_matters import OpenMatters, Question
from grader.intake import RosterEntry
from grader.messages import visible

_WIDTH = 80


def match_lines(matters: OpenMatters) -> list[str]:
    """Lines that settle what is open once they are uncommented; none where nothing is."""
    lines = []
    if matters.submissions:
        lines += _comment('Take "# " away, and write the id of whoever handed it in; "" is nobody.')
    for question in matters.submissions:
        likely = question.people[0].student.id if question.people else ""
        lines += ["", *_comment(_why(question)), _answer(question.submission.source, likely)]
    if matters.strays:
        lines += ["", *_comment(
            "Left out, and called like somebody without a submission. Theirs: put it into a folder that is called as "
            "those of the others are, and grade again. Not theirs: take \"# \" away."
        )]  # fmt: skip
    for stray in matters.strays:
        called = f"{stray_text(stray.item)} is called like {_people(stray.people)}"
        lines += ["", *_comment(called), _answer(stray.item.name, "")]
    return ["[matches]", *lines] if lines else []


def _why(question: Question) -> str:
    people, single = _people(question.people), len(question.people) == 1
    match question.why:
        case "called-otherwise" if single:
            return f"has the number of {people}, and quite another name"
        case "called-otherwise":
            return f"has the number of one and the name of another: {people}"
        case "fits-several" if single:
            return f"fits {people}, whom another submission fits as well"
        case "fits-several":
            return f"fits {people}"
        case "fits-nobody":
            return f"fits nobody on the roster{f'; like it: {people}' if people else ''}"


def _people(people: Sequence[RosterEntry]) -> str:
    return ", ".join(_person(entry) for entry in people)


def _person(entry: RosterEntry) -> str:
    student = entry.student
    return visible(f"{student.id} ({student.name})" if student.name else student.id)


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )


def _answer(name: str, student: str) -> str:
    """A line as TOML writes it, which writes texts as JSON does; it stays one line to be copied."""
    return f"# {json.dumps(name, ensure_ascii=False)} = {json.dumps(student, ensure_ascii=False)}"
