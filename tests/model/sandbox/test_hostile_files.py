"""Real networks that carry code, opened by a loader without any guard: the walls alone must hold.

Before and after each, an innocent network must open and answer as always.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from grader.grading.batch import PRELOAD
from grader.records.evidence import Failure
from grader.records.probe import OpenModel, Predict, Predicted
from grader.sandbox import Level, Limits, Outcome, Sandbox
from grader.sandbox.process import Target
from grader.sandbox.selftest import assess
from tests.model.networks import classifier, save
from tests.model.sandbox.hostile import (
    asks_tensorflow,
    careless,
    carrying,
    linked_to,
    reads_a_dataset,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these walls are Linux's")

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
CANARY = "canary-51c0"
LIMITS = Limits(wall_s=60, memory_bytes=2 << 30, file_bytes=4 << 20)
IMPATIENT = Limits(wall_s=5, memory_bytes=2 << 30, file_bytes=4 << 20)

Opened = Callable[..., Sandbox]


@pytest.fixture(params=["medium", "strong"])
def walled(request: pytest.FixtureRequest) -> Level:
    level: Level = request.param
    found = assess(level)
    if found.level != level:
        pytest.skip(f"level {level}: {found.troubles[level]}")
    return level


@pytest.fixture(scope="module")
def opened() -> Iterator[Opened]:
    """Sandboxes by target, level and limits, each started once."""
    made: dict[tuple[Target, Level, Limits], Sandbox] = {}

    def give(target: Target, level: Level, limits: Limits = LIMITS) -> Sandbox:
        if (target, level, limits) not in made:
            preload = () if target is reads_a_dataset else PRELOAD
            made[target, level, limits] = Sandbox(
                target, limits=limits, level=level, preload=preload
            )
        return made[target, level, limits]

    yield give
    for sandbox in made.values():
        sandbox.close()


@pytest.fixture(scope="module")
def innocent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(classifier(), tmp_path_factory.mktemp("innocent") / "m.keras")


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "run/labels.txt"
    path.parent.mkdir()
    path.write_text(CANARY)
    return path


def predict(sandbox: Sandbox, path: Path) -> Outcome:
    """Open a network and let it answer; what came of the step that failed, or of the last."""
    with sandbox.open() as box:
        asked = OpenModel(path=box.bring(path), file=path.name, format="hdf5")
        outcome = box.ask(asked)
        if outcome.status != "ok" or told(outcome) != "opened":
            return outcome
        request = Predict(dataset="test", shape=IMAGES.shape, output=0, width=10)
        return box.ask(request, IMAGES.tobytes(), expect=len(IMAGES) * 40)


def told(outcome: Outcome) -> str:
    return outcome.answer.detail if isinstance(outcome.answer, Failure) else ""


def attack(sandbox: Sandbox, path: Path, innocent: Path, canary: Path) -> Outcome:
    """Open a hostile file between two innocent ones, and look at what must not have changed."""
    before = predict(sandbox, innocent)
    outcome = predict(sandbox, path)
    after = predict(sandbox, innocent)

    assert (before.status, before.answer) == ("ok", Predicted())
    assert (after.status, after.payload) == ("ok", before.payload)
    assert canary.read_text() == CANARY
    assert sorted(os.listdir(canary.parent)) == [canary.name]  # noqa: PTH208
    assert CANARY not in str(outcome)
    return outcome


def everywhere(code: str) -> str:
    """Code that lets what it finds out come back as an error."""
    return f"import os, socket, subprocess\nfrom pathlib import Path\nraise RuntimeError({code})"


def test_the_files_are_dangerous(opened: Opened, canary: Path, tmp_path: Path) -> None:
    """Without walls the same file gives the canary away."""
    path = carrying(everywhere(f"Path({str(canary)!r}).read_text()"), tmp_path / "m.keras")

    assert CANARY in told(predict(opened(careless, "none"), path))


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("h5", "Path({canary!r}).read_text()"),
        ("h5", "subprocess.run(['id'], capture_output=True).stdout"),
        ("keras", "Path({canary!r}).read_text()"),
        ("keras", "Path({canary!r}).write_text('forged')"),
        ("keras", "os.listdir({folder!r})"),
        ("keras", "os.listdir('/etc')"),
        ("keras", "Path(f'/proc/{{os.getppid()}}/environ').read_bytes()"),
        ("keras", "subprocess.run(['id'], capture_output=True).stdout"),
        ("keras", "os.fork()"),
        ("keras", "os.kill(os.getppid(), 9)"),
        ("keras", "socket.create_connection(('127.0.0.1', 22), 1)"),
    ],
)
def test_code_in_a_network_gets_nowhere(
    walled: Level,
    opened: Opened,
    innocent: Path,
    canary: Path,
    tmp_path: Path,
    code: str,
    ending: str,
) -> None:
    """Reading, writing, listing, starting, killing, connecting: the kernel refuses each."""
    filled = code.format(canary=str(canary), folder=str(canary.parent))
    path = carrying(everywhere(filled), tmp_path / f"m.{ending}")
    outcome = attack(opened(careless, walled), path, innocent, canary)

    assert outcome.status == "ok"
    assert "PermissionError" in told(outcome) or "FileNotFoundError" in told(outcome)


@pytest.mark.parametrize(
    ("code", "statuses"),
    [
        ("import os; os._exit(0)", {"RE"}),
        ("import os; os.abort()", {"SG"}),
        ("import ctypes; ctypes.string_at(1)", {"SG"}),
        ("hoard = bytearray(8 << 30)", {"ok"}),
        ("while True: pass", {"TO"}),
        ("import os\nwhile True: os.write(1, b'x' * 65536)", {"ok"}),
        ("import os\nfor n in range(10**6): os.write(3 + n % 20, b'forged')", {"RE", "ok"}),
    ],
)
def test_dying_and_hoarding_hurts_nobody_else(
    walled: Level,
    opened: Opened,
    innocent: Path,
    canary: Path,
    tmp_path: Path,
    code: str,
    statuses: set[str],
) -> None:
    """It is told as what it is, no answer counts, and the next network opens as always."""
    path = carrying(code, tmp_path / "m.keras")
    outcome = attack(opened(careless, walled, IMPATIENT), path, innocent, canary)

    assert outcome.status in statuses
    assert outcome.answer != Predicted()
    assert outcome.payload == b""


@pytest.mark.parametrize("how", ["external storage", "external link", "virtual dataset"])
def test_hdf5_reaches_no_other_file(
    walled: Level, opened: Opened, tmp_path: Path, how: str
) -> None:
    """Data that a file says lie elsewhere come back empty or not at all, never as what lies there."""
    if how == "external storage":
        canary = tmp_path / "labels.bin"
        canary.write_bytes(CANARY.encode())
    else:
        canary = tmp_path / "labels.h5"
        with h5py.File(canary, "w") as store:
            store["leak"] = np.frombuffer(CANARY.encode(), np.uint8)
    path = linked_to(canary, tmp_path / "m.h5", how)
    answers = {}
    for level in ("none", walled):
        with opened(reads_a_dataset, level).open() as box:
            asked = OpenModel(path=box.bring(path), file="m.h5", format="hdf5")
            answers[level] = told(box.ask(asked))

    if how != "virtual dataset":  # its source may have another size than was noted
        assert CANARY in answers["none"]
    assert CANARY not in answers[walled]


@pytest.mark.parametrize(
    "operation",
    [
        *("read", "list", "match", "lines", "records", "write", "copy", "remove", "table"),
        *("server", "library", "saved model", "script"),
    ],
)
def test_tensorflow_reaches_nothing(
    walled: Level, opened: Opened, canary: Path, operation: str
) -> None:
    """Operations of TensorFlow that read, write and listen meet the same walls."""
    with opened(asks_tensorflow, walled).open() as box:
        outcome = box.ask(OpenModel(path=str(canary), file=operation, format="hdf5"))

    assert CANARY not in str(outcome)
    assert canary.read_text() == CANARY
    assert told(outcome).startswith(("denied", "got []")) or outcome.status == "SG"
