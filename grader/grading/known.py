"""Networks that everybody may have: those handed out with the lab, and its reference solution."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from grader.errors import CourseError
from grader.grading.asking import Conversation
from grader.grading.batch import open_sandbox
from grader.grading.collecting import runtime_versions
from grader.grading.references import reference_results
from grader.grading.store import RunStore
from grader.intake.artefacts import MODEL_FORMATS, format_of
from grader.intake.sniffing import sniff_file
from grader.records.evidence import Failure, ModelSummary
from grader.records.similarity import KnownNetwork, Starters
from grader.sandbox import Level, Limits, Sandbox


def read_starters(paths: Mapping[str, Path], store: RunStore, limits: Limits, level: Level) -> None:
    """Open the networks handed out with a lab, and keep in the run folder what they are.

    What the run folder already knows of a file that did not change is not opened again.

    Args:
        paths: Name to file, as `Course.starters` gives them.
        store: The run folder.
        limits: What opening one may use.
        level: Of the walls they are opened behind.

    Raises:
        CourseError: A file is not there.
    """
    for name, path in paths.items():
        if not path.is_file():
            raise CourseError(
                f"the starter '{name}' is not there",
                hint="its path in course.toml is relative to that file",
            )
    versions = runtime_versions()
    before = store.read_starters()
    kept = before.networks if before and before.versions == versions else ()
    digests = {name: _digest(path) for name, path in paths.items()}
    known = {network.sha256: network for network in kept}
    unknown = {name: path for name, path in paths.items() if digests[name] not in known}
    if unknown:
        with open_sandbox(limits, level) as sandbox:
            for name, path in unknown.items():
                known[digests[name]] = _open(name, path, digests[name], sandbox)
    if paths or before:
        networks = tuple(
            KnownNetwork(name=name, sha256=digest, fingerprint=known[digest].fingerprint)
            for name, digest in digests.items()
        )
        store.write_starters(Starters(versions=versions, networks=networks))


def known_networks(
    lab: str, starters: Mapping[str, Path], store: RunStore
) -> tuple[KnownNetwork, ...]:
    """The reference networks of a lab, and its starters as far as the run folder knows them.

    Args:
        lab: The slug.
        starters: Name to file, as `Course.starters` gives them. Of one that `grader grade` has not seen yet, only
            copies of the file itself are recognised.
        store: The run folder.
    """
    results = reference_results(lab)
    prints = results.fingerprints if results else {}
    references = [
        KnownNetwork(name=f"reference/{exercise}", fingerprint=print_)
        for exercise, print_ in prints.items()
    ]
    before = store.read_starters()
    stored = {network.name: network for network in (before.networks if before else ())}
    handed_out = []
    for name, path in starters.items():
        network = stored.get(name)
        digest = _digest(path) if path.is_file() else ""
        if network is None or digest not in ("", network.sha256):
            network = KnownNetwork(name=name, sha256=digest)
        handed_out.append(network)
    return (*references, *handed_out)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _open(name: str, path: Path, digest: str, sandbox: Sandbox) -> KnownNetwork:
    found: ModelSummary | Failure
    found = Failure(reason="not-a-model")
    form = format_of(sniff_file(path), name, tuple(MODEL_FORMATS.values()))
    if not isinstance(form, Failure):
        with sandbox.open() as box:
            found = Conversation(box, name, sandbox.limits).open(path.resolve(), form)
    print_ = found.fingerprint if isinstance(found, ModelSummary) else None
    return KnownNetwork(name=name, sha256=digest, fingerprint=print_)
