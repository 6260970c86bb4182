"""What filling a gradebook changes and leaves, as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.messages import visible
from grader.records.names import counted
from grader.reporting.sheets.filling import Filled


def mark_lines(filled: Filled) -> Iterator[str]:
    """A line for each mark that changes: who, what it was and what it becomes."""
    for change in filled.changes:
        yield f"{visible(change.name)}: {visible(change.old) or '(empty)'} -> {change.new}"


def count_line(filled: Filled) -> str:
    """The column, and how many of its cells change."""
    counts = [
        f"{counted(number, thing)} {what}"
        for number, thing, what in (
            (len(filled.changes), "mark", "new or changed"),
            (len(filled.same), "mark", "there already"),
            (len(filled.comments), "comment", "new or changed"),
        )
        if number
    ]
    return f"Column '{visible(filled.title)}': {', '.join(counts) or 'nothing changes'}."


def left_lines(filled: Filled) -> Iterator[str]:
    """Who was left out, and why: one line for each reason that holds for somebody."""
    yield from _listed("Not final, left out (--include-open writes them)", filled.open)
    for reason in dict.fromkeys(reason for _, reason in filled.locked):
        names = [name for name, because in filled.locked if because == reason]
        yield from _listed(f"Left out, {reason}", names)
    yield from _listed("A comment of somebody else stays", filled.comments_kept)
    yield from _listed(
        "In doubt, left out (an id or e-mail address of the file on the roster decides, after `grader rescore`)",
        filled.doubtful,
    )
    yield from _listed("In the file and not in the run, their cells stay", filled.not_in_run)
    yield from _listed("In the run and not in the file", filled.not_in_file)


def _listed(reason: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{reason}: {len(names)}: {', '.join(map(visible, names))}"
