"""Processes and pools of workers: their work is done here, one piece after the other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any

from grader.evidence.code.probe.running.shims.patching import Function, library, replace


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


class Executor:
    """An executor of `concurrent.futures` that works at once."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def submit(self, function: Function, *positional: Any, **named: Any) -> Any:
        """A future that is done; it holds what the work gave, or its error."""
        from concurrent.futures import Future

        future: Any = Future()
        try:
            future.set_result(function(*positional, **named))
        except Exception as error:
            future.set_exception(error)
        return future

    def map(self, function: Function, *values: Iterable[Any], **_: Any) -> Iterator[Any]:
        """The results, in order."""
        return map(function, *values)

    def shutdown(self, *_: Any, **__: Any) -> None:
        """Nothing waits."""

    def __enter__(self) -> Executor:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def install_processes() -> None:
    """Let code that spreads its work over processes do it in this one."""
    for path in ("multiprocessing", "multiprocessing.pool", "multiprocessing.dummy"):
        module = library(path)
        for name, kind in (("Pool", Pool), ("ThreadPool", Pool), ("Process", Process)):
            if module is not None and hasattr(module, name):
                setattr(module, name, kind)
    for path in ("multiprocessing", "os"):
        module = library(path)
        if module is not None:
            module.cpu_count = lambda: 1
    futures = library("concurrent.futures")
    if futures is not None:
        futures.ProcessPoolExecutor = Executor
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
