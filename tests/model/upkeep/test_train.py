"""What the reference programs share, on a model of ten weights."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import REPOSITORY, environment

pytestmark = pytest.mark.slow

PROGRAM = """
import os, sys
sys.path.insert(0, {repository!r})
import keras, numpy as np
from grader.errors import DataUnavailableError
from reference_solutions.training import Options, run, train

def main(options: Options) -> None:
    if "NO_DATA" in os.environ:
        raise DataUnavailableError("no digits here", hint="fetch them")
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images, labels = np.eye(4, dtype="float32"), np.array([0, 1, 0, 1])
    if "DIE_IN" in os.environ:
        die_in(model, int(os.environ["DIE_IN"]))
    train(model, images, labels, batch_size=2, epochs=4, validation_data=(images, labels),
          options=options)
    print("steps", int(model.optimizer.iterations))

def die_in(model, last):
    fit = model.fit
    class Death(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch + 1 == last:
                os.kill(os.getpid(), 9)
    model.fit = lambda *data, callbacks, **how: fit(*data, callbacks=[*callbacks, Death()], **how)

if __name__ == "__main__":
    run(main)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.py"
    file.write_text(PROGRAM.format(repository=str(REPOSITORY)))
    return file


def started(program: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        env=environment(TF_CPP_MIN_LOG_LEVEL="3", **env),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
def test_a_killed_training_goes_on_with_weights_optimizer_and_history(program: Path) -> None:
    """After SIGKILL in the third epoch two are kept; steps, rows and seconds add up to one training."""
    folder = program.parent
    killed = started(program, DIE_IN="3")
    kept = (folder / ".tiny.training/history.csv").read_text()
    assert (killed.returncode, len(kept.splitlines())) == (-9, 3)
    assert not (folder / "tiny.h5").exists()
    finished = started(program)

    assert finished.returncode == 0, finished.stderr
    assert "going on after epoch 2 of 4" in finished.stdout
    assert "steps 8" in finished.stdout
    history = (folder / "tiny.history.csv").read_text()
    assert history.startswith(kept)
    rows = [line.split(",") for line in history.splitlines()[1:]]
    assert [row[0] for row in rows] == ["1", "2", "3", "4"]
    record = json.loads((folder / "tiny.training.json").read_text())
    assert record == {"epochs": 4, "of": 4, "seconds": round(sum(float(row[-1]) for row in rows))}
    assert sorted(path.name for path in folder.iterdir()) == [
        "tiny.h5", "tiny.history.csv", "tiny.py", "tiny.svg", "tiny.training.json",
    ]  # fmt: skip


def test_a_training_cut_short_is_saved_and_can_be_taken_further(program: Path) -> None:
    """`--epochs` saves what there is and keeps what going on needs; `--again` begins at the first epoch."""
    folder = program.parent / "out"
    started(program, "--epochs", "1", "--out", str(folder))
    assert json.loads((folder / "tiny.training.json").read_text())["epochs"] == 1
    assert (folder / "tiny.h5").exists()
    further = started(program, "--epochs", "3", "--out", str(folder))
    anew = started(program, "--epochs", "2", "--again", "--out", str(folder))

    assert "going on after epoch 1 of 4" in further.stdout
    assert "tiny 1/3" not in further.stdout
    assert "going on" not in anew.stdout
    assert json.loads((folder / "tiny.training.json").read_text())["epochs"] == 2


def test_absent_data_are_reported_in_a_sentence(program: Path) -> None:
    """Message, hint and the code for data; no traceback."""
    ended = started(program, NO_DATA="1")

    assert ended.returncode == 3
    assert ended.stderr.endswith("Error: no digits here\nHint: fetch them\n")
    assert "Traceback" not in ended.stderr


def test_weights_of_another_model_are_reported(program: Path) -> None:
    """What cannot be gone on with is named, with what can be done about it."""
    started(program, "--epochs", "1")
    program.write_text(program.read_text().replace("Dense(2,", "Dense(3,"))
    ended = started(program)

    assert ended.returncode == 4
    assert "is not of this model" in ended.stderr
    assert "--again" in ended.stderr
