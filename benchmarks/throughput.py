"""A class of sixty at the strongest isolation level, beside what an instructor could write, in one run.

``python -m benchmarks.throughput --data DIR`` trains the class (half MLPs, half small CNNs), grades it on the
10,000 MNIST test images from the command line to the last page, and times beside it

- a bare loop of `load_model` and `model.predict` with its defaults, in one process;
- a bare loop on the fastest path known, one compiled function over batches of 1,000;
- one new process per model, on a part of the class, scaled up;
- a multiplication of float32 matrices, for the machine's peak, beside a class of heavy CNNs.

The best class of every image has to be the one `model.predict` gives, and a second run has to give the same
evidence. Prints a table, ends with one line, and exits with 1 where a bound is missed, or where the machine was too
busy to measure its peak.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.loops import FASTEST, OPERATIONS, PEAK, PREDICT
from benchmarks.timing import Measurement, measure, python
from grader.evidence.predictions.view import RANKED
from grader.runs.store import RunStore

_HALF = 30
_SINGLES = 4
_HEAVY = 6
_LONG = 1_000
#: How often the peak is measured after the class before the machine counts as too busy.
_PEAK_MEASUREMENTS = 5
TOO_BUSY = "machine too busy"
#: The share of the time that goes into looking at memory where time is not measured.
_CLOSE_LOOK = 0.3

_COURSE = """
[labs.ml-assignment2]
exercises = ["3-handwritten"]
[labs.ml-assignment2.checks."3-handwritten/relative-accuracy"]
dataset = "mnist"
"""


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    title: str
    found: str
    bound: str
    held: bool


def main() -> None:
    """Make the classes, grade them every way, print what each took and which bounds hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="holds mnist.npz; GRADER_DATA by default")
    parser.add_argument("--long", type=int, default=_LONG, help="submissions of the long class")
    arguments = parser.parse_args()
    if arguments.data:
        os.environ["GRADER_DATA"] = str(arguments.data.resolve())
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        figures = [*bench.the_class(), bench.peak(), *bench.memory(arguments.long), bench.check()]
    width = max(len(figure.title) for figure in figures)
    for figure in figures:
        mark = "ok" if figure.held else "MISSED"
        print(f"{figure.title:<{width}}  {figure.found:>16}  {figure.bound:>16}  {mark}")
    print(bench.last_line())
    sys.exit(not all(figure.held for figure in figures))


