"""How much faster a quick run is than a notebook as it is written: ``python -m benchmarks.as_written NOTEBOOK...``.

Executes each notebook with nbclient, going on after errors, and then runs it in quick mode, side by side in one
process. Prints the seconds of both, their ratio, and how many trainings each shows. nbclient and ipykernel are not
among the dependencies: ``pip install nbclient ipykernel``. nbclient does not isolate what it runs; where bubblewrap is
installed, it runs inside, without network and without a home.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from grader import datasets
from grader.evidence.code.profile import RUN_PROFILE
from grader.evidence.code.run import FinishedRun, RunFiles, run_code
from grader.evidence.code.served import SERVED
from grader.grading.isolation import choose_level
from grader.sandbox import Limits, Sandboxes

_EXECUTE = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
resources = {"metadata": {"path": sys.argv[3]}}
client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=None, resources=resources)
client.execute()
nbformat.write(notebook, sys.argv[2])
"""
_FIRST_EPOCH = re.compile(r"^Epoch 1/\d+", re.MULTILINE)


def main() -> None:
    """Time notebooks as they are written and in quick mode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", type=Path, nargs="+")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one as written")
    options = parser.parse_args()
    limits = Limits(wall_s=120)
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandboxes(limits, choose_level("auto")) as sandboxes,
    ):
        home = Path(folder)
        _put_mnist(home)
        with sandboxes.open(RUN_PROFILE) as box:
            box.ask(b"{}")  # starts the worker
        for notebook in options.notebooks:
            seconds, trainings = _as_written(notebook, home, options.timeout)
            started = time.monotonic()
            found = run_code(
                lambda: sandboxes.open(RUN_PROFILE),
                RunFiles({notebook.name: notebook}),
                SERVED,
                RUN_PROFILE.limits(limits),
            )
            quick = time.monotonic() - started
            recorded = len(found.run.trainings) if isinstance(found, FinishedRun) else 0
            print(
                f"{notebook.name[:44]:44} as written {seconds:7.1f} s, {trainings} trainings; "
                f"quick {quick:5.1f} s, {recorded} trainings; {seconds / quick:.0f} x faster",
                flush=True,
            )


def _as_written(notebook: Path, home: Path, timeout: float) -> tuple[float, int]:
    """Seconds, and how many trainings the outputs log."""
    source, target = home / "notebook.ipynb", home / "executed.ipynb"
    source.write_bytes(notebook.read_bytes())
    target.unlink(missing_ok=True)
    command = [sys.executable, "-c", _EXECUTE, str(source), str(target), str(home)]
    started = time.monotonic()
    try:
        subprocess.run(
            [*_isolated(home), *command], check=False, timeout=timeout, capture_output=True
        )
    except subprocess.TimeoutExpired:
        print(f"{notebook.name}: stopped after {timeout:.0f} s; the ratio is at least", flush=True)
    seconds = time.monotonic() - started
    if not target.exists():
        return seconds, 0
    cells = json.loads(target.read_text())["cells"]
    texts = (
        "".join(output.get("text", ""))
        for cell in cells
        for output in cell.get("outputs", [])
        if output.get("output_type") == "stream"
    )
    return seconds, len(_FIRST_EPOCH.findall("\n".join(texts)))


def _isolated(home: Path) -> list[str]:
    """The command that runs another without network, with `home` as the only folder it writes to."""
    environment = ["env", f"HOME={home}", f"TMPDIR={home}", "TF_CPP_MIN_LOG_LEVEL=3"]
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


def _put_mnist(home: Path) -> None:
    """The data, and what makes Keras take them without asking the network."""
    splits = {split: datasets.get("mnist").load(split) for split in ("train", "test")}
    arrays = {}
    for split, data in splits.items():
        arrays |= {f"x_{split}": data.images, f"y_{split}": data.labels}
    np.savez(home / "mnist.npz", **arrays)
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mnist.py").write_text(
        "import keras.src.datasets.mnist as mnist\n"
        f"mnist.get_file = lambda *args, **kwargs: {str(home / 'mnist.npz')!r}\n"
    )


if __name__ == "__main__":
    main()
