"""The system: commands, questions and waiting, none of which a sandbox has."""

from __future__ import annotations

import builtins
import getpass
import os
import shutil
import signal
import subprocess
import time
import webbrowser
from collections.abc import Callable, Iterator
from typing import Any

from grader.evidence.code.probe.running.shims.patching import Used


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
    _files_keep_modes()
