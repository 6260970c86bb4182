"""Read answers on request."""

from __future__ import annotations

from pathlib import Path

from grader.evidence.answers.probe.read import read_answers
from grader.evidence.answers.protocol import AnswersRead, ReadAnswers
from grader.records.evidence import Failure
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import memory_failure, serve_records


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests until the connection closes."""

    def answer(request: ReadAnswers) -> AnswersRead | Failure:
        try:
            read = read_answers(Path(request.path), request.file, request.kind)
        except MemoryError as error:
            failure = memory_failure(error, request.file, limits)
            if failure is None:
                raise
            return failure
        return read if isinstance(read, Failure) else AnswersRead(answers=read)

    serve_records(connection, ReadAnswers, answer)
