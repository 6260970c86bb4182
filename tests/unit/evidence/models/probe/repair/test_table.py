"""The table of repairs, and that the documentation shows it."""

from __future__ import annotations

from pathlib import Path

import grader
from grader.evidence.models.probe.repair import REPAIRS

DOCS = Path(grader.__file__).parents[1] / "docs" / "models.md"


def test_every_repair_says_what_it_does() -> None:
    """The table names each repair once, with its era and a sentence."""
    assert len({repair.name for repair in REPAIRS}) == len(REPAIRS)
    assert all(repair.era and repair.about.endswith(".") for repair in REPAIRS)


def test_the_documentation_shows_every_repair() -> None:
    """The table in the guide to models lists the repairs in the order in which they are applied."""
    rows = [f"| `{repair.name}` | {repair.era} | {repair.about} |" for repair in REPAIRS]

    assert "\n".join(rows) in DOCS.read_text(encoding="utf-8")
