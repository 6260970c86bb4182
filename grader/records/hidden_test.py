"""Hidden tests: what was found in their files, what is asked of them, and how they ended."""

from __future__ import annotations

from typing import Any, Literal

from grader.records.base import Record
from grader.records.lab import Visibility


class FoundTest(Record, frozen=True, kw_only=True):
    """A function of a test file, as pytest found it."""

    test: str
    """File and function, as pytest names it without parameters: ``test_digits.py::test_secret_digits``."""
    line: int
    """Where it begins, from 1."""
    docstring: str = ""
    points: float = 0
    exercise: str = ""
    """Id of the exercise it belongs to; empty for one of its own."""
    looks_at: tuple[str, ...] = ()
    """Ids of artefacts; empty for those of its exercise."""
    visibility: Visibility = "result-only"
    fixtures: tuple[str, ...] = ()
    """All that it uses, directly or through others."""
    images: tuple[int | str, ...] = ()
    """The mark ``images``: numbers of files with the images that were drawn, and names of datasets."""
    like: str = ""
    """The dataset whose models predict these images; empty for the one the lab judges the artefact on."""
    marks: dict[str, tuple[Any, ...]] = {}
    """Marks that kinds of evidence take, by name, with their arguments."""
    problem: str = ""
    """Why it cannot be run, with file and line; empty where it can."""

    @property
    def file(self) -> str:
        """Name of its file."""
        return self.test.partition("::")[0]

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"

    @property
    def name(self) -> str:
        """Of the function, without ``test_`` and in kebab-case: the id of its check."""
        function = self.test.rpartition("::")[2]
        return function.removeprefix("test_").strip("_").replace("_", "-").lower()


class FoundTests(Record, frozen=True, kw_only=True):
    """What pytest found in the test files of a lab."""

    tests: tuple[FoundTest, ...] = ()
    problems: dict[str, str] = {}
    """Test file to why nothing of it can be run, with file and line."""


class PlainNeed(Record, frozen=True, kw_only=True):
    """A need as plain data; the kind of evidence that defines it makes a `Need` of it."""

    kind: str
    about: str = ""
    """`Need.about`, which tells apart the needs of one kind."""
    values: dict[str, Any]
    """Its fields."""


class FixtureUse(Record, frozen=True, kw_only=True):
    """A fixture a hidden test uses, and what is collected for it."""

    fixture: str
    needs: tuple[PlainNeed, ...]
    images: dict[str, str] = {}
    """Digest of images to the dataset made of them."""


class RequestedTest(Record, frozen=True, kw_only=True):
    """A hidden test that is to be run."""

    test: str
    """As in `FoundTest`."""
    uses: tuple[FixtureUse, ...]


class RunRequest(Record, frozen=True, kw_only=True):
    """Which tests are to be run on which submissions of a run folder."""

    run: str
    """The run folder."""
    tests: tuple[RequestedTest, ...]
    submissions: dict[str, tuple[str, ...]]
    """Name the evidence is stored under to the tests, as `RequestedTest.test`."""
    datasets: tuple[str, ...]
    """Names of the datasets of the run."""


class HiddenOutcome(Record, frozen=True, kw_only=True):
    """How a hidden test of one submission ended."""

    status: Literal["passed", "failed", "error"]
    """`error` is the test's fault, or ours."""
    detail: str = ""
    """For staff only: what the assertion says, or what went wrong, with file and line."""


def worse(one: HiddenOutcome, other: HiddenOutcome) -> HiddenOutcome:
    """The worse of two outcomes; the first where both are alike."""
    return max(one, other, key=lambda item: ("passed", "failed", "error").index(item.status))


class RunLine(Record, frozen=True, kw_only=True):
    """A line of what running tests writes."""

    submission: str
    test: str
    outcome: HiddenOutcome | None = None
    """How the test ended; None where it has just begun."""
