"""What a submission that took over its process may try. Each either raises, or says what it got.

They only read canaries, touch markers and ask the kernel: nothing is harmed where isolation is missing.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from grader.sandbox import Limits
from grader.sandbox.channel import Connection
from grader.sandbox.kernel import syscall
from grader.sandbox.serving import send_reply
from grader.sandbox.syscalls import ARCHITECTURES
from tests.unit.sandbox.targets import Task

FINE = "fine"
DENIED = "denied"


class AttackTargets(msgspec.Struct, frozen=True):
    """What the attacks are aimed at, all of it outside."""

    folder: str = ""
    """As a run folder: labels, another submission, room for markers."""
    port: int = 0
    abstract: str = ""
    """Name of an abstract socket somebody listens on."""
    grader: int = 0
    neighbour: int = 0
    """Another process of the same user."""

    @property
    def labels(self) -> Path:
        return Path(self.folder, "labels.npy")

    @property
    def mark(self) -> Path:
        return Path(self.folder, "mark")


Attack = Callable[[AttackTargets], object]


def performs(connection: Connection, limits: Limits) -> None:
    """Do what the request's `file` names, and answer; again and again."""
    while True:
        try:
            request = msgspec.json.decode(connection.recv_bytes(), type=Task)
        except EOFError:
            return
        aims = msgspec.json.decode(request.path, type=AttackTargets)
        try:
            got = ALL[request.file](aims)
            told = FINE if got is None else f"got {got!r}"[:2000]
        except (OSError, MemoryError, RuntimeError, ValueError) as error:
            told = f"{DENIED}: {type(error).__name__}: {error}"
        send_reply(connection, msgspec.json.encode(told))


def _call(name: str, *arguments: int | bytes | None) -> int:
    return syscall(ARCHITECTURES[os.uname().machine].numbers[name], *arguments)


# --- reading --------------------------------------------------------------------------------------


def _through_a_link(aims: AttackTargets) -> bytes:
    Path("link").symlink_to(aims.labels)
    return Path("link").read_bytes()


def _through_a_hard_link(aims: AttackTargets) -> bytes:
    os.link(aims.labels, "hard")
    return Path("hard").read_bytes()


def _by_moving_it_here(aims: AttackTargets) -> bytes:
    aims.labels.rename("moved")
    return Path("moved").read_bytes()


def _up_from_here(aims: AttackTargets) -> bytes:
    return Path("/".join([".."] * 20) + aims.folder, "labels.npy").read_bytes()


def _from_a_folder_descriptor(aims: AttackTargets) -> bytes:
    folder = os.open(aims.folder, os.O_PATH | os.O_DIRECTORY)
    return os.read(os.open("labels.npy", os.O_RDONLY, dir_fd=folder), 100)


def _after_going_there(aims: AttackTargets) -> bytes:
    os.chdir(aims.folder)
    return Path("labels.npy").read_bytes()


def _through_own_root(aims: AttackTargets) -> bytes:
    return Path(f"/proc/self/root{aims.labels}").read_bytes()


def _through_workers_root(aims: AttackTargets) -> bytes:
    return Path(f"/proc/{os.getppid()}/root{aims.labels}").read_bytes()


def _through_workers_descriptors(aims: AttackTargets) -> list[str]:
    folder = Path(f"/proc/{os.getppid()}/fd")
    return [str(link.readlink()) for link in folder.iterdir()]


def _workers_memory(aims: AttackTargets) -> bytes:
    maps = Path(f"/proc/{os.getppid()}/maps").read_text().splitlines()
    start = int(maps[0].partition("-")[0], 16)
    with Path(f"/proc/{os.getppid()}/mem").open("rb") as memory:
        memory.seek(start)
        return memory.read(16)


def _workers_memory_by_call(aims: AttackTargets) -> int:
    here = ctypes.create_string_buffer(16)
    local = struct.pack("=QQ", ctypes.addressof(here), 16)
    remote = struct.pack("=QQ", id(here), 16)
    return _call("process_vm_readv", os.getppid(), local, 1, remote, 1, 0)


def _own_secrets(aims: AttackTargets) -> str | None:
    """Whatever this process itself still knows of the grader's environment."""
    known = " ".join([*os.environ.values(), *sys.argv])
    return known if "canary" in known else None


def _descriptors_left_open(aims: AttackTargets) -> list[str] | None:
    """Everything that is open but for the standard streams, the connection, and its own command line."""
    found = []
    for number in range(3, 256):
        try:
            info = os.fstat(number)
        except OSError:
            continue
        if not (info.st_mode & 0o170000 == 0o140000 or info.st_size == 0):
            found.append(f"{number}: {info}")
    return found or None


