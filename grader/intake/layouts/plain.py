"""Plain folders: a sub-folder is a student, and so is a file beside them.

Documents, such as tables and texts, are students' only where nothing but documents lies there: beside a folder, a model
or an archive they are about the class. A ``README`` is nobody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.intake.layouts import Attempt, Layout, Listing, Part
from grader.intake.layouts.entries import is_document, is_folder, is_note, left_out
from grader.intake.naming import readable, stem
from grader.records.submission import Identity


def recognise(entries: Sequence[Path]) -> Sequence[Path]:
    """Never by itself: it is what remains."""
    return ()


def read(entries: Sequence[Path]) -> Listing:
    """One attempt for each sub-folder and for each file that is a hand-in."""
    documents = [entry for entry in entries if is_document(entry)]
    if len(documents) == len(entries):
        documents = [entry for entry in entries if is_note(entry)]
    return Listing(
        attempts=tuple(_attempt(entry) for entry in entries if entry not in documents),
        left_out=tuple(left_out(entry, "document") for entry in documents),
    )


def _attempt(entry: Path) -> Attempt:
    folder = is_folder(entry)
    name = readable(entry.name if folder else stem(entry.name))
    part = Part(entry) if folder else Part(entry, readable(entry.name))
    return Attempt(
        source=readable(entry.name),
        parts=(part,),
        identity=Identity(ids=(name,), names=(name,)),
    )


LAYOUT = Layout(title="one folder or file for each student", recognise=recognise, read=read)
