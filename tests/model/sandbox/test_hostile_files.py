"""Real models that carry code, opened by a loader without any guard: the isolation alone must hold.

Before and after each, an innocent model must open and predict as always.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import msgspec
import numpy as np
import pytest

from grader.evidence.models.profile import PROFILE
from grader.evidence.models.protocol import OpenModel, Predict, Predicted
from grader.records.evidence import Failure
from grader.sandbox import Level, Limits, Outcome, Sandbox, SandboxProfile
from grader.sandbox.process import Target
from grader.sandbox.selftest import assess
from tests.model.models import classifier, save
from tests.model.sandbox.hostile import (
    asks_tensorflow,
    careless,
    carrying,
    linked_to,
    reads_a_dataset,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="this isolation needs Linux"),
]

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
PREDICTED = msgspec.json.encode(Predicted())
CANARY = "canary-51c0"
LIMITS = Limits(wall_s=60, memory_bytes=2 << 30, file_bytes=4 << 20)
IMPATIENT = Limits(wall_s=5, memory_bytes=2 << 30, file_bytes=4 << 20)

Opened = Callable[..., Sandbox]


@pytest.fixture(params=["medium", "strong"])
def isolated(request: pytest.FixtureRequest) -> Level:
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
            preload = () if target is reads_a_dataset else PROFILE.preload
            name = f"{target.__module__}:{target.__qualname__}"
            profile = SandboxProfile(target=name, preload=preload)
            made[target, level, limits] = Sandbox(profile, limits=limits, level=level)
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
    """Open a model and let it predict; what came of the step that failed, or of the last."""
    with sandbox.open() as box:
        asked = OpenModel(path=box.bring(path), file=path.name, format="hdf5")
        outcome = box.ask(msgspec.json.encode(asked))
        if outcome.status != "ok" or reported(outcome) != "opened":
            return outcome
        request = Predict(dataset="test", shape=IMAGES.shape, output=0, width=10)
        data = msgspec.json.encode(request)
        return box.ask(data, IMAGES.tobytes(), expect=len(IMAGES) * 40)


def reported(outcome: Outcome) -> str:
    if not outcome.answer:
        return ""
    answer = msgspec.json.decode(outcome.answer, type=Predicted | Failure)
    return answer.detail if isinstance(answer, Failure) else ""


def attack(sandbox: Sandbox, path: Path, innocent: Path, canary: Path) -> Outcome:
    """Open a hostile file between two innocent ones, and look at what must not have changed."""
    before = predict(sandbox, innocent)
    outcome = predict(sandbox, path)
    after = predict(sandbox, innocent)

    assert (before.status, before.answer) == ("ok", PREDICTED)
    assert (after.status, after.payload) == ("ok", before.payload)
    assert canary.read_text() == CANARY
    assert sorted(os.listdir(canary.parent)) == [canary.name]  # noqa: PTH208
    assert CANARY not in str(outcome)
    return outcome


def everywhere(code: str) -> str:
    """Code that lets what it finds out come back as an error."""
    return f"import os, socket, subprocess\nfrom pathlib import Path\nraise RuntimeError({code})"


def test_the_files_are_dangerous(opened: Opened, canary: Path, tmp_path: Path) -> None:
    """Without isolation the same file gives the canary away."""
    path = carrying(everywhere(f"Path({str(canary)!r}).read_text()"), tmp_path / "m.keras")

    assert CANARY in reported(predict(opened(careless, "none"), path))


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
def test_code_in_a_model_gets_nowhere(
    isolated: Level,
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
    outcome = attack(opened(careless, isolated), path, innocent, canary)

    assert outcome.status == "ok"
    assert "PermissionError" in reported(outcome) or "FileNotFoundError" in reported(outcome)


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
    isolated: Level,
    opened: Opened,
    innocent: Path,
    canary: Path,
    tmp_path: Path,
    code: str,
    statuses: set[str],
) -> None:
    """It is reported as what it is, no answer counts, and the next model opens as always."""
    path = carrying(code, tmp_path / "m.keras")
    outcome = attack(opened(careless, isolated, IMPATIENT), path, innocent, canary)

    assert outcome.status in statuses
    assert outcome.answer != PREDICTED
    assert outcome.payload == b""


@pytest.mark.parametrize("how", ["external storage", "external link", "virtual dataset"])
def test_hdf5_reaches_no_other_file(
    isolated: Level, opened: Opened, tmp_path: Path, how: str
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
    for level in ("none", isolated):
        with opened(reads_a_dataset, level).open() as box:
            asked = OpenModel(path=box.bring(path), file="m.h5", format="hdf5")
            answers[level] = reported(box.ask(msgspec.json.encode(asked)))

    if how != "virtual dataset":  # its source may have another size than was noted
        assert CANARY in answers["none"]
    assert CANARY not in answers[isolated]


@pytest.mark.parametrize(
    "operation",
    [
        *("read", "list", "match", "lines", "records", "write", "copy", "remove", "table"),
        *("server", "library", "saved model", "script"),
    ],
)
def test_tensorflow_reaches_nothing(
    isolated: Level, opened: Opened, canary: Path, operation: str
) -> None:
    """Operations of TensorFlow that read, write and listen are isolated like all others."""
    with opened(asks_tensorflow, isolated).open() as box:
        request = OpenModel(path=str(canary), file=operation, format="hdf5")
        outcome = box.ask(msgspec.json.encode(request))

    assert CANARY not in str(outcome)
    assert canary.read_text() == CANARY
    assert reported(outcome).startswith(("denied", "got []")) or outcome.status == "SG"
