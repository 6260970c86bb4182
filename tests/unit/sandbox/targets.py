"""What the sandbox tests run inside: each takes its end of the connection and the limits."""

from __future__ import annotations

import os
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from grader.records.evidence import Failure
from grader.records.probe import Predicted, Reply, Usage
from grader.sandbox import Limits


def reply(connection: Connection, answer: object, payload: bytes = b"") -> None:
    connection.send_bytes(msgspec.json.encode(Reply(answer=answer, usage=Usage())))
    if payload:
        connection.send_bytes(payload)


def says(connection: Connection, text: str) -> None:
    reply(connection, Failure(reason="refused", detail=text))


def reports_surroundings(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    inside = "\n".join([str(Path.cwd()), *sorted(os.environ)])
    says(connection, inside)


def echoes_bytes(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    reply(connection, Predicted(), connection.recv_bytes())


def sends_too_little(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    reply(connection, Predicted(), b"\0" * 3)


def sends_too_much(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    reply(connection, Predicted(), b"\0" * (1 << 20))


def sends_nonsense(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    connection.send_bytes(b'{"answer": {"type": "marks", "points": 40}}')


def floods_the_head(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    connection.send_bytes(b"x" * (64 << 20))


def sends_half_a_message(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    os.write(connection.fileno(), (1000).to_bytes(4, "big") + b"only the beginning")
    time.sleep(60)


def sleeps(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    time.sleep(60)


def spins(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    while True:
        pass


def exits(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    sys.stderr.write("the reason why\n")
    sys.stderr.flush()
    os._exit(3)


def exits_as_if_well(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    os._exit(0)


def dies_of_a_signal(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    os.kill(os.getpid(), signal.SIGSEGV)


def takes_memory(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    try:
        hoard = bytearray(limits.memory_bytes * 2)
    except MemoryError:
        says(connection, "refused")
    else:
        says(connection, f"got {len(hoard)}")


def fills_the_disk(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        Path("big").write_bytes(b"\0" * (limits.file_bytes * 2))
    except OSError:
        says(connection, "refused")
    else:
        says(connection, "written")
