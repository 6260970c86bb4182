"""The archive of a hand-in: its name, and whether it can be read."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import ArchiveNamed, ArchiveReadable, CheckContext
from grader.evidence.archive.record import ArchiveListing, ArchiveNeed, PackedFile
from grader.evidence.code.record import CodeNeed
from grader.evidence.report.record import ReportNeed
from grader.records.evidence import Failure, file_failure
from grader.records.result import CheckResult
from tests.code_factories import reading
from tests.factories import ARTEFACT, View, exercise, judge, worded

NEED = ArchiveNeed(artefact=ARTEFACT)
NAMED = ArchiveNamed(
    id="name",
    title="Name",
    points=2,
    name="{who}_Lab3_DLCV.tar.bz2",
    subject="DLCV-<day>: {who}_Lab3",
)


def listing(file: str, *members: str) -> ArchiveListing:
    held = tuple(PackedFile(path=path, size=1) for path in members)
    return ArchiveListing(file=file, packed_as="bzip2", size=9, members=held)


def named(found: ArchiveListing | Failure) -> CheckResult:
    return judge(NAMED, View({NEED: found}))


@pytest.mark.parametrize(
    "file",
    [
        "DOE_John_Lab3_DLCV.tar.bz2",
        "BEN-SAÏD_Amina_Lab3_DLCV.tar.bz2",
        "DE LA TOUR_Jean-Marie Luc_Lab3_DLCV.tar.bz2",
        "DE_LA_TOUR_Jean_Lab3_DLCV.tar.bz2",
        "O'NEIL_Zoe\u0308_Lab3_DLCV.tar.bz2",
        "李_明_Lab3_DLCV.tar.bz2",
        "doe_john_lab3_dlcv.tar.bz2",
        "mail/DOE_John_Lab3_DLCV (1).tar.bz2",
        "DOE_John_Lab3_DLCV-2.tar.bz2",
    ],
)
def test_names_of_people_are_written_in_many_ways(file: str) -> None:
    """Any letters, hyphens and several words; what browsers put behind a name is not the student's."""
    assert named(listing(file, "lab3.py")).status == "passed"


@pytest.mark.parametrize(
    ("file", "score"),
    [
        ("DOE_John_Lab3_DLCV.zip", 1),
        ("DOE_John_Lab3_DLCV.tar.gz", 1),
        ("DOE_John_Lab2_DLCV.tar.bz2", 0),
        ("Lab3_DLCV.tar.bz2", 0),
        ("DOE_Lab3_DLCV.tar.bz2", 0),
        ("lab3.zip", 0),
    ],
)
def test_another_ending_is_half_and_another_name_nothing(file: str, score: float) -> None:
    """The feedback says which name to use, with the student's own where it can be told."""
    result = named(listing(file, "lab3.py"))

    assert result.score == score
    who = "DOE_John" if score else "LASTNAME_firstname"
    assert f"{who}_Lab3_DLCV.tar.bz2" in worded(result)
    assert f"DLCV-<day>: {who}_Lab3" in worded(result)


def test_an_archive_in_an_archive_may_have_the_name() -> None:
    """A learning platform packs what was handed in once more."""
    assert named(listing("upload.zip", "DOE_John_Lab3_DLCV.tar.bz2")).status == "passed"


def test_the_name_of_a_damaged_archive_counts() -> None:
    """What cannot be unpacked is another check's matter."""
    right, other = (
        named(file_failure("corrupt", file)) for file in ("DOE_John_Lab3_DLCV.tar.bz2", "a.zip")
    )

    assert (right.status, other.status) == ("passed", "failed")


def test_without_an_archive_the_name_and_the_subject_are_told() -> None:
    """Loose files fail the name, with how to do it."""
    result = named(file_failure("missing", ""))

    assert (result.status, result.failure is not None) == ("failed", True)
    assert len(result.advice) == 2


def test_a_pattern_without_the_student_is_refused() -> None:
    """A name that is the same for all names nobody."""
    with pytest.raises(ValueError, match="who"):
        ArchiveNamed(id="name", title="Name", points=1, name="lab3.zip")


def readable(archive: Any, code: Any) -> CheckResult:
    asked = ArchiveReadable(id="readable", title="R", points=1, artefacts=("a", "code", "report"))
    of = exercise(asked, artefacts=("a", "code", "report"))
    missing = file_failure("missing", "")
    seen = {
        ArchiveNeed(artefact="a"): archive,
        CodeNeed(artefact="code"): code,
        ReportNeed(artefact="report"): missing,
    }
    return asked.judge(CheckContext(of, View(seen)))


def test_loose_files_can_be_read() -> None:
    """Nothing needs to be unpacked; with nothing handed in, nothing was."""
    missing = file_failure("missing", "")

    assert readable(missing, reading()).status == "passed"
    assert readable(missing, missing).status == "failed"


def test_a_damaged_archive_beside_loose_files_is_damaged() -> None:
    """What was handed in to be read cannot be."""
    assert readable(file_failure("corrupt", "a.zip"), reading()).status == "failed"
    assert readable(listing("a.zip", "lab3.py"), file_failure("missing", "")).status == "passed"
