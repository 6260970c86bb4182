"""Read code on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from grader.evidence.code.probe.notebooks import read_notebook
from grader.evidence.code.probe.reading.read import read_code
from grader.evidence.code.probe.reading.source import is_notebook
from grader.evidence.code.probe.text import code_text
from grader.evidence.code.protocol import CodeRead, CodeTextRead, ReadCode, ReadCodeText
from grader.evidence.code.record import CodeProblem, NotebookRead
from grader.records.evidence import Failure, file_failure
from grader.records.names import first_few
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import encoded_answer, serve_records

#: Bytes of all saved notebooks in an answer.
_NOTEBOOKS_BYTES = 3 << 20


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests until the connection closes."""
    requests: Any = ReadCode | ReadCodeText
    serve_records(connection, requests, _answer)


def _answer(request: ReadCode | ReadCodeText) -> CodeRead | CodeTextRead | Failure:
    files = {item.file: Path(item.path).read_bytes() for item in request.files}
    if isinstance(request, ReadCodeText):
        return CodeTextRead(text=code_text(files))
    return _read(files)


def _read(files: Mapping[str, bytes]) -> CodeRead | Failure:
    reading = read_code(files)
    if reading.statements == 0:
        return file_failure("no-code", first_few(reading.files))
    saved = (read_notebook(name, data) for name, data in files.items() if is_notebook(name))
    found = [notebook for notebook in saved if notebook is not None]
    notebooks = tuple(_that_fit(found))
    kept = {notebook.file for notebook in notebooks}
    too_long = (
        CodeProblem(where=notebook.file, what="outputs-too-long")
        for notebook in found
        if notebook.file not in kept
    )
    problems = (*reading.problems, *too_long)
    return CodeRead(
        reading=msgspec.structs.replace(reading, notebooks=notebooks, problems=problems)
    )


def _that_fit(notebooks: Iterable[NotebookRead]) -> Iterator[NotebookRead]:
    """Those that an answer has room for, with their cells and outputs; the rest are read for their code alone."""
    left = _NOTEBOOKS_BYTES
    for notebook in notebooks:
        size = len(encoded_answer(notebook))
        if size <= left:
            left -= size
            yield notebook
