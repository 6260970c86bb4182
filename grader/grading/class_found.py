"""What was found in a folder of submissions, in sentences for the terminal."""

from __future__ import annotations

from grader.intake.discovery import FILE, LocatedClass
from grader.intake.layouts import PLAIN, layout
from grader.messages import catalogue
from grader.records.names import counted

#: Reasons that need no word: everybody sees what it is.
_PLAIN_REASONS = frozenset({"system-file", "office-lock", "own-file", "document", "run-folder"})
_MOST = 10


def describe_class(found: LocatedClass) -> tuple[str, ...]:
    """How the submissions are laid out, what was left out, and which times could not be used; a sentence each."""
    return tuple(filter(None, (_recognised(found), _left_out(found), _times(found))))


def _recognised(found: LocatedClass) -> str:
    people = counted(len(found.submissions), "submission" if found.layout == FILE else "student")
    texts = f", {counted(found.texts, 'online text')}" if found.texts else ""
    if found.layout in (FILE, PLAIN):
        return f"Found {people}{texts}."
    title = layout(found.layout).title
    article = "an" if title[0] in "aeiouAEIOU" else "a"
    looks = title if title.endswith("s") else f"{article} {title}"
    return f"This looks like {looks}: {people}{texts}."


def _left_out(found: LocatedClass) -> str:
    if not found.left_out:
        return ""
    reasons = catalogue("en")
    names = [
        item.name
        if item.reason in _PLAIN_REASONS
        else f"{item.name} ({reasons(f'left-out.{item.reason}')})"
        for item in sorted(found.left_out, key=lambda item: item.reason in _PLAIN_REASONS)
    ]
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"Left out: {', '.join(names[:_MOST])}{more}."


def _times(found: LocatedClass) -> str:
    if not found.times_without_zone:
        return ""
    return (
        f"{counted(found.times_without_zone, 'hand-in time')} without a time zone could not be used; "
        "the files' dates count."
    )
