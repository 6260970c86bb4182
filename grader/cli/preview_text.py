"""What a class would be graded as, in lines of 80 columns: everything first, what to settle and the sum last."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

import click

from grader.cli.match_lines import match_lines
from grader.grading.class_found import stray_text
from grader.grading.open_matters import OpenMatters
from grader.grading.preview import (
    ClassPreview,
    PreviewedAbsence,
    PreviewedArtefact,
    PreviewedSubmission,
)
from grader.intake.matching import MatchedBy, Why
from grader.messages import visible
from grader.records.base import to_json
from grader.records.names import counted, first_few

_WIDTH = 80
_MATCHED_BY: dict[MatchedBy, str] = {
    "decision": "as course.toml says",
    "id": "by id",
    "email": "by e-mail address",
    "other-id": "by login or number",
    "name": "by name",
    "part-of-name": "by a part of the name",
}


def print_preview(preview: ClassPreview, matters: OpenMatters, *, as_json: bool) -> None:
    """Print what grading would grade."""
    if as_json:
        click.echo(to_json(preview), nl=False)
        return
    for line in preview_lines(preview, matters):
        click.echo(line)


def preview_lines(preview: ClassPreview, matters: OpenMatters) -> list[str]:
    """All of a preview; lines for ``course.toml`` stay whole, everything else is at most 80 columns wide."""
    sections = [
        ("Submissions", _submissions(preview)),
        ("On the roster, without a submission", _absences(preview.absent)),
        ("Left out", [_wrapped("  ", stray_text(item)) for item in preview.left_out]),
        ("To settle in course.toml", [match_lines(matters)]),
        ("In short", [*(_wrapped("", text) for text in preview.found), *_counts(preview)]),
    ]
    return [
        line
        for title, blocks in sections
        if any(blocks)
        for line in (f"{title}:", *(line for block in blocks for line in block), "")
    ][:-1]


def _submissions(preview: ClassPreview) -> list[list[str]]:
    return [
        block
        for item in preview.submissions
        for block in (_wrapped("  ", _who(item, preview)), *_what(item))
    ]


def _who(item: PreviewedSubmission, preview: ClassPreview) -> str:
    source = item.source
    if item.matched_by is not None:
        named = f"{item.enrolled_as}, {item.name}" if item.name else item.enrolled_as
        return f"{source}: {named} ({_MATCHED_BY[item.matched_by]})"
    if item.question:
        return f"{source}: {_asked(item.question, item.suggestions)}"
    if preview.enrolled:
        return f"{source}: nobody's on the roster, as course.toml says"
    return source if item.student == source else f"{source}: {item.student}"


def _asked(why: Why, suggestions: Sequence[str]) -> str:
    people, single = ", ".join(suggestions), len(suggestions) == 1
    match why:
        case "called-otherwise" if single:
            return f"HAS THE NUMBER of {people} AND ANOTHER NAME"
        case "called-otherwise":
            return f"HAS THE NUMBER of one AND THE NAME of another: {people}"
        case "fits-several" if single:
            return f"FITS {people}, WHOM ANOTHER ONE FITS as well"
        case "fits-several":
            return f"FITS SEVERAL on the roster: {people}"
        case "fits-nobody":
            return f"FITS NOBODY on the roster{f'; like it: {people}' if people else ''}"


def _what(item: PreviewedSubmission) -> list[list[str]]:
    labels = _labels(item.artefacts)
    width = max(map(len, labels), default=0)
    files = [
        _wrapped(f"    {label:<{width}}  ", _served(artefact))
        for label, artefact in zip(labels, item.artefacts, strict=True)
    ]
    notes = (
        ("may not be read: ", item.unreadable),
        ("not looked at (links, special files, too large or too many): ", item.skipped),
        ("other attempts, set aside: ", item.other_attempts),
        ("submission.toml cannot be used: ", filter(None, [item.declaration_error])),
    )
    return files + [
        _wrapped("    ", before + ", ".join(names))
        for before, found in notes
        if (names := [*found])
    ]


def _labels(artefacts: Sequence[PreviewedArtefact]) -> list[str]:
    """What each is called: by its exercises, and by itself where an exercise has several."""
    several = [name for name, count in Counter(
        name for artefact in artefacts for name in artefact.exercises
    ).items() if count > 1]  # fmt: skip
    return [
        f"{', '.join(artefact.exercises)} ({artefact.artefact_id})"
        if any(name in several for name in artefact.exercises) or not artefact.exercises
        else ", ".join(artefact.exercises)
        for artefact in artefacts
    ]


def _served(artefact: PreviewedArtefact) -> str:
    if artefact.problem:
        return f"{'UNUSABLE' if artefact.files else 'MISSING'}: {artefact.problem}"
    also = (
        f"; AMBIGUOUS, fits too: {', '.join(artefact.alternatives)}"
        if artefact.alternatives
        else ""
    )
    return ", ".join(artefact.files) + also


def _absences(absent: Sequence[PreviewedAbsence]) -> list[list[str]]:
    return [
        _wrapped("  ", ", ".join(filter(None, (item.student, item.name))) + _strays(item))
        for item in absent
    ]


def _strays(item: PreviewedAbsence) -> str:
    return f"; LEFT OUT: {', '.join(map(stray_text, item.strays))}" if item.strays else ""


def _counts(preview: ClassPreview) -> list[list[str]]:
    """How many submissions have which trouble, and whose."""
    troubles = {
        "without a file for some exercise": [
            item for item in preview.submissions if any(part.problem for part in item.artefacts)
        ],
        "with several files for one exercise": [
            item
            for item in preview.submissions
            if any(part.alternatives for part in item.artefacts)
        ],
        "with something that may not be read": [
            item for item in preview.submissions if item.unreadable
        ],
    }
    return [
        _wrapped("", f"{counted(len(items), 'submission')} {what}: {_sources(items)}.")
        for what, items in troubles.items()
        if items
    ] + [_wrapped("", "Nothing was graded, and nothing written. No model was opened.")]


def _sources(items: Sequence[PreviewedSubmission]) -> str:
    return first_few([item.source for item in items])


def _wrapped(indent: str, text: str) -> list[str]:
    """A paragraph whose further lines stand below its text."""
    return textwrap.wrap(
        visible(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * min(len(indent) + 2, 30),
        break_on_hyphens=False,
    )
