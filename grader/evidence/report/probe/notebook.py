"""The text cells of a notebook, as one report; what its code cells put out is not part of it."""

from __future__ import annotations

import json
from typing import Any

from grader.evidence.notebooks import joined, notebook_cells
from grader.evidence.report.probe.draft import Draft, ReportError
from grader.evidence.report.probe.images import Load, base64_loader, take_out_images
from grader.evidence.report.probe.markdown import read_markdown
from grader.evidence.report.probe.plain import shortened


def read_notebook(data: bytes, draft: Draft) -> None:
    """Read the text cells of a notebook of any version."""
    try:
        cells = notebook_cells(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise ReportError("broken-report", str(error)) from error
    draft.tables = draft.equations = 0
    for cell in (cell for cell in cells if isinstance(cell, dict)):
        if draft.is_full:
            return
        text = joined(cell.get("source"))
        match cell.get("cell_type"):
            case "markdown":
                text, contained = take_out_images(text)
                draft.contained = contained | _attachments(cell)
                read_markdown(shortened(text, draft), draft)
            case "heading":
                level = cell.get("level")
                draft.add(text, level=level if isinstance(level, int) and 1 <= level <= 6 else 1)
            case "raw":
                draft.add(text)


def _attachments(cell: dict[str, Any]) -> dict[str, Load]:
    """Images that were put into a cell, by what its text calls them."""
    found: dict[str, Load] = {}
    attachments = cell.get("attachments")
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        contents = bundle.values() if isinstance(bundle, dict) else ()
        content = next((item for item in contents if isinstance(item, str)), None)
        if content is not None:
            found[f"attachment:{name}"] = base64_loader(content)
    return found
