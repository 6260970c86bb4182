"""Trainings of a run as written that are kept outside, and taken from there when the same code is run again."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import keras
import msgspec
import numpy as np

from grader.evidence.code.kept_protocol import (
    LARGEST_BYTES,
    GiveTraining,
    StepReply,
    TrainingBegins,
    TrainingEnds,
    TrainingGiven,
    UseKept,
)
from grader.evidence.code.probe.running.budget import paused
from grader.evidence.code.probe.running.callbacks import own_callbacks
from grader.evidence.code.probe.running.fit_arguments import listed
from grader.evidence.code.probe.running.kept_bytes import LeftByTraining, as_bytes, from_bytes
from grader.evidence.code.probe.running.kept_state import (
    Snapshot,
    files_in,
    files_written,
    left_by,
    put_back,
    size_of,
)
from grader.evidence.code.run_record import StepRun
from grader.records.base import Record
from grader.sandbox.channel import Connection
from grader.sandbox.serving import encoded_answer, send_reply

#: Rows of the data that tell one training from another.
_ROWS = 4

_exit = os._exit  # as it is before the student's code can replace it


class KeptOutside:
    """Trainings that the trusted side keeps: asked for while the answer to a step is waited for.

    Args:
        connection: To the trusted side.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: str) -> memoryview | None:
        """What was kept of a training; None where nothing was."""
        if isinstance(self._told(TrainingBegins(key=key)), UseKept):
            return self._connection.recv_payload()
        return None

    def keep(self, key: str, data: bytes) -> None:
        """Have a training kept, where there is room for it."""
        if isinstance(self._told(TrainingEnds(key=key, size=len(data))), GiveTraining):
            self._told(TrainingGiven(), data)

    def leave_out(self, key: str, size: int) -> None:
        """Say that a training is not kept, since it has more bytes than are kept."""
        self._told(TrainingEnds(key=key, size=size))

    def _told(self, message: Record, body: bytes = b"") -> StepReply:
        send_reply(self._connection, encoded_answer(message), body)
        reply: StepReply = msgspec.json.decode(self._connection.recv_bytes(), type=StepReply)
        return reply


@dataclass(frozen=True)
class Trained:
    """What came of a training."""

    history: Any
    seconds: float
    """It took, when it was run."""
    resumed: bool = False
    """Whether it was run in an earlier process."""


class ResumedTrainings:
    """Runs trainings, or puts in their place what they left when the same code was run before.

    A training is known again by the steps that were run before it and what came of them, where it stands, how many
    there were in its step, the model, and the first rows of its data. Random numbers go on as they did: Python's and
    NumPy's global generators begin alike in every run, unless the code seeds them, and stand after a training where
    they stood. Trainings with callbacks of the student's own are run each time: nobody knows what these do.

    Args:
        kept: Where trainings are kept.
        root: The folder in which code writes.
    """

    def __init__(self, kept: KeptOutside, root: Path) -> None:
        self._kept = kept
        self._root = root
        self._steps = hashlib.sha256(keras.__version__.encode())
        self._calls = 0
        self._is_asking = False

    def seed(self) -> None:
        """Have random numbers begin alike in every run; called before any code."""
        random.seed(20_240_229)
        np.random.seed(20_240_229)  # noqa: NPY002  (what student code draws from)

    def ran(self, number: int, done: StepRun) -> None:
        """A step was run.

        Args:
            number: Of the step.
            done: What came of it.
        """
        # Not all that an error says: it may name addresses and folders, which differ from run to run.
        error, place = done.error.partition(":")[0], done.error.rpartition("(")[2]
        what = (number, done.retried, done.status, error, place, self._calls)
        self._steps.update(json.dumps(what).encode())
        self._calls = 0

    def fit(
        self,
        model: Any,
        given: Mapping[str, Any],
        what: str,
        build: Callable[[], None],
        train: Callable[[], Any],
    ) -> Trained:
        """Run a training, or take what it left.

        Args:
            model: That is trained.
            given: The arguments of `fit`, by name.
            what: Of the training tells it from others: its place, the model, what it was compiled with.
            build: Builds the model, where that was not done.
            train: Runs the training, and gives its history.
        """
        callbacks = listed(given.get("callbacks"))
        self._calls += 1
        if not _may_ask() or self._is_asking or own_callbacks(callbacks):
            return timed(train)
        key = self._key(what, given)
        found = self._find(key)
        if found is not None:
            try:
                build()
                history = put_back(model, found, callbacks, self._root)
                return Trained(history, found.seconds, resumed=True)
            except Exception as error:  # of another model: random numbers decided which
                _note(f"a training that was kept does not fit: {error}")
        before = files_in(self._root) if callbacks else {}
        trained = timed(train)
        with paused():
            self._keep(key, model, trained, callbacks, before)
        return trained

    def _find(self, key: str) -> LeftByTraining | None:
        with paused():
            data = self._ask(lambda: self._kept.find(key))
            if data is None:
                return None
            try:
                return from_bytes(data)
            except ValueError as error:
                _note(str(error))
                return None

    def _keep(
        self, key: str, model: Any, trained: Trained, callbacks: list[Any], before: Snapshot
    ) -> None:
        try:
            size = size_of(model)
            if size > LARGEST_BYTES:
                self._ask(lambda: self._kept.leave_out(key, size))
                return
            files = files_written(self._root, before) if callbacks else {}
            data = as_bytes(left_by(model, trained.history, callbacks, trained.seconds, files))
        except Exception as error:  # models and optimizers of a student may be anything
            _note(f"a training cannot be kept: {error}")
            return
        self._ask(lambda: self._kept.keep(key, data))

    def _ask(self, ask: Callable[[], Any]) -> Any:
        """Ask the trusted side. Where it has hung up, the process has nothing left to do."""
        self._is_asking = True
        try:
            return ask()
        except (EOFError, OSError) as error:
            _leave(error)
        finally:
            self._is_asking = False

    def _key(self, what: str, given: Mapping[str, Any]) -> str:
        digest = self._steps.copy()
        digest.update(f"{self._calls} {what}".encode("utf-8", "replace"))
        for name in ("x", "y"):
            digest.update(_first_rows(given.get(name)))
        return digest.hexdigest()


def timed(train: Callable[[], Any]) -> Trained:
    """Run a training, and say how long it took."""
    started = time.monotonic()
    history = train()
    return Trained(history, round(time.monotonic() - started, 3))


def _may_ask() -> bool:
    """Whether this is the thread that answers requests: another one would speak at the same time."""
    return threading.current_thread() is threading.main_thread()


def _first_rows(value: Any) -> bytes:
    """The shape and the first rows of an array; nothing of what gives batches, which would lose one."""
    if not hasattr(value, "shape") or not hasattr(value, "__getitem__"):
        return b""
    try:
        return f"{tuple(value.shape)}".encode() + np.asarray(value[:_ROWS]).tobytes()
    except Exception:  # arrays of a student may be anything
        return b""


def _note(text: str) -> None:
    """For staff, in the log of the process."""
    if sys.__stderr__ is not None:
        sys.__stderr__.write(f"{text}\n")


def _leave(error: BaseException) -> NoReturn:
    _note(f"the grader has hung up: {error}")
    _exit(1)
