"""The sandbox's promise: whatever happens inside, `ask` comes back and says what became of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest

from grader.errors import StorageError
from grader.sandbox import Level, Limits, Outcome, SealedMemfd
from grader.sandbox.descriptors import MAX_SUBMITTED
from grader.sandbox.process import Target
from tests.unit.sandbox import targets
from tests.unit.sandbox.conftest import REQUEST, ask, opened, require, said
from tests.unit.sandbox.targets import Task

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="workers fork")


def test_payload_and_answer_come_back(level: Level) -> None:
    """A well-behaved process gets its bytes and its answer is returned with as many bytes as expected."""
    outcome = ask(targets.echoes_bytes, level, payload=b"abcdefgh", expect=8)

    assert outcome.status == "ok"
    assert outcome.answer == b'"bytes"'
    assert outcome.payload == b"abcdefgh"


def test_one_payload_serves_several_boxes(level: Level) -> None:
    """What is sealed once is handed to every box, and stays as it is."""
    images = SealedMemfd(bytes(range(256)) * 4096)
    with opened(targets.echoes_bytes, level) as sandbox:
        for _ in range(3):
            with sandbox.open() as box:
                assert box.ask(REQUEST, images, expect=images.size).payload == images.read()
    images.close()


def test_images_cannot_be_changed(level: Level) -> None:
    """No process changes what all others are given too."""
    images = SealedMemfd(bytes(64))
    with opened(targets.tampers_with_images, level) as sandbox, sandbox.open() as box:
        assert said(box.ask(REQUEST, images)) == "nothing"
    assert images.read() == bytes(64)
    images.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the clock of another process is Linux'")
def test_processor_time_is_measured_outside_of_the_process(level: Level) -> None:
    """It counts work and no waiting, whatever the process does to its own clocks."""
    with opened(targets.lies_about_its_time, level) as sandbox, sandbox.open() as box:
        assert box.cpu_s() is None
        measured = []
        for hundredths in (0, 40, 0):
            box.ask(msgspec.json.encode(Task(file=str(hundredths))))
            measured.append(box.cpu_s() or 0.0)
            time.sleep(0.2)
    first, second, third = measured

    assert second - first >= 0.4
    assert third - second < 0.2


def test_surroundings_are_clean(level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process works in an empty folder of its own and does not see the grader's environment."""
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    folder, *variables = said(ask(targets.reports_surroundings, level)).splitlines()

    assert Path(folder).name == "1"
    assert set(variables) <= {
        *("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PWD", "HOME", "TMPDIR"),
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYTHONDONTWRITEBYTECODE"),
        "LC_CTYPE",  # set by Python itself where no locale is
    }
    assert not Path(folder).exists()


def test_the_submitted_file_is_brought_by_its_bytes(level: Level, tmp_path: Path) -> None:
    """Inside it lies under another name, and is whole however often processes are started."""
    path = tmp_path / "réseau (1).h5"
    path.write_text("the network")
    with opened(targets.reads_the_submitted_file, level) as sandbox:
        for _ in range(2):
            with sandbox.open() as box:
                request = Task(path=box.bring(path))
                assert str(tmp_path) not in request.path
                assert said(box.ask(msgspec.json.encode(request))) == "the network"


def test_a_file_too_large_for_the_working_folder_is_named(tmp_path: Path) -> None:
    """Inside bubblewrap the submitted file lies in memory, of which there is only so much."""
    path = tmp_path / "huge.h5"
    path.touch()
    os.truncate(path, 40 << 20)
    limits = Limits(wall_s=20, memory_bytes=64 << 20, file_bytes=1 << 20)
    with (
        opened(targets.reads_the_submitted_file, require("strong"), limits) as sandbox,
        sandbox.open() as box,
    ):
        box.bring(path)
        outcome = box.ask(REQUEST)

    assert outcome.status == "RE"
    assert "out of memory" in outcome.message


