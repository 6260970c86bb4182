"""Notebooks as they were saved: cells in order, their texts, and what stands below them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from grader.evidence.code.probe.saved_outputs import logs, plain_text, summaries
from grader.evidence.code.record import NotebookCell, NotebookRead, SavedOutput
from grader.evidence.notebooks import joined, notebook_cells

#: Characters of a cell's source and of each output that are kept, and outputs of a cell.
_SOURCE, _OUTPUT, _OUTPUTS = 20_000, 4_000, 50
_CELLS = 1_000
#: Characters of a whole notebook that are kept.
_NOTEBOOK = 2_000_000


def read_notebook(file: str, data: bytes) -> NotebookRead | None:
    """A notebook of any version; None for what is none.

    Args:
        file: What the student calls it.
        data: Its bytes.
    """
    try:
        document = json.loads(data.decode("utf-8-sig", "replace"))
        cells = tuple(_bounded(islice(_cells(document), _CELLS)))
    except (ValueError, RecursionError, TypeError, AttributeError):
        return None
    counts = [cell.execution_count for cell in cells if cell.execution_count is not None]
    return NotebookRead(file=file, cells=cells, in_order=counts == sorted(counts))


def _bounded(cells: Iterator[NotebookCell]) -> Iterator[NotebookCell]:
    """The cells, those after too many characters without their texts."""
    left = _NOTEBOOK
    for cell in cells:
        left -= len(cell.source) + sum(len(output.text) for output in cell.outputs)
        kept = cell
        if left < 0:
            bare = tuple(msgspec.structs.replace(item, text="") for item in cell.outputs)
            kept = msgspec.structs.replace(cell, source="", outputs=bare)
        yield kept


def _cells(document: Any) -> Iterator[NotebookCell]:
    for number, cell in enumerate(notebook_cells(document), 1):
        if not isinstance(cell, dict):
            continue
        is_code = cell.get("cell_type") == "code"
        outputs = cell.get("outputs") if is_code else None
        streams = _joined_streams(outputs if isinstance(outputs, list) else [])
        printed = plain_text("".join(text for kind, text in streams if kind == "text"))
        count = cell.get("execution_count", cell.get("prompt_number"))
        yield NotebookCell(
            number=number,
            kind="code" if is_code else "text",
            source=joined(cell.get("source", cell.get("input")))[:_SOURCE],
            execution_count=count if is_code and isinstance(count, int) else None,
            outputs=tuple(
                SavedOutput(kind=kind, text=plain_text(text)[:_OUTPUT])
                for kind, text in streams[:_OUTPUTS]
            ),
            summaries=summaries(printed),
            logs=logs(printed),
        )


def _joined_streams(outputs: list[Any]) -> list[tuple[Any, str]]:
    """The outputs of a cell; what was printed in pieces is one text."""
    found: list[tuple[Any, str]] = []
    for output in outputs:
        if not isinstance(output, dict):
            continue
        kind, text = _output(output)
        if kind == "text" and found and found[-1][0] == "text":
            found[-1] = (kind, found[-1][1] + text)
        else:
            found.append((kind, text))
    return found


def _output(output: Mapping[str, Any]) -> tuple[str, str]:
    """What sort of output, and its text; of an image what stands for it in text."""
    if output.get("output_type") in ("error", "pyerr"):
        trace = output.get("traceback")
        lines = [str(line) for line in trace] if isinstance(trace, list) else []
        return "error", "\n".join([f"{output.get('ename')}: {output.get('evalue')}", *lines])
    data = output.get("data")
    shown: Mapping[str, Any] = data if isinstance(data, dict) else output
    text = joined(shown.get("text/plain", shown.get("text")))
    if any(str(key).startswith("image/") or key in ("png", "jpeg", "svg") for key in shown):
        return "image", text
    return (
        ("table", text)
        if "text/html" in shown or "html" in shown
        else ("text", text + "\n" * bool(data))
    )
