"""A whole class of attacks through `grade_class`, with innocent submissions before, between and after them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from grader import datasets
from grader.grading.grade import ClassResult, GradeOptions, grade_class
from grader.runs.store import RunStore
from grader.sandbox import Level, Limits
from grader.sandbox.selftest import assess
from tests.model.models import nearest_mean, save
from tests.model.sandbox.threats import THREATS
from tests.program import DIGITS_COURSE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="this isolation needs Linux"),
]

CANARY = b"canary-7d1e"
LIMITS = Limits(wall_s=15, memory_bytes=2 << 30)
#: Every so many attacks comes a submission that deserves all points.
_BETWEEN = 8


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of HDF5 outside the submissions, with something in it that may turn up nowhere."""
    path = tmp_path_factory.mktemp("secret") / "labels.h5"
    with h5py.File(path, "w") as store:
        store["kernel"] = (
            np.frombuffer(CANARY * 3_000, np.uint8)[:31_360].view("<f4").reshape(784, 10)
        )
        store.attrs["words"] = CANARY.decode()
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, canary: Path) -> Path:
    folder = tmp_path_factory.mktemp("submissions")
    digits = datasets.get("digits").calibration()
    assert digits is not None
    good = nearest_mean(digits.split.images, digits.split.labels, divisor=255)
    for number, (name, (make, _, _)) in enumerate(THREATS.items()):
        place = folder / f"{number:03}-{name}"
        place.mkdir()
        make(place, canary)
        if number % _BETWEEN == 0 or number == len(THREATS) - 1:
            save(good, folder / f"{number:03}-z-innocent" / "digits.h5")
    save(good, folder / "000-a-innocent" / "digits.h5")
    return folder


@pytest.fixture(scope="module", params=["medium", "strong"])
def graded(
    request: pytest.FixtureRequest, hostile: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ClassResult]:
    level: Level = request.param
    found = assess(level)
    if found.level != level:
        pytest.skip(f"level {level}: {found.troubles[level]}")
    out = tmp_path_factory.mktemp("graded") / "run"
    options = GradeOptions(isolation=level, limits=LIMITS)
    yield grade_class("ml-assignment2", hostile, out=out, options=options, course=DIGITS_COURSE)


@pytest.mark.parametrize("threat", THREATS)
def test_an_attack_is_reported_for_what_it_is(graded: ClassResult, threat: str) -> None:
    """The evidence holds a reason that fits and no predictions, and the page names what is at fault."""
    _, reasons, word = THREATS[threat]
    (report,) = (
        report for report in graded.reports if report.student.id.partition("-")[2] == threat
    )
    evidence = RunStore(graded.folder).read_evidence(report.student.id)

    assert evidence is not None
    found = {failure.reason for failure in evidence.failures}
    assert found & reasons, evidence.failures
    assert found <= reasons | {"data-unavailable", "missing"}, evidence.failures
    assert not RunStore(graded.folder).read_arrays(report.student.id)
    page = (graded.folder / "reports" / report.student.id / "index.html").read_text()
    assert word in page


def test_innocent_neighbours_are_graded_as_ever(graded: ClassResult) -> None:
    """All of them get the same marks from the same predictions."""
    innocent = [report for report in graded.reports if report.student.id.endswith("innocent")]
    arrays = [RunStore(graded.folder).read_arrays(report.student.id) for report in innocent]
    first = next(iter(arrays[0].values()))

    assert len(innocent) > len(THREATS) // _BETWEEN
    assert len({report.points for report in innocent}) == 1
    for stored in arrays:
        (predicted,) = stored.values()
        assert all(np.array_equal(predicted[name], first[name]) for name in first)


def test_the_canary_stays_where_it_is(graded: ClassResult, canary: Path, hostile: Path) -> None:
    """It is unchanged, nothing was put beside it, and no file of the run holds a word of it."""
    written = [path for path in graded.folder.rglob("*") if path.is_file()]

    with h5py.File(canary) as store:
        assert store.attrs["words"] == CANARY.decode()
    assert [path.name for path in canary.parent.iterdir()] == [canary.name]
    assert not [path for path in written if CANARY in path.read_bytes()]
    assert not list(hostile.parent.rglob("escaped*"))
