"""A run of code as it is written goes on where one before was ended: trainings that were finished are taken from it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.evidence.code.kept_trainings import ResumeFolder
from grader.evidence.code.run_record import CodeRun
from tests.model.evidence.code.traced import BEGIN, RunCells

CELLS = {
    "begin": BEGIN,
    "data": """
        from keras.callbacks import EarlyStopping, ModelCheckpoint
        x, y = np.random.rand(64, 12), keras.utils.to_categorical(np.random.randint(0, 3, 64))
        best = EarlyStopping(monitor="val_loss", patience=1, start_from_epoch=1)
        saved = ModelCheckpoint("best.weights.h5", save_weights_only=True)
    """,
    "fit": """
        model = Sequential([layers.Dense(5, activation="relu"), layers.BatchNormalization(), layers.Dense(3)])
        model.compile("adam", "mse", metrics=["accuracy"])
        history = model.fit(x, y, epochs=4, validation_split=.25, callbacks=[best, saved], verbose=0)
        tell([history.history, history.epoch, best.stopped_epoch, best.best, model.history is history])
    """,
    "draw": "tell([np.random.rand(), __import__('random').random()])",
    "ask": "tell([model.evaluate(x, y, verbose=0), model.predict(x[:2], verbose=0).tolist()])",
    "again": """
        for epochs in (1, 2):
            last = model.fit(x, y, epochs=epochs, verbose=0)
        tell([last.history, int(model.optimizer.iterations)])
    """,
    "load": """
        model.load_weights("best.weights.h5")
        tell(model.evaluate(x, y, verbose=0))
    """,
    "own": """
        class Seen(keras.callbacks.Callback):
            epochs = 0
            def on_epoch_end(self, epoch, logs=None):
                self.epochs += 1
        seen = Seen()
        model.fit(x, y, epochs=3, callbacks=[seen], verbose=0)
        tell(seen.epochs)
    """,
}  # fmt: skip


def timeless(run: CodeRun) -> CodeRun:
    """A run without how long it took, and whether it was resumed."""
    replace = msgspec.structs.replace
    return replace(
        run,
        seconds=0.0,
        steps=tuple(replace(step, seconds=0.0) for step in run.steps),
        trainings=tuple(replace(it, seconds=0.0, resumed=False) for it in run.trainings),
        evaluations=(),
    )


class StoppedError(Exception):
    """Somebody gave up."""


def stops_before(number: int) -> Any:
    def on_step(step: int, total: int, where: str) -> None:
        if step == number:
            raise StoppedError

    return on_step


@pytest.mark.slow
def test_a_run_that_was_cancelled_goes_on_with_its_trainings(
    run_cells: RunCells, tmp_path: Path
) -> None:
    """They are recorded the same; the code gets the same weights, histories, callbacks, files and random numbers."""
    with pytest.raises(StoppedError):
        run_cells(CELLS, "full", resume=ResumeFolder(tmp_path), on_step=stops_before(7))
    first, second = ResumeFolder(tmp_path), ResumeFolder(tmp_path)
    gone_on = run_cells(CELLS, "full", resume=first)
    again = run_cells(CELLS, "full", resume=second)

    assert [(it.report.taken, it.report.kept) for it in (first, second)] == [(3, 0), (3, 0)]
    assert [it.resumed for it in gone_on.run.trainings] == [True, True, True, False]
    assert all(step.status == "ok" for step in gone_on.run.steps), gone_on.run.steps
    for name in ("fit", "draw", "ask", "again", "load"):
        assert again.step(name).printed == gone_on.step(name).printed
    assert again.told("own") == 3
    assert timeless(again.run) == timeless(gone_on.run)


@pytest.mark.slow
def test_what_was_kept_is_what_the_training_left(run_cells: RunCells, tmp_path: Path) -> None:
    """A run that takes everything from the folder sees what the one saw that trained."""
    trained = run_cells(CELLS, "full", resume=ResumeFolder(tmp_path))
    taken = run_cells(CELLS, "full", resume=ResumeFolder(tmp_path))

    for name in ("fit", "draw", "ask", "again"):
        assert taken.told(name) == trained.told(name), name
    assert not any(it.resumed for it in trained.run.trainings)
    assert timeless(taken.run).trainings == timeless(trained.run).trainings


SMALL = """
    model = ready()
    history = model.fit(x, y, epochs=2, verbose=0)
    tell(history.history)
