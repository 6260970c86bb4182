"""Read and replay links on request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader.evidence.playground.probe.read import read_links
from grader.evidence.playground.protocol import LinkReplayed, LinksRead, ReadLinks, ReplayLink
from grader.evidence.playground.replaying import replay_link
from grader.records.evidence import Failure
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import memory_failure, serve_records


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests until the connection closes."""

    def answer(request: ReadLinks | ReplayLink) -> LinksRead | LinkReplayed | Failure:
        if isinstance(request, ReplayLink):
            replay = replay_link(request.settings, request.claim, request.epochs)
            return LinkReplayed(replay=replay)
        try:
            read = read_links(Path(request.path), request.file, request.kind)
        except MemoryError as error:
            failure = memory_failure(error, request.file, limits)
            if failure is None:
                raise
            return failure
        return read if isinstance(read, Failure) else LinksRead(links=read)

    requests: Any = ReadLinks | ReplayLink
    serve_records(connection, requests, answer)
