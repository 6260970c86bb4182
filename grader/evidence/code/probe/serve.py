"""Read code on request."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.evidence.code.probe.notebooks import read_notebook
from grader.evidence.code.probe.reading.read import read_code
from grader.evidence.code.probe.reading.source import is_notebook
from grader.evidence.code.protocol import CodeRead, ReadCode
from grader.records.evidence import Failure, file_failure
from grader.records.names import first_few
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import serve_records


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests until the connection closes."""
    serve_records(connection, ReadCode, _read)


def _read(request: ReadCode) -> CodeRead | Failure:
    files = {item.file: Path(item.path).read_bytes() for item in request.files}
    reading = read_code(files)
    if reading.statements == 0:
        return file_failure("no-code", first_few(reading.files))
    saved = (read_notebook(name, data) for name, data in files.items() if is_notebook(name))
    notebooks = tuple(notebook for notebook in saved if notebook is not None)
    return CodeRead(reading=msgspec.structs.replace(reading, notebooks=notebooks))