"""


@pytest.mark.slow
def test_what_was_kept_and_does_not_fit_is_trained_again(
    run_cells: RunCells, tmp_path: Path
) -> None:
    """Whatever stands in the folder under the right name and with the right digest: the run ends as ever."""
    cells = {"begin": BEGIN, "fit": SMALL}
    run_cells(cells, "full", resume=ResumeFolder(tmp_path))
    (file,) = tmp_path.rglob("*.training")
    whole = file.read_bytes()[32:]
    for data in (b"x", whole[:-1], whole + b"x", whole.replace(b'"shape":[6,4]', b'"shape":[4,6]')):
        file.write_bytes(hashlib.sha256(data).digest() + data)
        folder = ResumeFolder(tmp_path)
        traced = run_cells(cells, "full", resume=folder)

        assert traced.step("fit").status == "ok"
        assert [item.resumed for item in traced.run.trainings] == [False]
        assert file.read_bytes()[32:] not in (data, b"")
        assert folder.report.kept == 1


@pytest.mark.slow
def test_what_code_has_kept_itself_reaches_no_other_code(
    run_cells: RunCells, tmp_path: Path
) -> None:
    """It may keep and ask for what it likes: it stays within bounds, and in a folder of its own."""
    innocent = {"begin": BEGIN, "fit": SMALL}
    run_cells(innocent, "full", resume=ResumeFolder(tmp_path / "kept"))
    (file,) = (tmp_path / "kept").rglob("*.training")
    key, before = file.stem, file.read_bytes()
    forging = {
        "begin": BEGIN,
        "attack": f"""
            import gc
            (kept,) = [it for it in gc.get_objects() if type(it).__name__ == "KeptOutside"]
            found = [kept.find(name) for name in ({key!r}, "../" * 9 + "etc/passwd", "", "A" * 64)]
            for name in ({key!r}, "../escaped", "0" * 64):
                kept.keep(name, b"forged")
            kept.keep("1" * 64, bytes(260 << 20))
            tell([it is None or len(it) for it in found] + [bytes(kept.find({key!r})).decode()])
        """,
        "thread": """
            import threading
            done = []
            thread = threading.Thread(target=lambda: done.append(ready().fit(x, y, epochs=2, verbose=0)))
            thread.start()
            thread.join()
            tell(len(done))
        """,
    }  # fmt: skip
    folder = ResumeFolder(tmp_path / "kept")
    traced = run_cells(forging, "full", resume=folder)

    assert traced.told("attack") == [True, True, True, True, "forged"]
    assert traced.told("thread") == 1
    assert (folder.report.kept, folder.report.left_out) == (2, 1)
    assert {path.parent.parent for path in tmp_path.rglob("*.training")} == {tmp_path / "kept"}
    assert file.read_bytes() == before
    assert [
        it.resumed
        for it in run_cells(innocent, "full", resume=ResumeFolder(tmp_path / "kept")).run.trainings
    ] == [True]


@pytest.mark.slow
def test_a_step_that_ended_its_process_leaves_the_trainings_before_it(
    run_cells: RunCells, tmp_path: Path
) -> None:
    """The run that begins anew without it takes them, and so does the next one, which tries it again."""
    cells = {
        "begin": BEGIN,
        "fit": SMALL,
        "end": "import ctypes\nctypes.string_at(0)",
        "more": SMALL,
    }
    folder = ResumeFolder(tmp_path)
    first = run_cells(cells, "full", resume=folder)

    assert [step.status for step in first.run.steps] == ["ok", "ok", "crashed", "ok"]
    assert [it.resumed for it in first.run.trainings] == [True, False]
    assert (folder.report.taken, folder.report.kept) == (0, 2)
    again = run_cells(cells, "full", resume=ResumeFolder(tmp_path))
    assert [it.resumed for it in again.run.trainings] == [True, True]
