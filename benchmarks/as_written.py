"""How much faster a quick run is than a notebook as it is written: ``python -m benchmarks.as_written NOTEBOOK...``.

Executes each notebook with nbclient, going on after errors, and then runs it in quick mode. Prints the seconds of both,
the processor's seconds as written, their ratio, how many trainings each shows, and whether they are the same by
parameters and epochs. nbclient and ipykernel are not among the dependencies: ``pip install nbclient ipykernel``.
Notebooks that need an older Keras are executed by the interpreter that ``--python`` names. nbclient does not isolate
what it runs; where bubblewrap is installed, it runs inside, without network and without a home.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grader import datasets
from grader.evidence.code.profile import RUN_PROFILE
from grader.evidence.code.run import FinishedRun, RunFiles, run_code
from grader.evidence.code.run_record import CodeRun
from grader.evidence.code.served import SERVED
from grader.grading.isolation import choose_level
from grader.sandbox import Limits, Sandboxes

_EXECUTE = """
import resource, sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
resources = {"metadata": {"path": sys.argv[2]}}
client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=None, resources=resources)
client.execute()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
"""

#: What the kernel runs first: Keras takes MNIST from a file, and every training that ends is noted with its parameters
#: and epochs.
_STARTUP = """
import functools, importlib, inspect, json
import keras
for name in ("keras.src.datasets.mnist", "keras.datasets.mnist"):
    try:
        importlib.import_module(name).get_file = lambda *args, **kwargs: {mnist!r}
    except ImportError:
        pass

def noted(fit):
    signature = inspect.signature(fit)
    @functools.wraps(fit)
    def noting(*args, **kwargs):
        history = fit(*args, **kwargs)
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        with open({notes!r}, "a") as notes:
            notes.write(json.dumps([args[0].count_params(), given.arguments["epochs"]]) + "\\n")
        return history
    return noting

keras.Model.fit = noted(keras.Model.fit)
"""

#: How many trainings there were, by parameters and epochs.
Trainings = Counter[tuple[int | None, int | None]]


@dataclass
class Executed:
    """What came of a notebook as it is written."""

    seconds: float
    processor_s: float | None
    """Of the kernel; None where the notebook did not come to its end."""
    trainings: Trainings
    """Those that ended."""


def main() -> None:
    """Time notebooks as they are written and in quick mode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", type=Path, nargs="+")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one as written")
    parser.add_argument(
        "--python", default=sys.executable, help="interpreter that executes notebooks as written"
    )
    options = parser.parse_args()
    limits = Limits(wall_s=120)
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandboxes(limits, choose_level("auto")) as sandboxes,
    ):
        home = Path(folder)
        _prepare(home)
        with sandboxes.open(RUN_PROFILE) as box:
            box.ask(b"{}")  # starts the worker
        for notebook in options.notebooks:
            written = _as_written(notebook, home, options.python, options.timeout)
            started = time.monotonic()
            found = run_code(
                lambda: sandboxes.open(RUN_PROFILE),
                RunFiles({notebook.name: notebook}),
                SERVED,
                RUN_PROFILE.limits(limits),
            )
            quick = time.monotonic() - started
            recorded = _recorded(found.run) if isinstance(found, FinishedRun) else Counter()
            print(_line(notebook.name, written, quick, recorded), flush=True)


def _line(name: str, written: Executed, quick: float, recorded: Trainings) -> str:
    ended = written.processor_s is not None
    least, used = "" if ended else "at least ", f"{written.processor_s or 0:.0f}" if ended else "?"
    same = "the same" if written.trainings == recorded else "not the same"
    return (
        f"{name[:44]:44} as written {least}{written.seconds:.1f} s ({used} s of processors), "
        f"{written.trainings.total()} trainings; quick {quick:.1f} s, {recorded.total()} trainings, {same}; "
        f"{least}{written.seconds / quick:.0f} x faster"
    )


def _recorded(run: CodeRun) -> Trainings:
    found: Trainings = Counter()
    for training in run.trainings:
        found[training.parameters, training.epochs] += training.calls
    return found


def _as_written(notebook: Path, home: Path, python: str, timeout: float) -> Executed:
    """Execute a notebook."""
    source, notes = home / "notebook.ipynb", home / "trainings.jsonl"
    source.write_bytes(notebook.read_bytes())
    notes.write_text("")
    command = [*_isolated(home, python), python, "-c", _EXECUTE, str(source), str(home)]
    started = time.monotonic()
    try:
        done = subprocess.run(command, check=False, timeout=timeout, capture_output=True, text=True)
        used = done.stdout.split()[-1:]
    except subprocess.TimeoutExpired:
        used = []
    return Executed(
        seconds=time.monotonic() - started,
        processor_s=float(used[0]) if used else None,
        trainings=Counter(tuple(json.loads(line)) for line in notes.read_text().splitlines()),
    )


def _isolated(home: Path, python: str) -> list[str]:
    """The command that runs another without network, with `home` as the only folder it writes to."""
    path = f"{Path(python).parent}:/usr/bin:/bin"
    environment = [
        "env",
        f"HOME={home}",
        f"TMPDIR={home}",
        f"PATH={path}",
        "TF_CPP_MIN_LOG_LEVEL=3",
    ]
    program = shutil.which("bwrap")
    if program is None:
        return environment
    shown = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    return [
        program,
        *shown,
        *("--bind", str(home), str(home)),
        *("--unshare-all", "--die-with-parent"),
        *environment,
    ]


def _prepare(home: Path) -> None:
    """The data, and what makes Keras take them without asking the network."""
    splits = {split: datasets.get("mnist").load(split) for split in ("train", "test")}
    arrays = {}
    for split, data in splits.items():
        arrays |= {f"x_{split}": data.images, f"y_{split}": data.labels}
    mnist = home / "mnist.npz"
    np.savez(mnist, **arrays)
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "notes.py").write_text(
        _STARTUP.format(mnist=str(mnist), notes=str(home / "trainings.jsonl"))
    )


if __name__ == "__main__":
    main()
