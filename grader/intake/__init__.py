"""What was handed in: who, which files, what they are, and which of them serves which artefact.

Submitted bytes are only measured, hashed and looked at by their first few bytes here; everything that parses
them runs in the sandbox.
"""

from __future__ import annotations

from grader.intake.artefacts import Assignment, assign_artefacts
from grader.intake.discovery import Found, find_class, find_submission, nothing_handed_in
from grader.intake.roster import Roster, RosterEntry, read_roster

__all__ = [
    "Assignment",
    "Found",
    "Roster",
    "RosterEntry",
    "assign_artefacts",
    "find_class",
    "find_submission",
    "nothing_handed_in",
    "read_roster",
]
