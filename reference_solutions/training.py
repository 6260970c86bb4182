"""What all reference programs share: one call trains, survives being killed, draws and saves.

After every epoch the weights (the optimizer's among them) and the history are kept in
`.<exercise>.training/` beside the model to be. A program that was killed goes on there when it
is started again. Only a training that came to its end replaces the files of the one before.
"""

from __future__ import annotations

import argparse
import contextlib
import inspect
import json
import logging
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from grader.errors import GraderError, RunError
from grader.files import make_folder, write_whole
from grader.storage import storing
from reference_solutions.history import (
    Row,
    counted,
    curves_title,
    draw_curves,
    epoch_row,
    read_history,
    write_history,
)

#: On a terminal the line of progress is not drawn more often than this.
DRAWN_EVERY_S = 0.2


@dataclass(frozen=True)
class Options:
    """What a program was asked for on its command line."""

    exercise: str
    """The exercise it solves; the program is named after it."""

    out: Path
    """Where the model and what goes with it are written."""

    epochs: int | None = None
    """Stop after so many epochs; None trains to the end."""

    again: bool = False
    """Forget an unfinished training instead of going on with it."""

    def file(self, ending: str) -> Path:
        """A file that goes with the model, such as `mnist.svg`."""
        return self.out / f"{self.exercise}{ending}"