def test_only_a_regular_file_is_brought(level: Level, tmp_path: Path) -> None:
    """Links, folders and named pipes never get in, and none of them blocks the grader."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")
    with opened(targets.reads_the_submitted_file, level) as sandbox, sandbox.open() as box:
        for name in ("link", "pipe", ".", "absent"):
            with pytest.raises(OSError, match=r"."):
                box.bring(tmp_path / name)
        for _ in range(MAX_SUBMITTED):
            box.bring(tmp_path / "secret")
        with pytest.raises(ValueError, match="files, before"):
            box.bring(tmp_path / "secret")


def test_files_that_belong_together_are_brought_to_one_box(level: Level, tmp_path: Path) -> None:
    """Each lies inside under a name of its own, and both are there in every process that is started."""
    (tmp_path / "model.json").write_text("the layers")
    (tmp_path / "weights.h5").write_text("the weights")
    with opened(targets.reads_the_submitted_file, level) as sandbox, sandbox.open() as box:
        paths = [box.bring(tmp_path / name) for name in ("weights.h5", "model.json")]
        said_of = [said(box.ask(msgspec.json.encode(Task(path=path)))) for path in paths]

    assert said_of == ["the weights", "the layers"]


def test_as_many_files_as_a_box_takes_are_there(level: Level, tmp_path: Path) -> None:
    """All are passed with one message, to every box of several at once."""
    for number in range(MAX_SUBMITTED):
        (tmp_path / str(number)).write_text(f"file {number}")
    with opened(targets.reads_the_submitted_file, level) as sandbox:
        boxes = [sandbox.open() for _ in range(3)]
        for box in boxes:
            paths = [box.bring(tmp_path / str(number)) for number in range(MAX_SUBMITTED)]
            for number in (0, 7, MAX_SUBMITTED - 1):
                request = msgspec.json.encode(Task(path=paths[number]))
                assert said(box.ask(request)) == f"file {number}"
        for box in boxes:
            box.close()


@pytest.mark.parametrize("target", [targets.sends_too_little, targets.sends_too_much])
def test_wrong_number_of_bytes_is_an_error(level: Level, target: Target) -> None:
    """Predictions of any other length than asked for never count."""
    outcome = ask(target, level, expect=40)

    assert outcome.status == "RE"
    assert outcome.answer == b""
    assert outcome.payload == b""


@pytest.mark.parametrize(
    "target",
    [
        targets.sends_nonsense,
        targets.sends_no_body,
        targets.nests_without_end,
        targets.floods_the_head,
        targets.sends_another_record,
        targets.raises,
    ],
)
def test_malformed_answers_are_an_error(level: Level, target: Target) -> None:
    """An answer that is no reply, is far too long or too deep, or never comes is refused."""
    outcome = ask(target, level)

    assert outcome.status == "RE"
    assert outcome.answer == b""


@pytest.mark.slow
@pytest.mark.parametrize("target", [targets.sleeps, targets.spins, targets.sends_half_a_message])
def test_time_limit_ends_the_wait(level: Level, target: Target) -> None:
    """A process that sleeps, spins or stops in the middle of a message is ended at the limit."""
    outcome = ask(target, level, limits=Limits(wall_s=0.5))

    assert outcome.status == "TO"
    assert outcome.answer == b""


@pytest.mark.slow
def test_hanging_up_without_ending_is_no_escape(level: Level) -> None:
    """A process that closes its connection and goes on is ended soon."""
    started = time.monotonic()
    outcome = ask(targets.leaves_without_hanging_up, level)

    assert (outcome.status, outcome.exitsig) == ("RE", None)
    assert time.monotonic() - started < 15


def test_exit_code_and_end_of_log_are_kept(level: Level) -> None:
    """A process that exits with an error leaves its code and what it said last."""
    outcome = ask(targets.exits, level)

    assert (outcome.status, outcome.exitcode, outcome.exitsig) == ("RE", 3, None)
    assert outcome.message == "the reason why"


def test_exit_without_an_answer_is_an_error(level: Level) -> None:
    """Exiting with code 0 before answering is not success."""
    outcome = ask(targets.exits_as_if_well, level)

    assert outcome.status == "RE"


def test_signal_is_named(level: Level) -> None:
    """A process that dies on a signal is reported with that signal."""
    outcome = ask(targets.dies_of_a_signal, level)

    assert (outcome.status, outcome.exitsig) == ("SG", signal.SIGSEGV)


@pytest.mark.parametrize("target", [targets.takes_memory, targets.fills_the_disk])
def test_memory_and_file_size_are_limited(level: Level, target: Target) -> None:
    """More memory or larger files than allowed are refused inside the process."""
    assert said(ask(target, level)) == "refused"


def test_limits_cannot_be_raised_again(level: Level) -> None:
    """All hold at once and for good, but that of processor time, where a signal comes first that tells why."""
    found = json.loads(
        said(ask(targets.tells_its_limits, level, limits=Limits(wall_s=20, threads=2)))
    )

    assert found.pop("CPU") == [90, 95]
    assert all(soft == hard for soft, hard in found.values())
    assert (found["FSIZE"][0], found["CORE"][0], found["MEMLOCK"][0]) == (64 << 20, 0, 0)
    assert 4 << 30 < found["AS"][0] < 5 << 30


@pytest.mark.slow
def test_many_files_are_limited_too(level: Level) -> None:
    """Where the folder itself holds no more the process is refused, elsewhere it is ended."""
    limits = Limits(wall_s=20, memory_bytes=32 << 20, file_bytes=1 << 20)
    outcome = ask(targets.fills_the_disk_with_many_files, level, limits=limits)

    if level == "strong":
        assert said(outcome) == "refused"
    else:
        assert (outcome.status, "written to disk" in outcome.message) == ("RE", True)


def test_a_dead_process_can_be_asked_again_without_harm(level: Level) -> None:
    """After a crash every further request comes back as the same error instead of hanging or raising."""
    with opened(targets.exits, level) as sandbox, sandbox.open() as box:
        first, second = box.ask(REQUEST), box.ask(REQUEST)

    assert first.status == "RE"
    assert second == first


def test_closing_the_sandbox_ends_what_runs(level: Level) -> None:
    """Closing ends a request under way at once, and nothing can be opened afterwards."""
    outcomes: list[Outcome] = []
    with opened(targets.sleeps, level) as sandbox:
        box = sandbox.open()
        asking = threading.Thread(target=lambda: outcomes.append(box.ask(REQUEST)))
        asking.start()
        time.sleep(0.5)
        sandbox.close()
        asking.join(10)
        box.close()

        assert [outcome.status for outcome in outcomes] == ["SG"]
        with pytest.raises(RuntimeError, match="closed"):
            sandbox.open()


@pytest.mark.parametrize("level", ["none", "medium"])
def test_a_folder_that_is_gone_is_no_failure_of_what_runs_inside(level: Level) -> None:
    """Where the machine takes nothing more, every process would fail alike: that is an error of its own."""
    with (
        opened(targets.reads_the_submitted_file, require(level)) as sandbox,
        sandbox.open() as box,
    ):
        shutil.rmtree(Path(box.bring(Path(__file__))).parents[1])
        with pytest.raises(StorageError, match="the folder for temporary files"):
            box.ask(REQUEST)
