"""Documents that are handed in beside an archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from grader.records.submission import Companions, SubmittedFile

#: What an archive is by its first bytes.
ARCHIVES = frozenset({"zip", "tar", "gzip", "bzip2", "xz"})


def pdfs_beside(file: SubmittedFile, files: Sequence[SubmittedFile]) -> Companions:
    """The PDF files that are handed in beside an archive, and not in it; none for what is no archive of a hand-in.

    Args:
        file: An archive.
        files: All files of the submission, those in archives among them.
    """
    is_model = PurePosixPath(file.path).suffix.casefold() == ".keras"
    if file.kind not in ARCHIVES or is_model or any(_is_within(file, other) for other in files):
        return Companions()
    beside = (other for other in files if other.kind == "pdf")
    return Companions(
        files=tuple(other for other in beside if not any(_is_within(other, each) for each in files))
    )


def _is_within(file: SubmittedFile, archive: SubmittedFile) -> bool:
    return archive.kind in ARCHIVES and file.path.startswith(f"{archive.path}/")