def run(main: Callable[[Options], None]) -> None:
    """Run a program: read its command line; report errors people can fix in a sentence."""
    program = Path(inspect.getfile(main))
    parser = argparse.ArgumentParser(prog=program.name, description=inspect.getdoc(main))
    parser.add_argument("--out", type=Path, default=program.parent, help="folder to write into")
    parser.add_argument("--epochs", type=int, help="stop after so many epochs")
    parser.add_argument("--again", action="store_true", help="do not go on, begin anew")
    asked = parser.parse_args()
    try:
        main(Options(program.stem, asked.out, asked.epochs, asked.again))
    except GraderError as error:
        print(f"Error: {error}", file=sys.stderr)
        if error.hint:
            print(f"Hint: {error.hint}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("Stopped; the same command goes on there.", file=sys.stderr)
        sys.exit(130)


def train(
    model: keras.Model,
    *data: Any,
    options: Options,
    epochs: int,
    save: keras.Model | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    **how: Any,
) -> None:
    """Train a compiled model, or go on where its training was stopped, and save it.

    Args:
        model: What is trained.
        data: Batches, or images and labels.
        options: What the program was asked for.
        epochs: The epochs of the whole training.
        save: What is saved, where it is not what is trained: a part of it, or its best epoch.
        callbacks: Called before an epoch is kept: what they add to its logs is kept, too.
        how: Further arguments of `model.fit`, such as `validation_data`.

    Raises:
        RunError: Another program trains there, or what it left fits another model.
    """
    goal = min(options.epochs or epochs, epochs)
    with _unfinished(options) as folder:
        rows = read_history(folder / "history.csv")
        if rows:
            _go_on(model, data[0], folder, len(rows))
            print(f"{options.exercise}: going on after epoch {len(rows)} of {epochs}", flush=True)
        if len(rows) < goal:
            model.fit(
                *data,
                initial_epoch=len(rows),
                epochs=goal,
                verbose=0,
                callbacks=[
                    *callbacks,
                    KeepEpochs(folder, rows),
                    ShowProgress(options.exercise, goal),
                ],
                **how,
            )
            rows = read_history(folder / "history.csv")
        _publish(save or model, rows, options, epochs, folder)
        # A training that was cut short by `--epochs` can still be taken further.
        if len(rows) >= epochs:
            shutil.rmtree(folder)


def report(model: keras.Model, images: Any, labels: Any, *, options: Options) -> None:
    """Print how the trained model does on the test images; nothing is chosen by it."""
    measured = model.evaluate(images, labels, verbose=0, return_dict=True)
    print(f"{options.exercise}: {_figures(measured)} on {len(images):,} test images")


@contextlib.contextmanager
def _unfinished(options: Options) -> Iterator[Path]:
    """The folder of the unfinished training, held against other programs."""
    folder = options.file(".training").with_name(f".{options.exercise}.training")
    make_folder(folder)
    with storing(folder / "lock"):
        lock = (folder / "lock").open("w")
    with lock as handle:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows has no such locks
            pass
        except OSError:
            raise RunError(
                f"another program trains {options.exercise} in {options.out}",
                hint="wait for it, or name another folder with --out",
            ) from None
        if options.again:
            for file in folder.iterdir():
                if file.name != "lock":
                    file.unlink()
        # Git leaves the folder alone.
        write_whole(folder / ".gitignore", b"*\n")
        yield folder


def _weights(folder: Path, epoch: int) -> Path:
    return folder / f"{epoch}.weights.h5"


def _go_on(model: keras.Model, batches: Any, folder: Path, done: int) -> None:
    """Take up the weights, and roll dice that were not rolled before."""
    try:
        model.optimizer.build(model.trainable_variables)
        model.load_weights(_weights(folder, done))
    except (OSError, ValueError) as error:
        raise RunError(
            f"the unfinished training in {folder} is not of this model: {error}",
            hint="begin anew: delete that folder, or start the program itself with --again",
        ) from error
    keras.utils.set_random_seed(done)
    if isinstance(batches, keras.utils.PyDataset) and hasattr(batches, "random"):
        batches.random = np.random.default_rng(done)
        batches.on_epoch_end()


class KeepEpochs(keras.callbacks.Callback):
    """Keeps weights and history of every finished epoch.

    The row in the history is written last: an epoch in it has its weights beside it.
    """

    def __init__(self, folder: Path, rows: list[Row]) -> None:
        super().__init__()
        self.folder, self.rows, self.began = folder, list(rows), 0.0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Look at the clock."""
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Keep the epoch, and forget the weights of the one before."""
        with storing(_weights(self.folder, epoch + 1)):
            self.model.save_weights(_weights(self.folder, epoch + 1))
        self.rows.append(epoch_row(epoch + 1, logs or {}, time.perf_counter() - self.began))
        write_history(self.folder / "history.csv", self.rows)
        _weights(self.folder, epoch).unlink(missing_ok=True)


class ShowProgress(keras.callbacks.Callback):
    """A line an epoch with the time that is left; on a terminal also where in it we are."""

    def __init__(self, exercise: str, goal: int) -> None:
        super().__init__()
        self.exercise, self.goal = exercise, goal
        self.began = self.drawn = 0.0
        self.epoch, self.first = 0, -1
        self.live = sys.stdout.isatty()

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Look at the clock."""
        self.began = time.perf_counter()

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Remember where the count began: not at 0 when going on."""
        self.epoch = epoch
        if self.first < 0:
            self.first = epoch

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Draw the line of progress anew."""
        now = time.perf_counter()
        if not self.live or now - self.drawn < DRAWN_EVERY_S:
            return
        self.drawn = now
        steps = self.params.get("steps") or batch + 1
        part = (batch + 1) / steps
        bar = "━" * round(20 * part)
        measured = _figures({k: v for k, v in (logs or {}).items() if not k.startswith("val_")})
        line = f"{self._where()} {bar:<20} {measured}{self._left(self.epoch + part)}"
        columns = shutil.get_terminal_size().columns - 1
        print(f"\r{line[:columns]:<{columns}}", end="", flush=True)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Print what was measured."""
        line = f"{self._where()} {_figures(logs or {})}{self._left(epoch + 1)}"
        columns = shutil.get_terminal_size().columns - 1 if self.live else 0
        print(f"{chr(13) if self.live else ''}{line:<{columns}}", flush=True)

    def _where(self) -> str:
        return f"{self.exercise} {self.epoch + 1:>{len(str(self.goal))}}/{self.goal}"

    def _left(self, done: float) -> str:
        """The time left, from the speed since this program began."""
        if done >= self.goal:
            return ""
        spent = time.perf_counter() - self.began
        left = spent / (done - self.first) * (self.goal - done)
        return f"  about {left / 60:.0f} min left" if left > 90 else f"  about {left:.0f} s left"


def _figures(logs: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in logs.items())


def _publish(
    model: keras.Model, rows: list[Row], options: Options, epochs: int, folder: Path
) -> None:
    """Write the model and what goes with it; the record comes last, and says that all is there."""
    # Keras advises against .h5; it is what the labs ask for.
    logging.getLogger("absl").setLevel(logging.ERROR)
    whole = folder / "model.h5"
    with storing(options.file(".h5")):
        model.save(whole, include_optimizer=False)
        whole.replace(options.file(".h5"))
    write_history(options.file(".history.csv"), rows)
    with storing(options.file(".svg")):
        draw_curves(rows, options.file(".svg"), curves_title(options.exercise, rows))
    seconds = round(sum(float(row["seconds"]) for row in rows))
    record = {"epochs": len(rows), "of": epochs, "seconds": seconds}
    write_whole(options.file(".training.json"), f"{json.dumps(record)}\n".encode(), durable=True)
    print(f"{options.exercise}: {counted(rows)} in {seconds} s: {options.file('.h5')}")
