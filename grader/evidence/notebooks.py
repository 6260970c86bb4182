"""The cells of notebooks of any version, for the kinds of evidence that read them. Inside the sandbox."""

from __future__ import annotations

from typing import Any


def notebook_cells(document: Any) -> list[Any]:
    """The cells of a notebook in order, whatever each of them is.

    Args:
        document: A notebook's JSON, decoded. Version 3 keeps its cells in sheets.

    Raises:
        ValueError: It is no notebook, or has no cells.
    """
    if not isinstance(document, dict):
        raise ValueError("no notebook")
    cells, sheets = document.get("cells"), document.get("worksheets")
    if cells is None and isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
        cells = sheets[0].get("cells")
    if not isinstance(cells, list):
        raise ValueError("a notebook without cells")
    return cells


def joined(text: Any) -> str:
    """A text of a notebook, which is stored in one piece or in lines."""
    return "".join(map(str, text)) if isinstance(text, list) else str(text or "")
