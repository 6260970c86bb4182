"""Archives as files of an artefact, and as pages show them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import Course
from grader.evidence import collecting_kind
from grader.evidence.archive.collect import collect_archive
from grader.evidence.archive.record import ArchiveListing, ArchiveNeed
from grader.evidence.archive.view import archive_sections
from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.grading.datasets import load_datasets
from grader.grading.isolation import choose_level
from grader.intake.sniffing import sniff_file
from grader.messages import catalogue, failure_text
from grader.records.evidence import ArtefactFile, Failure
from grader.records.lab import Artefact
from grader.records.message import Name
from grader.records.section import Table
from grader.sandbox import Limits, Sandboxes
from tests.factories import ARTEFACT, MODEL_NEED

NEED = ArchiveNeed(artefact=ARTEFACT)


@pytest.fixture
def context() -> Iterator[CollectContext]:
    limits = Limits()
    with Sandboxes(limits, choose_level("none")) as sandboxes:
        pool = load_datasets([], Course()).pool
        yield CollectContext(lambda: sandboxes.open(None), sandboxes.open, limits, pool)  # type: ignore[arg-type]


def packed(**files: bytes) -> bytes:
    """A tar archive, packed by bzip2, of files by their names, where ``__`` stands for a slash."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:bz2") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name.replace("__", "/").replace("_py", ".py"))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def collected(path: Path, content: bytes, context: CollectContext) -> Collected:
    path.write_bytes(content)
    file = ArtefactFile(path=path.name, sha256="0", kind=sniff_file(path), size=len(content))
    task = CollectTask(
        artefact=Artefact(id=ARTEFACT, title="it", patterns=("*",), formats=("archive",)),
        files=((file, path),),
        needs=(NEED, MODEL_NEED),
        declared=None,
        keys={},
    )
    return collect_archive(task, context)


def test_an_archive_is_listed(tmp_path: Path, context: CollectContext) -> None:
    """Folders are no files, and the archive is no model."""
    content = packed(lab__a_py=b"x = 1\n", b_py=b"")

    found = collected(tmp_path / "work.tar.bz2", content, context)
    listing, model = found.records[NEED], found.records[MODEL_NEED]

    assert isinstance(listing, ArchiveListing)
    assert (listing.file, listing.packed_as) == ("work.tar.bz2", "bzip2")
    assert [(item.path, item.size) for item in listing.members] == [("lab/a.py", 6), ("b.py", 0)]
    assert isinstance(model, Failure)


def test_what_systems_leave_behind_is_not_listed(tmp_path: Path, context: CollectContext) -> None:
    """`__MACOSX` and files whose names begin with a dot are nobody's work."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("lab3.py", "__MACOSX/._lab3.py", ".DS_Store"):
            archive.writestr(name, "x")

    listing = collected(tmp_path / "work.zip", stream.getvalue(), context).records[NEED]

    assert isinstance(listing, ArchiveListing)
    assert [item.path for item in listing.members] == ["lab3.py"]


@pytest.mark.parametrize("content", [packed(a_py=b"x" * 9000)[:-40], b"BZh9 damaged"])
def test_a_damaged_archive_is_a_failure(
    content: bytes, tmp_path: Path, context: CollectContext
) -> None:
    """It cannot be read, which is the student's to fix."""
    failure = collected(tmp_path / "work.tar.bz2", content, context).records[NEED]

    assert isinstance(failure, Failure)
    assert failure.fault == "submission"
    assert failure.values["file"] == Name(text="work.tar.bz2")


def test_an_archive_without_files_is_a_failure(tmp_path: Path, context: CollectContext) -> None:
    """Folders alone are nothing to read."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("lab/", "")

    failure = collected(tmp_path / "work.zip", stream.getvalue(), context).records[NEED]

    assert isinstance(failure, Failure)
    assert failure.reason == "empty-archive"
    assert "holds no files" in failure_text(failure, catalogue("en")).message


@pytest.mark.parametrize("kind", ["zip", "tar", "gzip", "bzip2", "xz"])
def test_archives_of_all_kinds_are_read_by_this_one(kind: str) -> None:
    """Whatever an archive is packed by."""
    found = collecting_kind(kind, ("archive",))

    assert found is not None
    assert found.name == "archive"


def test_pages_list_the_files(tmp_path: Path, context: CollectContext) -> None:
    """A table with names and sizes."""
    listing = collected(tmp_path / "work.tar.bz2", packed(a_py=b"x"), context).records[NEED]

    assert isinstance(listing, ArchiveListing)
    (table,) = archive_sections(listing)
    assert isinstance(table, Table)
    assert table.rows[0][0] == Name(text="a.py")
