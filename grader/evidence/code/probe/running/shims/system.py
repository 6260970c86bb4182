"""The system: commands, questions, waiting and processes, none of which a sandbox has."""

from __future__ import annotations

import builtins
import getpass
import os
import shutil
import signal
import subprocess
import time
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any

from grader.evidence.code.probe.running.shims.patching import Function, Used, library, replace


class Finished:
    """A process that was not started: it ended well and said nothing."""

    def __init__(self, args: Any = (), *_: Any, **named: Any) -> None:
        self.args, self.returncode, self.pid = args, 0, 0
        empty = "" if named.get("text") or named.get("universal_newlines") else b""
        self.stdout: Any = empty
        self.stderr: Any = empty
        self.stdin = None

    def communicate(self, *_: Any, **__: Any) -> tuple[Any, Any]:
        """Nothing."""
        return self.stdout, self.stderr

    def wait(self, *_: Any, **__: Any) -> int:
        """The return code."""
        return 0

    poll = wait

    def check_returncode(self) -> None:
        """It ended well."""

    def kill(self) -> None:
        """It has ended."""

    terminate = kill

    def __enter__(self) -> Finished:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Pool:
    """A pool of workers that works in this process, one piece after the other."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self._results: dict[Any, Any] = {}

    def map(self, function: Function, values: Iterable[Any], *_: Any) -> list[Any]:
        """The results, in order."""
        return [function(value) for value in values]

    def imap(self, function: Function, values: Iterable[Any], *_: Any) -> Iterator[Any]:
        """The results, one by one."""
        return map(function, values)

    imap_unordered = imap

    def starmap(self, function: Function, values: Iterable[Any], *_: Any) -> list[Any]:
        """The results of a function of several arguments."""
        return [function(*value) for value in values]

    def apply(self, function: Function, args: Any = (), kwds: Any = None) -> Any:
        """One result."""
        return function(*args, **(kwds or {}))

    def apply_async(self, function: Function, args: Any = (), kwds: Any = None, *_: Any) -> Result:
        """One result, which is there already."""
        return Result(function(*args, **(kwds or {})))

    def map_async(self, function: Function, values: Iterable[Any], *_: Any) -> Result:
        """The results, which are there already."""
        return Result(self.map(function, values))

    def close(self) -> None:
        """Nothing to close."""

    join = terminate = close

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


class Result:
    """What a pool gives for work it was handed."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def get(self, *_: Any) -> Any:
        """The value."""
        return self._value

    def ready(self) -> bool:
        """It is there."""
        return True

    def wait(self, *_: Any) -> None:
        """It is there."""


class Process:
    """A process that runs here, when it is started."""

    def __init__(
        self,
        group: Any = None,
        target: Any = None,
        name: Any = None,
        args: Any = (),
        kwargs: Any = None,
        **_: Any,
    ) -> None:
        self._target, self._args, self._kwargs = target, args, kwargs or {}
        self.name, self.exitcode, self.pid, self.daemon = name, None, 0, False

    def start(self) -> None:
        """Run it to its end."""
        self.run()

    def run(self) -> None:
        """What it does."""
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def join(self, *_: Any) -> None:
        """It has ended."""

    terminate = kill = join

    def is_alive(self) -> bool:
        """It has ended."""
        return False


def _told(used: Used, what: str, answer: Any = None) -> Callable[..., Any]:
    """A function that does nothing, and says that it was asked to."""

    def ask(*_: Any, **__: Any) -> Any:
        used(what)
        return answer() if callable(answer) else answer

    return ask


def _commands(used: Used) -> None:
    os.system = _told(used, "os.system", 0)
    os.popen = _told(used, "os.popen", _Nothing)

    def run(args: Any = (), *rest: Any, **named: Any) -> Finished:
        used("subprocess")
        return Finished(args, *rest, **named)

    for name in ("run", "Popen"):
        setattr(subprocess, name, run)
    for name, answer in (("call", 0), ("check_call", 0), ("check_output", b""), ("getoutput", "")):
        setattr(subprocess, name, _told(used, "subprocess", answer))
    subprocess.getstatusoutput = _told(used, "subprocess", (0, ""))
    for name in ("get", "open", "open_new", "open_new_tab"):
        setattr(webbrowser, name, _told(used, "webbrowser", False))


class _Nothing:
    """The output of a command that was not run."""

    def read(self, *_: Any) -> str:
        return ""

    def readlines(self) -> list[str]:
        return []

    def close(self) -> None:
        return None

    def __iter__(self) -> Iterator[str]:
        return iter(())


def _leave(status: int = 0) -> None:
    raise SystemExit(status)


def _no_processes(used: Used) -> None:
    for path in ("multiprocessing", "multiprocessing.pool", "multiprocessing.dummy"):
        module = library(path)
        for name, kind in (("Pool", Pool), ("ThreadPool", Pool), ("Process", Process)):
            if module is not None and hasattr(module, name):
                setattr(module, name, kind)
    for path in ("multiprocessing", "os"):
        module = library(path)
        if module is not None:
            module.cpu_count = lambda: 1
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"
    parallel = library("joblib.parallel")
    if parallel is not None:
        parallel.cpu_count = lambda *_, **__: 1
        replace(parallel.Parallel, "__init__", _one_job)


def _one_job(original: Function) -> Function:
    def construct(self: Any, n_jobs: Any = None, *positional: Any, **named: Any) -> None:
        named.pop("backend", None)
        named.pop("prefer", None)
        named.pop("require", None)
        original(self, n_jobs=1, verbose=named.get("verbose", 0))

    return construct


def _files_keep_modes() -> None:
    """Changing modes and times is refused by the sandbox; nothing depends on it."""
    for name in ("chmod", "fchmod", "lchmod", "chown", "utime"):
        if hasattr(os, name):
            setattr(os, name, lambda *_, **__: None)
    for name in ("copystat", "copymode", "chown"):
        setattr(shutil, name, lambda *_, **__: None)


def install_system(used: Used, answer_input: Callable[[str], str]) -> None:
    """Let code that starts programs, asks, waits or forks go on without any of it."""

    def ask(prompt: Any = "", *_: Any, **__: Any) -> str:
        return answer_input(str(prompt))

    builtins.input = ask
    getpass.getpass = ask
    time.sleep = _told(used, "time.sleep")
    os._exit = _leave  # type: ignore[assignment]
    os.fork = _told(used, "os.fork", 1)
    os.kill = _told(used, "os.kill")
    for name in ("alarm", "pause"):
        setattr(signal, name, _told(used, f"signal.{name}", 0))
    os.nice = lambda *_: 0
    _commands(used)
    _no_processes(used)
    _files_keep_modes()
