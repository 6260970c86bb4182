"""Models that any student may have: those handed out with the lab, and its reference solution."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from grader.errors import GraderError
from grader.evidence import models
from grader.evidence.models.client import ModelClient
from grader.evidence.models.formats import model_format
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.record import ModelSummary, WeightFingerprint
from grader.intake.sniffing import sniff_file
from grader.records.base import Record
from grader.references import reference_results
from grader.runs.store import RunStore
from grader.sandbox import Level, Limits, Sandboxes
from grader.similarity.starter_files import (
    existing_digests,
    file_digest,
    is_code,
    kind_versions,
    opened_contents,
)

_STARTER_MODELS_FILE = "starter_models.json"


class Baseline(Record, frozen=True, kw_only=True):
    """A starter model, or the model of the reference solution."""

    name: str
    """``reference/<exercise>``, or the starter's path as `course.toml` gives it."""
    sha256: str = ""
    """Of its file; empty if that is not known."""
    fingerprint: WeightFingerprint | None = None
    """None if the file holds no model that opens."""


class StarterModels(Record, frozen=True, kw_only=True):
    """``RUN/starter_models.json``: the course's starter models as they were opened."""

    schema: Literal["grader/starter-models/v2"] = "grader/starter-models/v2"
    versions: dict[str, str]
    """Versions of the libraries they were opened with, and of the kind of evidence."""
    models: tuple[Baseline, ...]


def read_starter_models(
    paths: Mapping[str, Path], store: RunStore, limits: Limits, level: Level
) -> None:
    """Open the starter models of a lab, and store their fingerprints in the run folder.

    Files that did not change since the run folder's last state are not opened again.

    Args:
        paths: Name to file, as `Course.starter_files` gives them; scripts and notebooks are passed over.
        store: The run folder.
        limits: What the process that opens one may use.
        level: Its isolation level.

    Raises:
        CourseError: A file does not exist.
    """
    files = {name: path for name, path in paths.items() if not is_code(name)}
    digests = existing_digests(files)
    versions = model_versions()
    before = stored_starter_models(store)
    kept = before.models if before and before.versions == versions else ()
    known = {model.sha256: model.fingerprint for model in kept}
    fingerprints = opened_contents(
        digests,
        known,
        lambda name, sandboxes: _fingerprint(name, files[name], sandboxes),
        limits,
        level,
    )
    if files or before:
        opened = tuple(
            Baseline(name=name, sha256=digest, fingerprint=fingerprints[digest])
            for name, digest in digests.items()
        )
        store.write_record(_STARTER_MODELS_FILE, StarterModels(versions=versions, models=opened))


def stored_starter_models(store: RunStore) -> StarterModels | None:
    """What the run folder holds of the starter models; None if it holds nothing, or the file was damaged."""
    return store.read_record(_STARTER_MODELS_FILE, StarterModels)


def known_baselines(
    lab: str, starter_files: Mapping[str, Path], store: RunStore
) -> tuple[Baseline, ...]:
    """The reference models of a lab, and its starter models as stored in the run folder.

    Args:
        lab: The slug.
        starter_files: Name to file, as `Course.starter_files` gives them. Of a model that `grader grade` has not opened
            yet, only copies of the file itself are recognised.
        store: The run folder.

    Raises:
        GraderError: The fingerprints of the reference solution are damaged.
    """
    before = stored_starter_models(store)
    stored = {model.name: model for model in (before.models if before else ())}
    handed_out = []
    for name, path in starter_files.items():
        if is_code(name):
            continue
        baseline = stored.get(name)
        digest = file_digest(path) if path.is_file() else ""
        if baseline is None or digest not in ("", baseline.sha256):
            baseline = Baseline(name=name, sha256=digest)
        handed_out.append(baseline)
    return (*_references(lab), *handed_out)


def _references(lab: str) -> list[Baseline]:
    results = reference_results(lab)
    if results is None:
        return []
    try:
        return [
            Baseline(
                name=f"reference/{exercise}",
                fingerprint=msgspec.json.decode(fingerprint, type=WeightFingerprint),
            )
            for exercise, fingerprint in results.fingerprints.items()
        ]
    except msgspec.DecodeError as error:
        raise GraderError(
            f"a fingerprint in results.json of '{lab}' cannot be read: {error}",
            hint="reference_solutions/measure.py writes the file anew",
        ) from error


def model_versions() -> dict[str, str]:
    """What the fingerprint of a file depends on: versions of libraries, and of the kind of evidence."""
    return kind_versions(models.KIND)


def _fingerprint(name: str, path: Path, sandboxes: Sandboxes) -> WeightFingerprint | None:
    """The fingerprint of the model in a file; None if it holds no model that opens."""
    form = model_format(sniff_file(path))
    if form is None:
        return None
    with sandboxes.open(PROFILE) as box:
        model = ModelClient(box, name, sandboxes.limits).open(path.resolve(), form)
    return model.fingerprint if isinstance(model, ModelSummary) else None
