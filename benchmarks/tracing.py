"""How much of real student code runs under watch: ``python -m benchmarks.tracing DIR``.

Runs every script and notebook in a folder in quick mode, one after the other in a warm worker, each in a box of its
own at the strongest isolation level that works here. Prints a line for each: whether it ran to the end or where it
stopped, and whose fault that was, its trainings, figures, seconds and memory.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from grader.evidence.code.profile import RUN_PROFILE
from grader.evidence.code.run import FinishedRun, RunFiles, run_code
from grader.evidence.code.run_record import StepRun
from grader.evidence.code.served import SERVED
from grader.grading.isolation import choose_level
from grader.records.evidence import Failure
from grader.sandbox import Limits, Sandboxes

#: Errors that say that something of the student's own is not here.
_ABSENT = ("FileNotFoundError", "NotADirectoryError", "URLError", "ConnectionError")
_THEIRS = ("NameError", "SyntaxError", "IndentationError", "UnboundLocalError", "ZeroDivisionError")


def main() -> None:
    """Run the files of a folder and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", action="store_true", help="show every step that did not work")
    options = parser.parse_args()
    files = sorted(path for path in options.folder.iterdir() if path.suffix in (".py", ".ipynb"))
    limits = Limits(wall_s=120)
    ended, trained, trainings, seconds = 0, 0, 0, []
    with Sandboxes(limits, choose_level("auto")) as sandboxes:
        _warm(sandboxes, limits)
        for path in files:
            started = time.monotonic()
            found = run_code(
                lambda: sandboxes.open(RUN_PROFILE),
                RunFiles({path.name: path}),
                SERVED,
                RUN_PROFILE.limits(limits),
            )
            seconds.append(time.monotonic() - started)
            print(_line(path, found, seconds[-1]), flush=True)
            if isinstance(found, FinishedRun):
                ended += found.run.ended
                trained += bool(found.run.trainings)
                trainings += len(found.run.trainings)
                for line in _problems(found) if options.steps else ():
                    print(line)
    print(f"files with trainings: {trained}")
    print(
        f"ended {ended} of {len(files)}, trainings {trainings}, "
        f"median {statistics.median(seconds):.1f} s, worst {max(seconds):.1f} s"
    )


def _warm(sandboxes: Sandboxes, limits: Limits) -> None:
    """Start the worker, and read the datasets, before anything is timed."""
    for name in ("mnist", "cifar10", "cifar100", "svhn"):
        SERVED.splits(name)
    with sandboxes.open(RUN_PROFILE) as box:
        box.ask(b"{}")


def _line(path: Path, found: FinishedRun | Failure, seconds: float) -> str:
    if isinstance(found, Failure):
        return f"{path.name[:48]:48} no report: {found.reason} {found.detail[-300:]}"
    run = found.run
    wrong = [step for step in run.steps if step.status not in ("ok", "not reached")]
    stopped = "to the end" if run.ended else "stopped"
    errors = f", {len(wrong)} of {len(run.steps)} steps failed ({_fault(wrong)})" if wrong else ""
    memory = found.peak_memory_bytes >> 20
    return (
        f"{path.name[:48]:48} {stopped}{errors}; {len(run.trainings)} trainings, "
        f"{len(run.figures)} figures, {seconds:.1f} s, {memory} MB"
    )


def _fault(steps: list[StepRun]) -> str:
    """Whose fault it was that steps failed, by what they ended with."""
    kinds = {step.error.partition(":")[0] for step in steps}
    if any(step.status in ("timed out", "crashed") for step in steps):
        return "limits"
    if kinds & set(_ABSENT):
        return "files of the student's that are absent"
    return "the code's" if kinds <= set(_THEIRS) else "perhaps ours: " + ", ".join(sorted(kinds))


def _problems(found: FinishedRun) -> Iterator[str]:
    for step in found.run.steps:
        if step.status not in ("ok", "not reached"):
            yield f"      {step.where}: {step.status} {step.error[:200]}"


if __name__ == "__main__":
    main()
