"""Run the hidden tests of a lab on the evidence of a class, in one process for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from grader.checks.hidden_test import HiddenTest
from grader.checks.needs import check_needs
from grader.evidence.view import StoredEvidence
from grader.files import write_whole
from grader.hidden.files import ENDED_FILE, REQUEST_FILE
from grader.hidden.process import run_child
from grader.records.base import to_json
from grader.records.evidence import Failure
from grader.records.hidden_test import HiddenOutcome, RequestedTest, RunLine, RunRequest, worse
from grader.records.lab import Exercise, Lab
from grader.sandbox.scratch import scratch_folder

Outcomes = Mapping[str, Mapping[str, HiddenOutcome]]
"""Name the evidence of a submission is stored under, to test (as `HiddenTest.test` names it), to how it ended."""

#: A class is not held up by a test that ends its process on every submission.
_MOST_PROCESSES = 10


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
    """Run all that is asked for; where a test ends the process, the others go on in another one."""
    ended: dict[tuple[str, str], HiddenOutcome] = {}
    trouble = ""
    for _ in range(_MOST_PROCESSES):
        left = _without(request, ended)
        if not left.submissions:
            break
        found, trouble = _run_once(tests, left)
        ended |= found
        if not found:
            break
    return {
        name: {
            test: ended.get((name, test)) or _not_run(test, trouble)
            for test in request.submissions[name]
        }
        for name in request.submissions
    }


def _without(request: RunRequest, ended: Mapping[tuple[str, str], HiddenOutcome]) -> RunRequest:
    left = {
        name: found
        for name, wanted in request.submissions.items()
        if (found := tuple(test for test in wanted if (name, test) not in ended))
    }
    return msgspec.structs.replace(request, submissions=left)


def _not_run(test: str, trouble: str) -> HiddenOutcome:
    return HiddenOutcome(status="error", detail=f"{test} was not run: {trouble}".rstrip(": "))


def _run_once(tests: Path, request: RunRequest) -> tuple[dict[tuple[str, str], HiddenOutcome], str]:
    """How tests ended in one process, by submission and test, and why the process did not end well."""
    with scratch_folder("hidden-tests") as folder:
        write_whole(folder / REQUEST_FILE, to_json(request))
        trouble = run_child("run", tests, folder)
        file = folder / ENDED_FILE
        lines = list(_lines(file.read_bytes() if file.is_file() else b""))
    ended: dict[tuple[str, str], HiddenOutcome] = {}
    for line in lines:
        if line.outcome is not None:
            key = (line.submission, line.test)
            known = ended.get(key, line.outcome)
            ended[key] = worse(known, line.outcome)
    if lines and lines[-1].outcome is None:
        last = lines[-1]
        detail = f"{last.test} ended the process it was run in, or did not come to an end"
        ended[last.submission, last.test] = HiddenOutcome(
            status="error", detail=f"{detail}: {trouble}".rstrip(": ")
        )
    return ended, trouble


def _lines(data: bytes) -> Iterator[RunLine]:
    """The lines that were written whole."""
    for line in data.split(b"\n")[:-1]:
        yield msgspec.json.decode(line, type=RunLine)