def _watch_a_folder(aims: AttackTargets) -> int:
    return _call("inotify_init1", 0)


READING: dict[str, Attack] = {
    "labels": lambda aims: aims.labels.read_bytes(),
    "another submission": lambda aims: Path(aims.folder, "other.h5").read_bytes(),
    "the run folder": lambda aims: os.listdir(aims.folder),  # noqa: PTH208
    "/etc/passwd": lambda aims: Path("/etc/passwd").read_bytes(),
    "/etc/hostname": lambda aims: Path("/etc/hostname").read_bytes(),
    "/etc": lambda aims: os.listdir("/etc"),  # noqa: PTH208
    "/root": lambda aims: os.listdir("/root"),  # noqa: PTH208
    "/home": lambda aims: os.listdir("/home"),  # noqa: PTH208
    "/tmp": lambda aims: os.listdir("/tmp"),  # noqa: PTH208, S108
    "/": lambda aims: os.listdir("/"),  # noqa: PTH208
    "processes": lambda aims: os.listdir("/proc"),  # noqa: PTH208
    "through a link": _through_a_link,
    "through a hard link": _through_a_hard_link,
    "by moving it here": _by_moving_it_here,
    "up from here": _up_from_here,
    "from a folder's descriptor": _from_a_folder_descriptor,
    "after going there": _after_going_there,
    "through its own root": _through_own_root,
    "through the worker's root": _through_workers_root,
    "the worker's descriptors": _through_workers_descriptors,
    "the worker's environment": lambda aims: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "the grader's environment": lambda aims: Path(f"/proc/{aims.grader}/environ").read_bytes(),
    "the grader's command line": lambda aims: Path(f"/proc/{aims.grader}/cmdline").read_bytes(),
    "the first process's environment": lambda aims: Path("/proc/1/environ").read_bytes(),
    "the worker's memory": _workers_memory,
    "the worker's memory by a call": _workers_memory_by_call,
    "mounts": lambda aims: Path("/proc/self/mountinfo").read_bytes(),
    "extended attributes": lambda aims: os.listxattr(aims.labels),
    "watching a folder": _watch_a_folder,
    "a file by its handle": lambda aims: _call("name_to_handle_at", -100, b"/\0", None, None, 0),
}

# --- writing --------------------------------------------------------------------------------------


def _empty_while_reading(aims: AttackTargets) -> int:
    return os.open(aims.labels, os.O_RDONLY | os.O_TRUNC)


def _flags(aims: AttackTargets) -> bytes:
    import fcntl

    with Path(msgspec.__file__).open("rb") as file:
        flags = fcntl.ioctl(file, 0x80086601, bytes(8))
        return fcntl.ioctl(file, 0x40086602, flags)


WRITING: dict[str, Attack] = {
    "a new file": lambda aims: aims.mark.write_bytes(b"mark"),
    "a new folder": lambda aims: aims.mark.mkdir() or "made",
    "a new link": lambda aims: aims.mark.symlink_to("labels.npy") or "made",
    "a pipe": lambda aims: os.mkfifo("pipe") or "made",
    "a device": lambda aims: os.mknod("device", 0o020600, os.makedev(1, 5)) or "made",
    "over the labels": lambda aims: aims.labels.write_bytes(b"mine"),
    "appended to the labels": lambda aims: aims.labels.open("ab").write(b"mine"),
    "labels emptied": lambda aims: os.truncate(aims.labels, 0) or "emptied",
    "labels emptied while reading": _empty_while_reading,
    "labels removed": lambda aims: aims.labels.unlink() or "removed",
    "own file moved there": lambda aims: _own().rename(aims.mark),
    "permissions": lambda aims: aims.labels.chmod(0o777) or "changed",
    "owner": lambda aims: os.chown(aims.labels, os.getuid(), os.getgid()) or "changed",
    "times": lambda aims: os.utime(aims.labels, (0, 0)) or "changed",
    "flags of a file it may read": _flags,
    "attributes": lambda aims: os.setxattr(aims.labels, "user.mark", b"1") or "changed",
    "/tmp": lambda aims: Path("/tmp/grader-mark").write_bytes(b"mark"),  # noqa: S108
    "/dev/shm": lambda aims: Path("/dev/shm/grader-mark").write_bytes(b"mark"),  # noqa: S108
    "a package": lambda aims: Path(msgspec.__file__).parent.joinpath("mark").write_bytes(b"mark"),
    "beside its folder": lambda aims: Path("../mark").write_bytes(b"mark"),
    "a file in memory": lambda aims: os.memfd_create("hoard"),
}