class Bench:
    """The classes in a folder, and what was measured of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[str, str] = {}
        self._worker_mib = 0.0
        (folder / "course.toml").write_text(_COURSE)
        for name, kind, count in (
            ("class", "mlp", _HALF), ("class", "cnn", _HALF), ("heavy", "heavy", _HEAVY),
        ):  # fmt: skip
            self._announce(f"training {kind}")
            self._run("-m", "benchmarks.train_models", str(folder / name), kind, str(count))

    def the_class(self) -> list[Figure]:
        """Time the class against the loops, and compare their predictions."""
        files = self._files("class")
        grade, predict, fastest = self._side_by_side("first", files)
        again, *others = self._side_by_side("second", files)
        chosen = files[:_SINGLES] + files[-_SINGLES:]
        self._announce("new processes")
        singles = [self._loop(PREDICT, "single", [file]) for file in chosen]
        each = sum(single.seconds for single in singles) * len(files) / len(chosen)
        seconds = min(grade.seconds, again.seconds)
        predicting = min(predict.seconds, others[0].seconds)
        quickest = min(fastest.seconds, others[1].seconds)
        self._worker_mib = max(grade.worker_mib + again.worker_mib)
        loop, best = seconds / predicting, seconds / quickest
        faster = each / seconds
        self._found |= {"predict-loop": f"{loop:.2f}x", "best-loop": f"{best:.2f}x"}
        self._found |= {"per-process": f"{faster:.1f}x faster"}
        differing = self._differing("first", "predict")
        same = self._same_evidence("first", "second")
        return [
            Figure("60 models, grader grade", f"{seconds:.1f} s", "", True),
            Figure("loop of model.predict", f"{predicting:.1f} s", "", True),
            Figure("loop on the fastest path", f"{quickest:.1f} s", "", True),
            Figure("a new process per model (scaled)", f"{each:.1f} s", "", True),
            Figure("grade / loop of model.predict", f"{loop:.2f}", "at most 0.60", loop <= 0.6),
            Figure("grade / loop on the fastest path", f"{best:.2f}", "at most 1.30", best <= 1.3),
            Figure("per process / grade", f"{faster:.1f}", "at least 6", faster >= 6),
            Figure("images with another best class", str(differing), "0", differing == 0),
            Figure("second run, same evidence", str(same), "True", same),
        ]

    def _side_by_side(
        self, run: str, files: list[str]
    ) -> tuple[Measurement, Measurement, Measurement]:
        """Grade the class, then run both loops: what slows the machine for a while slows all three."""
        self._announce("grading the class, and the loops")
        grade = self._grade("class", run)
        return grade, self._loop(PREDICT, "predict", files), self._loop(FASTEST, "best", files)

    def peak(self) -> Figure:
        """Arithmetic per second of a class of heavy CNNs, as a share of what matrices reach."""
        self._announce("heavy CNNs")
        files = self._files("heavy")
        counts = json.loads(self._run("-c", OPERATIONS, *files).output)
        before = self._matrix_peak()
        grade = self._grade("heavy", "heavy-run")
        reached = sum(counts.values()) * 10_000 / self._seconds_at_work("heavy-run")
        share = peak_share(reached, before, self._matrix_peak)
        found = TOO_BUSY if share is None else f"{100 * share:.0f} %"
        self._found["peak"] = found
        title = f"heavy CNNs ({grade.seconds:.0f} s), share of the matrix peak"
        return Figure(title, found, "at least 70 %", share is not None and share >= 0.7)

    def _matrix_peak(self) -> float:
        return float(self._run("-c", PEAK).output)

    def memory(self, count: int) -> list[Figure]:
        """Memory of a worker with the process it forked, and how it grows over a long class."""
        self._announce(f"{count} small models")
        self._run("-m", "benchmarks.train_models", str(self._folder / "long"), "tiny", str(count))
        samples = self._grade("long", "long-run", "--jobs", "1", sampling=_CLOSE_LOOK).worker_mib
        part = max(1, len(samples) * 50 // count)
        early, late = max(samples[:part]), max(samples[-part:])
        peak, growth = max(self._worker_mib, *samples), late / early - 1
        self._found["memory"] = f"{peak:.0f} MB a worker"
        return [
            Figure(
                "memory of a worker and its child", f"{peak:.0f} MB", "at most 350", peak <= 350
            ),
            Figure(
                f"growth from 50 to {count} submissions",
                f"{100 * growth:+.1f} %",
                "at most +5 %",
                growth <= 0.05,
            ),
        ]

    def check(self) -> Figure:
        """`grader check` on one MLP, beside importing TensorFlow alone."""
        self._announce("grader check")
        file = self._files("class")[-1]
        imports = min(self._run("-c", "import tensorflow").seconds for _ in range(3))
        check = min(
            self._run(
                "-m", "grader", "check", "ml-assignment2", file, "--course", str(self._folder)
            ).seconds
            for _ in range(3)
        )  # fmt: skip
        more = check - imports
        title = f"grader check of one MLP ({check:.1f} s), beyond the import"
        return Figure(title, f"{more:.2f} s", "at most 1 s", more <= 1)

    def last_line(self) -> str:
        """The figures in a line."""
        found = self._found
        return (
            f"predict-loop {found['predict-loop']}, best-loop {found['best-loop']}, "
            f"per-process {found['per-process']}, peak {found['peak']}, {found['memory']}"
        )

    def _files(self, name: str) -> list[str]:
        return sorted(str(path) for path in (self._folder / name).glob("*/*.h5"))

    def _grade(self, name: str, run: str, *more: str, **how: float) -> Measurement:
        return self._run(
            "-m", "grader", "grade", "ml-assignment2", str(self._folder / name),
            "--course", str(self._folder), "--out", str(self._folder / run), *more, **how,
        )  # fmt: skip

    def _loop(self, program: str, name: str, files: list[str]) -> Measurement:
        predictions = self._folder / f"{name}-predictions"
        predictions.mkdir(exist_ok=True)
        return self._run("-c", program, str(predictions), *files)

    def _run(self, *arguments: str, **how: float) -> Measurement:
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        return measure(python(*arguments), env=dict(os.environ) | quiet, **how)

    def _differing(self, run: str, loop: str) -> int:
        """Images for which the run's best class is not the loop's."""
        differing = 0
        for file in (self._folder / f"{loop}-predictions").glob("*.npy"):
            (arrays,) = RunStore(self._folder / run).read_arrays(file.stem).values()
            differing += int((arrays[RANKED][:, 0] != np.load(file)).sum())
        return differing

    def _same_evidence(self, first: str, second: str) -> bool:
        """Whether two runs hold the same evidence, but for the time it took."""
        files = sorted((self._folder / first / "evidence").iterdir())
        others = [self._folder / second / "evidence" / file.name for file in files]
        return all(
            _content(one) == _content(other) for one, other in zip(files, others, strict=True)
        )

    def _seconds_at_work(self, run: str) -> float:
        """How long a run's submissions took in all, divided by how many were at work at once."""
        files = (self._folder / run / "evidence").glob("*.json")
        efforts = [json.loads(file.read_text())["effort"]["wall_s"] for file in files]
        return sum(efforts) / (os.cpu_count() or 1)

    def _announce(self, what: str) -> None:
        print(f"... {what}", file=sys.stderr, flush=True)


def peak_share(reached: float, before: float, measure_peak: Callable[[], float]) -> float | None:
    """Arithmetic per second as a share of the matrix peak, which was measured before and is measured again here.

    Nothing is faster than the peak: where the share is above 1, something else was at work while the peak was
    measured, and it is measured again.

    Args:
        reached: Arithmetic per second of the class.
        before: The peak as measured before the class.
        measure_peak: Measures it again.

    Returns:
        None where the share stays above 1.
    """
    peak = before
    for _ in range(_PEAK_MEASUREMENTS):
        peak = max(peak, measure_peak())
        if reached <= peak:
            return reached / peak
    return None


def _content(file: Path) -> bytes:
    if file.suffix != ".json":
        return file.read_bytes()
    evidence = json.loads(file.read_text())
    del evidence["effort"]
    return json.dumps(evidence).encode()


if __name__ == "__main__":
    main()
