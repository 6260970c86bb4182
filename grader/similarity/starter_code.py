"""Scripts and notebooks that were handed out: what stands in them is nobody's own code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from grader.evidence import code
from grader.evidence.code.client import CodeClient
from grader.evidence.code.profile import PROFILE
from grader.evidence.code.text_record import CodeText
from grader.records.base import Record
from grader.runs.store import RunStore
from grader.sandbox import Level, Limits, Sandboxes
from grader.similarity.starter_files import (
    existing_digests,
    file_digest,
    is_code,
    kind_versions,
    opened_contents,
)

_STARTER_CODE_FILE = "starter_code.json"


class StarterScript(Record, frozen=True, kw_only=True):
    """A script or a notebook that was handed out."""

    name: str
    """Its path as `course.toml` gives it."""
    sha256: str = ""
    """Of its file; empty if that is not known."""
    tokens: tuple[str, ...] = ()
    """Of each line, as `CodePiece.tokens` has them; empty if the file cannot be read, or was not read so far."""


class StarterCode(Record, frozen=True, kw_only=True):
    """``RUN/starter_code.json``: the course's scripts and notebooks as they were read."""

    schema: Literal["grader/starter-code/v1"] = "grader/starter-code/v1"
    versions: dict[str, str]
    """Versions of the libraries they were read with, and of the kind of evidence."""
    scripts: tuple[StarterScript, ...]


def read_starter_code(
    paths: Mapping[str, Path], store: RunStore, limits: Limits, level: Level
) -> None:
    """Read the scripts and notebooks that were handed out with a lab, and store their tokens in the run folder.

    Files that did not change since the run folder's last state are not read again.

    Args:
        paths: Name to file, as `Course.starter_files` gives them; those of others are passed over.
        store: The run folder.
        limits: What the process that reads one may use.
        level: Its isolation level.

    Raises:
        CourseError: A file does not exist.
    """
    scripts = {name: path for name, path in paths.items() if is_code(name)}
    digests = existing_digests(scripts)
    before = _stored(store)
    versions = kind_versions(code.KIND)
    kept = before.scripts if before and before.versions == versions else ()

    def read(name: str, sandboxes: Sandboxes) -> tuple[str, ...]:
        with sandboxes.open(PROFILE) as box:
            text = CodeClient(box, {name: scripts[name]}, PROFILE.limits(limits)).text()
        pieces = text.pieces if isinstance(text, CodeText) else ()
        return tuple(line for piece in pieces for line in piece.tokens.split("\n"))

    known = {_content(script.name, script.sha256): script.tokens for script in kept}
    contents = {name: _content(name, digest) for name, digest in digests.items()}
    tokens = opened_contents(contents, known, read, limits, level)
    if scripts or before:
        found = tuple(
            StarterScript(name=name, sha256=digest, tokens=tokens[contents[name]])
            for name, digest in digests.items()
        )
        store.write_record(_STARTER_CODE_FILE, StarterCode(versions=versions, scripts=found))


def _content(name: str, digest: str) -> tuple[str, str]:
    """What stands for the content of a file: it is read as what its name says."""
    return Path(name).suffix.lower(), digest


def known_starter_code(paths: Mapping[str, Path], store: RunStore) -> tuple[StarterScript, ...]:
    """The scripts and notebooks that were handed out, as stored in the run folder.

    Args:
        paths: Name to file, as `Course.starter_files` gives them. Of one that `grader grade` has not read yet, only
            copies of the file itself are recognised.
        store: The run folder.
    """
    before = _stored(store)
    stored = {script.name: script for script in (before.scripts if before else ())}
    found = []
    for name in filter(is_code, paths):
        digest = file_digest(paths[name]) if paths[name].is_file() else ""
        script = stored.get(name)
        if script is None or digest not in ("", script.sha256):
            script = StarterScript(name=name, sha256=digest)
        found.append(script)
    return tuple(found)


def _stored(store: RunStore) -> StarterCode | None:
    """What the run folder holds; None if it holds nothing, or the file was damaged."""
    return store.read_record(_STARTER_CODE_FILE, StarterCode)
