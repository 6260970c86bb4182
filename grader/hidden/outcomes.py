"""Run the hidden tests of a lab on the evidence of a class, in one process for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from grader.checks.hidden_test import HiddenTest
from grader.checks.needs import check_needs
from grader.evidence.view import StoredEvidence
from grader.files import write_whole
from grader.hidden.process import run_child
from grader.records.base import to_json
from grader.records.evidence import Failure
from grader.records.hidden_test import HiddenOutcome, RequestedTest, RunLine, RunRequest
from grader.records.lab import Exercise, Lab
from grader.sandbox.scratch import scratch_folder

Outcomes = Mapping[str, Mapping[str, HiddenOutcome]]
"""Name the evidence of a submission is stored under, to test (as `HiddenTest.test` names it), to how it ended."""

_WORST_LAST = ("passed", "failed", "error")


def run_hidden_tests(
    lab: Lab,
    tests: Path | None,
    run: Path,
    datasets: Iterable[str],
    submissions: Sequence[StoredEvidence],
) -> Outcomes:
    """Run each test of a lab on each submission whose evidence has what the test looks at.

    Args:
        lab: With its hidden tests.
        tests: The folder of their files; None where there is none.
        run: The run folder that holds the evidence.
        datasets: Names of the datasets of the run.
        submissions: The evidence of the class.
    """
    checks = list(_runnable(lab))
    wanted = {
        name: found
        for item in submissions
        if (name := item.evidence.submission.evidence_id)
        and (found := tuple(check.test for of, check in checks if _is_there(of, check, item)))
    }
    if not wanted or tests is None:
        return {}
    request = RunRequest(
        run=str(run.resolve()),
        tests=tuple(RequestedTest(test=check.test, uses=check.uses) for _, check in checks),
        submissions=wanted,
        datasets=tuple(datasets),
    )
    return _run(tests.resolve(), request)


def _runnable(lab: Lab) -> Iterator[tuple[Exercise, HiddenTest]]:
    for exercise in lab.exercises:
        for check in exercise.checks:
            if isinstance(check, HiddenTest) and not check.problem:
                yield exercise, check


def _is_there(exercise: Exercise, check: HiddenTest, submission: StoredEvidence) -> bool:
    """Whether all that a test looks at was collected."""
    needs = check_needs(check, exercise)
    return not any(isinstance(submission.get(need), Failure) for need in needs)


def _run(tests: Path, request: RunRequest) -> Outcomes:
    with scratch_folder("hidden-tests") as folder:
        write_whole(folder / "request.json", to_json(request))
        trouble = run_child("run", tests, folder)
        file = folder / "ended.jsonl"
        lines = _lines(file.read_bytes() if file.is_file() else b"")
    ended: dict[tuple[str, str], HiddenOutcome] = {}
    begun: RunLine | None = None
    finished = False
    for line in lines:
        finished = line.finished
        if line.outcome is None:
            begun = None if line.finished else line
            continue
        key = (line.submission, line.test)
        ended[key] = max(
            ended.get(key, line.outcome),
            line.outcome,
            key=lambda found: _WORST_LAST.index(found.status),
        )
        begun = None
    if begun is not None:
        text = f"{begun.test} ended the process that runs tests, or did not come to an end"
        ended[begun.submission, begun.test] = HiddenOutcome(status="error", detail=text)
    last = f", after {begun.test} on '{begun.submission}'" if begun else ""
    why = "" if finished else f": the tests were not run to their end{last}; {trouble}".rstrip("; ")
    return {
        name: {
            test: ended.get(
                (name, test), HiddenOutcome(status="error", detail=f"{test} was not run{why}")
            )
            for test in wanted
        }
        for name, wanted in request.submissions.items()
    }


def _lines(data: bytes) -> Iterator[RunLine]:
    """The lines that were written whole."""
    for line in data.split(b"\n")[:-1]:
        yield msgspec.json.decode(line, type=RunLine)