def _own() -> Path:
    Path("own").write_bytes(b"mine")
    return Path("own")


# --- processes, networks, the kernel --------------------------------------------------------------


def _fork(aims: AttackTargets) -> int:
    child = os.fork()
    if child == 0:
        os._exit(0)
    return child


def _fork_by_call(aims: AttackTargets) -> int:
    child = _call("clone", 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    return child


def _fork_by_new_call(aims: AttackTargets) -> int:
    child = _call("clone3", struct.pack("=8Q", 0, 0, 0, 0, 17, 0, 0, 0), 64)
    if child == 0:
        os._exit(0)
    return child


def _vfork(aims: AttackTargets) -> int:
    return subprocess.run(["/usr/bin/true"], check=False).returncode


def _shell(aims: AttackTargets) -> str:
    status = os.system("true")  # noqa: S605, S607
    if status:
        raise OSError(f"ended with {status}")
    return "ran"


def _execute(aims: AttackTargets) -> object:
    os.execv("/usr/bin/true", ["true"])  # noqa: S606


def _execute_from_memory(aims: AttackTargets) -> int:
    _own().write_bytes(Path("/usr/bin/true").read_bytes())
    return _call("execveat", os.open("own", os.O_RDONLY), b"\0", None, None, 0x1000)


def _tcp(aims: AttackTargets) -> str:
    with socket.create_connection(("127.0.0.1", aims.port), 2):
        return "connected"


def _udp(aims: AttackTargets) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        return line.sendto(b"x", ("127.0.0.1", aims.port))


def _abstract(aims: AttackTargets) -> str:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(f"\0{aims.abstract}")
        return "connected"


def _netlink(aims: AttackTargets) -> int:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as line:
        return line.fileno()


def _pair(aims: AttackTargets) -> int:
    ours, theirs = socket.socketpair()
    return ours.fileno() + theirs.fileno()


def _listen(aims: AttackTargets) -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname())


def _signal(process: int, number: int = 0) -> str:
    os.kill(process, number)
    return "signalled"


def _signal_by_descriptor(aims: AttackTargets) -> str:
    signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0)
    return "signalled"


def _signal_by_file_owner(aims: AttackTargets) -> str:
    import fcntl

    fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid())
    return "made it the owner"


def _limits_of_the_worker(aims: AttackTargets) -> str:
    resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))
    return "limited"


def _own_limits(aims: AttackTargets) -> str:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "raised"


def _identity(aims: AttackTargets) -> str:
    # Through the C library a refusal would end in an abort.
    _call("setuid", 12345)
    return "changed"


def _keep_alive(aims: AttackTargets) -> str:
    _call("prctl", 1, 0)
    return "no longer ends with the worker"


def _other_processor(aims: AttackTargets) -> str:
    """A call the way 32-bit programs make it: other numbers, which the table knows nothing of."""
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    return f"process {ctypes.CFUNCTYPE(ctypes.c_int)(address)()}"


LEAVING: dict[str, Attack] = {
    "fork": _fork,
    "fork by its call": _fork_by_call,
    "fork by its new call": _fork_by_new_call,
    "a subprocess": _vfork,
    "a shell": _shell,
    "another program": _execute,
    "a program it wrote": _execute_from_memory,
    "a daemon": lambda aims: os.setsid() or "its own session",
    "tcp": _tcp,
    "udp": _udp,
    "an abstract socket": _abstract,
    "netlink": _netlink,
    "a pair of sockets": _pair,
    "listening": _listen,
    "looking up a name": lambda aims: socket.getaddrinfo("localhost", 80),
    "a signal to the worker": lambda aims: _signal(os.getppid()),
    "killing the worker": lambda aims: _signal(os.getppid(), signal.SIGKILL),
    "killing the grader": lambda aims: _signal(aims.grader, 0),
    "killing a neighbour": lambda aims: _signal(aims.neighbour, signal.SIGKILL),
    "killing all": lambda aims: _signal(-1, 0),
    "killing the group": lambda aims: _signal(0, 0),
    "a signal by descriptor": _signal_by_descriptor,
    "a signal by owning a file": _signal_by_file_owner,
    "tracing the worker": lambda aims: _call("ptrace", 16, os.getppid(), 0, 0),
    "being traced": lambda aims: _call("ptrace", 0, 0, 0, 0),
    "limiting the worker": _limits_of_the_worker,
    "slowing the worker": lambda aims: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19) or "slow",
    "raising its own limits": _own_limits,
    "another user": _identity,
    "outliving the worker": _keep_alive,
    "a user namespace": lambda aims: _call("unshare", 0x10000000),
    "all namespaces": lambda aims: _call("unshare", 0x6C020000),
    "mounting": lambda aims: _call("mount", b"none\0", b".\0", b"tmpfs\0", 0, None),
    "a new root": lambda aims: os.chroot(".") or "rooted",
    "io_uring": lambda aims: _call("io_uring_setup", 8, bytes(120)),
    "bpf": lambda aims: _call("bpf", 0, bytes(128), 128),
    "performance counters": lambda aims: _call("perf_event_open", bytes(128), 0, -1, -1, 0),
    "userfaultfd": lambda aims: _call("userfaultfd", 1),
    "keys": lambda aims: _call("keyctl", 0, -3, 0),
    "shared memory": lambda aims: _call("shmget", 0, 4096, 0o1600),
    "a message queue": lambda aims: _call("mq_open", b"grader\0", 0o102, 0o600, None),
    "a new filter": lambda aims: _call("seccomp", 1, 0, bytes(16)),
}

