"""The files that a course hands out, opened once for each of their contents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

from grader.errors import CourseError
from grader.evidence.base import EvidenceKind
from grader.sandbox import Level, Limits, Sandboxes

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

#: Endings of scripts and notebooks.
_CODE = (".py", ".ipynb")


def is_code(name: str) -> bool:
    """Whether a file that is handed out is a script or a notebook, by its name."""
    return name.lower().endswith(_CODE)


def existing_digests(paths: Mapping[str, Path]) -> dict[str, str]:
    """The SHA-256 of each file, by its name.

    Raises:
        CourseError: A file does not exist.
    """
    for name, path in paths.items():
        if not path.is_file():
            raise CourseError(
                f"the starter '{name}' does not exist",
                hint="its path in course.toml is relative to that file",
            )
    return {name: file_digest(path) for name, path in paths.items()}


def file_digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def opened_contents(
    contents: Mapping[str, K],
    known: Mapping[K, T],
    open_file: Callable[[str, Sandboxes], T],
    limits: Limits,
    level: Level,
) -> dict[K, T]:
    """What files hold, by their contents; those that are known are not opened again.

    Args:
        contents: Name of a file to what stands for its content, such as its digest.
        known: What is known already.
        open_file: Opens the file of a name.
        limits: What the process that opens one may use.
        level: Its isolation level.
    """
    found = dict(known)
    if set(contents.values()) - known.keys():
        with Sandboxes(limits, level) as sandboxes:
            for name, content in contents.items():
                if content not in found:
                    found[content] = open_file(name, sandboxes)
    return found


def kind_versions(kind: EvidenceKind) -> dict[str, str]:
    """What the content of a file depends on: versions of libraries, and of the kind of evidence that opens it."""
    libraries = {name: _library_version(name) for name in kind.libraries}
    return {kind.name: str(kind.version), **libraries}


def _library_version(name: str) -> str:
    """The installed version of a distribution; empty where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
