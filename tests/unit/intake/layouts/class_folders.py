"""Small folders of submissions, and who is found in them."""

from __future__ import annotations

from pathlib import Path

from grader.intake import LocatedClass, LocatedSubmission, locate_class


def lay_out(folder: Path, *names: str, data: bytes = b"text\n") -> Path:
    """Make files; a name that ends with a slash is a folder."""
    for name in names:
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return folder


def files(found: LocatedSubmission) -> list[str]:
    """The paths of what was handed in; each can be opened."""
    for file in found.submission.files:
        assert found.path_of(file.path).is_file()
    return [file.path for file in found.submission.files]


def people(found: LocatedClass) -> dict[str, list[str]]:
    """Id of everybody to their files."""
    return {item.submission.student.id: files(item) for item in found.submissions}


def names(found: LocatedClass) -> list[tuple[str, ...]]:
    """The written names of everybody."""
    return [item.submission.identity.names for item in found.submissions]


def left_out(found: LocatedClass) -> dict[str, str]:
    """Names of what was left out to the reasons."""
    return {item.name: item.reason for item in found.left_out}


def located(folder: Path, *names: str) -> LocatedClass:
    """What is found in a folder with those files."""
    return locate_class(lay_out(folder, *names))