# --- limits ---------------------------------------------------------------------------------------


def _threads_without_end(aims: AttackTargets) -> str | None:
    gate = threading.Event()
    started: list[threading.Thread] = []
    try:
        for _ in range(20_000):
            thread = threading.Thread(target=gate.wait, daemon=True)
            thread.start()
            started.append(thread)
    finally:
        gate.set()
        for thread in started:
            thread.join()
    return f"{len(started)} threads"


def _memory_in_pieces(aims: AttackTargets) -> str:
    hoard = [mmap.mmap(-1, 16 << 20) for _ in range(4096)]
    return f"{len(hoard)} pieces"


def _files_without_end(aims: AttackTargets) -> str:
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(4096)]
    return f"{len(opened)} files"


def _words_without_end(aims: AttackTargets) -> None:
    line = b"x" * 65536
    while True:
        os.write(1, line)


def _words_to_the_grader(aims: AttackTargets) -> None:
    """A good deal of noise that stays within the limits, on both streams."""
    for stream in (1, 2):
        for _ in range(8):
            os.write(stream, b"y" * 65536)


def _core(aims: AttackTargets) -> None:
    os.abort()


LIMITED: dict[str, Attack] = {
    "threads": _threads_without_end,
    "memory in pieces": _memory_in_pieces,
    "open files": _files_without_end,
    "words": _words_without_end,
}

# --- loot -----------------------------------------------------------------------------------------


def _leave_loot(aims: AttackTargets) -> None:
    """Everything a next submission might stumble over, made hard to remove."""
    for name in ("loot", "-rf", "\n", "\x1b[2J", "a" * 255, "\udcff"):
        Path(name).write_bytes(b"loot")
    Path("closed").mkdir()
    Path("closed/inside").write_bytes(b"loot")
    os.mkdir("sealed", 0)  # noqa: PTH102
    Path("outside").symlink_to(aims.folder)


def _leave_endless_folders(aims: AttackTargets) -> None:
    for _ in range(3000):
        os.mkdir("d" * 200)  # noqa: PTH102
        os.chdir("d" * 200)
    Path("deep").write_bytes(b"loot")


def _look_for_loot(aims: AttackTargets) -> object:
    found = sorted(os.listdir("."))  # noqa: PTH208
    found += [name for name in os.environ if "LOOT" in name]
    found += [name for name in sys.modules if "loot" in name]
    return found or None


def _other_folders(aims: AttackTargets) -> object:
    return sorted(os.listdir(".."))  # noqa: PTH208


ALL: dict[str, Attack] = {
    "nothing": lambda aims: None,
    **{f"read: {name}": attack for name, attack in READING.items()},
    **{f"write: {name}": attack for name, attack in WRITING.items()},
    **{f"leave: {name}": attack for name, attack in LEAVING.items()},
    **{f"limit: {name}": attack for name, attack in LIMITED.items()},
    "its own secrets": _own_secrets,
    "open descriptors": _descriptors_left_open,
    "noise": _words_to_the_grader,
    "abort": _core,
    "another processor": _other_processor,
    "leave loot": _leave_loot,
    "leave endless folders": _leave_endless_folders,
    "look for loot": _look_for_loot,
    "other folders": _other_folders,
}
