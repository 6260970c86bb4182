"""The table of repairs, and that the documentation shows it."""

from __future__ import annotations

from pathlib import Path

from grader.probes.repair import REPAIRS

DOCS = Path(__file__).parents[3] / "docs" / "architecture.md"


def test_every_repair_says_what_it_does() -> None:
    """The table names each repair once, with its era and a sentence."""
    assert len({repair.name for repair in REPAIRS}) == len(REPAIRS)
    assert all(repair.era and repair.about.endswith(".") for repair in REPAIRS)


def test_the_documentation_shows_every_repair() -> None:
    """The table in the architecture is the one that is applied, in its order."""
    rows = [f"| `{repair.name}` | {repair.era} | {repair.about} |" for repair in REPAIRS]

    assert "\n".join(rows) in DOCS.read_text()
