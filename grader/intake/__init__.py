"""What was handed in: who, which files, what they are, and which of them serves which artefact.

Submitted bytes are only measured, hashed and looked at by their first few bytes here; everything that parses
them runs in the sandbox.
"""

from __future__ import annotations

from grader.intake.artefacts import Assignment, FormatTable, assign_artefacts
from grader.intake.discovery import (
    LocatedClass,
    LocatedSubmission,
    find_class,
    find_submission,
    locate_class,
    missing_submissions,
)
from grader.intake.roster import Roster, RosterEntry, read_roster

__all__ = [
    "Assignment",
    "FormatTable",
    "LocatedClass",
    "LocatedSubmission",
    "Roster",
    "RosterEntry",
    "assign_artefacts",
    "find_class",
    "find_submission",
    "locate_class",
    "missing_submissions",
    "read_roster",
]
