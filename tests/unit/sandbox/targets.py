"""What the sandbox tests run inside: each takes its end of the connection and the limits."""

from __future__ import annotations

import fcntl
import itertools
import json
import mmap
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from grader.sandbox import Limits
from grader.sandbox.channel import Connection, SocketConnection
from grader.sandbox.serving import send_reply


class Task(msgspec.Struct, frozen=True):
    """A request of these tests."""

    path: str = "/nowhere"
    file: str = "model.h5"


def says(connection: Connection, text: str, body: bytes = b"") -> None:
    send_reply(connection, msgspec.json.encode(text), body)


def reports_surroundings(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    inside = "\n".join([str(Path.cwd()), *sorted(os.environ)])
    says(connection, inside)


def echoes_bytes(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    says(connection, "bytes", bytes(connection.recv_payload()))


def sends_too_little(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    says(connection, "bytes", b"\0" * 3)


def sends_too_much(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    says(connection, "bytes", b"\0" * (1 << 20))


def sends_nonsense(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    connection.send_bytes(b'{"answer": {"type": "marks"')
    connection.send_bytes(b"")


def sends_no_body(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    connection.send_bytes(b'{"answer": {"type": "marks", "points": 40}}')


def nests_without_end(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    connection.send_bytes(b'{"answer": ' + b"[" * (1 << 20))
    connection.send_bytes(b"")


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


def lies_about_its_time(connection: Connection, limits: Limits) -> None:
    """Uses so many hundredths of a second of the processor, in two threads, and replaces what tells time."""
    used = time.process_time
    while True:
        seconds = int(msgspec.json.decode(connection.recv_bytes(), type=Task).file) / 100
        ends = used() + seconds
        threads = [threading.Thread(target=_works_until, args=(used, ends)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for name in ("process_time", "clock_gettime"):
            setattr(time, name, lambda *_: 0.0)
        says(connection, "0 s of processor time")


def _works_until(used: Callable[[], float], ends: float) -> None:
    while used() < ends:
        pass


def hangs_over_some_files(connection: Connection, limits: Limits) -> None:
    """Answers with a record for any file but one that begins with ``hang``."""
    request = msgspec.json.decode(connection.recv_bytes(), type=Task)
    if Path(request.path).read_bytes().startswith(b"hang"):
        time.sleep(60)
    send_reply(connection, b'{"type": "opened"}')
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


def reads_the_submitted_file(connection: Connection, limits: Limits) -> None:
    """Answers with the bytes at the path it is given, again and again."""
    while True:
        try:
            request = msgspec.json.decode(connection.recv_bytes(), type=Task)
        except EOFError:
            return
        says(connection, Path(request.path).read_text(errors="replace"))


def sends_another_record(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    connection.send_bytes(b'{"answer": {"type": "opened"}, "usage": {}, "points": 40}')
    connection.send_bytes(b"")


def leaves_without_hanging_up(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    os.close(connection.fileno())
    time.sleep(60)


def raises(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    raise RuntimeError("a bug of ours")


def fills_the_disk_with_many_files(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    block = os.urandom(limits.file_bytes)
    for number in itertools.count():
        try:
            Path(f"file-{number}").write_bytes(block)
        except OSError:
            says(connection, "refused")
            return


def tells_its_limits(connection: Connection, limits: Limits) -> None:
    connection.recv_bytes()
    names = ("AS", "CPU", "FSIZE", "NOFILE", "CORE", "MEMLOCK")
    found = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names}
    says(connection, json.dumps(found))


def tampers_with_images(connection: SocketConnection, limits: Limits) -> None:
    """Tries every way to change the payload, and says which worked."""
    connection.recv_bytes()
    (images,) = connection.take_descriptors()
    attempts: dict[str, Callable[[], object]] = {
        "write": lambda: os.pwrite(images, b"forged", 0),
        "shorten": lambda: os.ftruncate(images, 1),
        "map": lambda: mmap.mmap(images, 16, access=mmap.ACCESS_WRITE),
        "open again": lambda: os.write(os.open(f"/dev/fd/{images}", os.O_RDWR), b"forged"),
        "unseal": lambda: fcntl.fcntl(images, fcntl.F_ADD_SEALS, 0),
    }
    worked = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        worked.append(name)
    says(connection, ", ".join(worked) or "nothing")


def counts_its_siblings(connection: Connection, limits: Limits) -> None:
    """Says which worker it was forked from, again and again; dies when asked to."""
    while True:
        try:
            request = msgspec.json.decode(connection.recv_bytes(), type=Task)
        except EOFError:
            return
        if request.file == "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        says(connection, str(os.getppid()))


def kills_its_worker_once(connection: Connection, limits: Limits) -> None:
    """What no isolated submission can do: the worker dies, the first time the marker is seen."""
    while True:
        try:
            request = msgspec.json.decode(connection.recv_bytes(), type=Task)
        except EOFError:
            return
        marker = Path(request.path)
        if request.file == "kill" and marker.exists():
            marker.unlink()
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)
        if request.file == "kill always":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)
        says(connection, request.file)
