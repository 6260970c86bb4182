"""What several labs ask for in the same words: code, and a report beside it."""

from __future__ import annotations

from grader.records.lab import Artefact


def code_artefact(artefact_id: str) -> Artefact:
    """Notebooks or programs, all that there are."""
    return Artefact(
        id=artefact_id,
        title="the notebooks or programs",
        patterns=("*.ipynb", "*.py"),
        formats=("notebook", "python"),
        many=True,
    )


def report_artefact(artefact_id: str) -> Artefact:
    """A report in any form; else the text of the notebook."""
    return Artefact(
        id=artefact_id,
        title="the report, where there is one beside the notebook",
        patterns=(
            *("*report*.pdf", "*rapport*.pdf", "*.pdf", "*.docx", "*report*.md", "*rapport*.md"),
            *("*.html", "*report*.txt", "*rapport*.txt", "*.ipynb"),
        ),
        formats=("pdf", "word", "html", "plain-text", "notebook-text"),
    )
