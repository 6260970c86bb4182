"""Run tests over the stored evidence of a class; runs in the child process alone."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal, cast

import msgspec
import pytest

from grader.checks.hidden_test import read_need
from grader.evidence.fixtures import EvidenceFixture, FixtureEvidence
from grader.evidence.need import Need
from grader.evidence.view import StoredEvidence
from grader.hidden.files import ENDED_FILE
from grader.hidden.places import describe, message_of, place_of
from grader.hidden.session import STORED, evidence_fixtures, fixture_module, run_pytest
from grader.records.evidence import Failure
from grader.records.hidden_test import FixtureUse, HiddenOutcome, RunLine, RunRequest, worse
from grader.records.submission import SubmittedFile
from grader.runs.store import RunStore

#: Seconds of processor time one test of one submission may take; evidence is there already.
TIME_S = 20

#: Seconds after which the process is ended, where a test waits or cannot be stopped.
_LAST_SECONDS = 300


@dataclass(frozen=True)
class SubmittedFiles:
    """What was handed in, without its author: the fixture ``submission``."""

    files: tuple[SubmittedFile, ...]
    """Path, size and kind of each file."""
    artefacts: Mapping[str, tuple[str, ...]]
    """Id of each artefact to the paths of the files that serve it."""


def run_tests(folder: Path, request: RunRequest, out: Path) -> None:
    """Run the tests, and write how each of each submission ended as soon as it has.

    Args:
        folder: Holds the test files.
        request: Which tests, and on which submissions.
        out: Where ``ended.jsonl`` is written.
    """
    with (out / ENDED_FILE).open("wb") as stream:
        runner = _Runner(folder, request, stream)
        functions: dict[str, Any] = {STORED: runner.stored_evidence, "submission": _submission}
        functions |= {name: runner.fixture(item) for name, item in evidence_fixtures().items()}
        run_pytest(
            folder,
            "--continue-on-collection-errors",
            plugins=(fixture_module(functions), runner),
        )


def _submission(stored_evidence: StoredEvidence) -> SubmittedFiles:
    evidence = stored_evidence.evidence
    served = evidence.resolved.artefacts.items()
    return SubmittedFiles(
        files=evidence.submission.files,
        artefacts={name: tuple(file.path for file in item.files) for name, item in served},
    )


def _evidence(use: FixtureUse, stored: StoredEvidence) -> FixtureEvidence:
    def get(need: Need[Any]) -> Any:
        found = stored.get(need)
        if isinstance(found, Failure):
            raise LookupError(f"no evidence for {need.id}: {found.reason} {found.detail}")
        return found

    return FixtureEvidence(needs=tuple(map(read_need, use.needs)), get=get, images=use.images)


class _Runner:
    """Runs each test on each submission it is asked for."""

    def __init__(self, folder: Path, request: RunRequest, stream: IO[bytes]) -> None:
        self._folder = folder
        self._stream = stream
        self._store = RunStore(Path(request.run))
        labels = {name: self._store.read_labels(name) for name in request.datasets}
        self._labels = {name: found for name, found in labels.items() if found is not None}
        self._uses = {item.test: {use.fixture: use for use in item.uses} for item in request.tests}
        self._wanted = request.submissions
        self._outcome = HiddenOutcome(status="passed")

    def write(self, line: RunLine) -> None:
        """Write one line, at once."""
        self._stream.write(msgspec.json.encode(line) + b"\n")
        self._stream.flush()

    def stored_evidence(self, request: pytest.FixtureRequest) -> StoredEvidence:
        """The evidence of the submission that is tested."""
        evidence = self._store.read_evidence(request.param)
        if evidence is None:
            raise LookupError(f"{self._store.folder} holds no evidence of '{request.param}'")
        arrays = partial(self._store.read_arrays, request.param)
        return StoredEvidence(evidence, arrays, self._labels)

    def fixture(self, fixture: EvidenceFixture) -> Callable[..., Any]:
        """A fixture of a kind of evidence as a function pytest calls."""

        def value(request: pytest.FixtureRequest, stored_evidence: StoredEvidence) -> Any:
            use = self._uses[_test(request.node)][fixture.name]
            return fixture.value_of(_evidence(use, stored_evidence))

        value.__doc__ = fixture.about
        return value

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One item of each test for each submission it is asked for."""
        test = metafunc.definition.nodeid
        names = [name for name, tests in self._wanted.items() if test in tests]
        ids = [str(place) for place in range(len(names))]
        metafunc.parametrize(STORED, names, indirect=True, scope="session", ids=ids)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is not asked for: pytest makes an item of a test even where there is no submission."""
        items[:] = [item for item in items if _test(item) in self._wanted.get(_name(item), ())]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Write that a test begins, and how it ended."""
        line = RunLine(submission=_name(item), test=_test(item))
        self.write(line)
        self._outcome = HiddenOutcome(status="passed")
        signal.setitimer(signal.ITIMER_REAL, _LAST_SECONDS)  # its signal ends the process
        try:
            done = yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.write(msgspec.structs.replace(line, outcome=self._outcome))
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Stop a test that takes too long; refuse one that returns what it compared in place of asserting it."""
        before = signal.signal(signal.SIGPROF, _stop)
        signal.setitimer(signal.ITIMER_PROF, TIME_S)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", pytest.PytestReturnNotNoneWarning)
                return (yield)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Note the worst of how setting up, the test and tearing down ended.

        The report has no traceback, which nobody reads and takes longer than the test.
        """
        if call.excinfo is not None:
            outcome = self._ended(item, call.when, call.excinfo.value)
            self._outcome = worse(self._outcome, outcome)
        return pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords={},
            outcome="passed" if call.excinfo is None else "failed",
            longrepr=None,
            when=cast("Literal['setup', 'call', 'teardown']", call.when),
        )

    def _ended(self, item: pytest.Item, when: str, error: BaseException) -> HiddenOutcome:
        here = f"{Path(item.location[0]).name}:{(item.location[1] or 0) + 1}"
        asserted = isinstance(error, AssertionError | pytest.fail.Exception)
        place = place_of(error, self._folder)
        # pytest itself uses `fail` for functions that it cannot run.
        if asserted and when == "call" and place:
            return HiddenOutcome(status="failed", detail=f"{place}: {message_of(error)}")
        if isinstance(error, pytest.skip.Exception):
            text = f"{place or here}: the test skipped itself ({message_of(error)}); a hidden test passes or fails"
            return HiddenOutcome(status="error", detail=text)
        if isinstance(error, pytest.FixtureLookupError):
            text = f"{here}: there is no fixture '{error.argname}'"
            return HiddenOutcome(status="error", detail=text)
        return HiddenOutcome(status="error", detail=describe(error, self._folder, here))


def _stop(*_: object) -> None:
    raise TimeoutError(f"the test took more than {TIME_S} s")


def _test(item: Any) -> str:
    test: str = item.nodeid.partition("[")[0]
    return test


def _name(item: Any) -> str:
    """Name the evidence of an item's submission is stored under."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    found = parameters.get(STORED, "")
    return found if isinstance(found, str) else ""
