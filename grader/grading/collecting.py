"""Collect evidence of one submission: what its networks are and what they answer."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version

import msgspec

from grader.checks import CheckKind
from grader.grading.archives import Considered, looked_into
from grader.grading.observing import Observed, Piece, observe
from grader.grading.stock import Stock
from grader.grading.store import Arrays
from grader.intake import Found
from grader.intake.artefacts import format_of, missing
from grader.intake.declaration import Declared, find_declaration, read_declaration
from grader.records.evidence import Effort, Evidence, Failure, Observation
from grader.records.lab import Lab, ModelNeed, Need
from grader.records.submission import Submission
from grader.sandbox import Level, Limits, Sandbox

#: Changed whenever the same submission could give other evidence, so that stored evidence is not reused.
EVIDENCE_VERSION = 7

#: The libraries whose versions evidence depends on.
RUNTIME = ("tensorflow", "keras", "h5py", "onnxruntime", "numpy")


@cache
def runtime_versions() -> dict[str, str]:
    """Installed versions of the grader and of the libraries that open and run networks."""
    return {name: version(name) for name in ("grader", *RUNTIME)}


def lab_needs(lab: Lab) -> dict[str, list[Need]]:
    """What the checks of a lab look at: artefact id to needs, the network itself first."""
    needs: dict[str, set[Need]] = {artefact.id: set() for artefact in lab.artefacts}
    for exercise in lab.exercises:
        needs[exercise.artefact].add(ModelNeed(artefact=exercise.artefact))
        for check in exercise.checks:
            if isinstance(check, CheckKind):
                needs[exercise.artefact].update(check.needs(exercise.artefact))
    return {
        artefact: sorted(found, key=lambda need: getattr(need, "dataset", ""))
        for artefact, found in needs.items()
        if found
    }


@dataclass(frozen=True)
class Plan:
    """What is to be collected of every submission."""

    lab: Lab
    stock: Stock
    limits: Limits
    level: Level = "none"
    """Of the walls the networks are opened behind."""

    @cached_property
    def needs(self) -> dict[str, list[Need]]:
        """Artefact id to needs, without repetition, the network itself first."""
        return lab_needs(self.lab)

    def key(self, submission_sha256: str) -> str:
        """Digest of everything the evidence of a submission depends on."""
        basis = (
            EVIDENCE_VERSION,
            submission_sha256,
            [
                (artefact.id, artefact.patterns, artefact.formats, artefact.resizing)
                for artefact in self.lab.artefacts
            ],
            {artefact: [repr(need) for need in needs] for artefact, needs in self.needs.items()},
            {name: shelf.record.digest for name, shelf in self.stock.shelves.items()},
            sorted(self.stock.unavailable),
            {name: runtime_versions()[name] for name in RUNTIME},
            (float(self.limits.wall_s), self.limits.memory_bytes),
            self.level,
        )
        return hashlib.sha256(msgspec.json.encode(basis, order="sorted")).hexdigest()


@dataclass(frozen=True)
class Collected:
    """Evidence and the arrays that go with it."""

    evidence: Evidence
    arrays: Arrays


def collect(found: Found, plan: Plan, sandbox: Sandbox) -> Collected:
    """Collect all evidence of one submission. Whatever goes wrong becomes a `Failure` in it."""
    started = time.monotonic()
    submission = found.submission
    key = plan.key(submission.sha256)
    observations: list[Observation] = []
    arrays: Arrays = {}
    peak = 0
    with looked_into(found, plan.lab, sandbox) as considered:
        declared = _declared(considered.found)
        for artefact_id, needs in plan.needs.items():
            observed = _observe(plan, artefact_id, considered, declared, sandbox)
            observations += [Observation.of(need, observed.items[need]) for need in needs]
            arrays |= observed.arrays
            peak = max(peak, observed.peak_memory)
    assignment = considered.assignment
    evidence = Evidence(
        key=key,
        submission=submission,
        declaration_error=declared.error
        or _unmatched(declared, plan.lab, considered.found.submission),
        chosen={artefact: file.path for artefact, file in assignment.chosen.items()},
        ambiguous=assignment.ambiguous,
        observations=tuple(observations),
        effort=Effort(wall_s=round(time.monotonic() - started, 3), peak_memory_bytes=peak),
    )
    return Collected(evidence, arrays)


def _observe(
    plan: Plan,
    artefact_id: str,
    considered: Considered,
    declared: Declared,
    sandbox: Sandbox,
) -> Observed:
    """What comes of the needs of one artefact."""
    artefact, needs = plan.lab.artefact(artefact_id), plan.needs[artefact_id]
    found, file = considered.found, considered.assignment.chosen.get(artefact_id)
    trouble = considered.trouble_with(file)
    if trouble is not None:
        return Observed.nothing(needs, trouble)
    if file is None:
        return Observed.nothing(needs, missing(artefact, found.submission))
    form = format_of(file.kind, file.path, artefact.formats)
    if isinstance(form, Failure):
        return Observed.nothing(needs, form)
    said = declared.declaration.of(artefact_id, file.path)
    path, seed = found.path_of(file.path), plan.key(found.submission.sha256)
    return observe(Piece(artefact, file, form, path, said, seed), needs, plan.stock, sandbox)


def _declared(found: Found) -> Declared:
    file = find_declaration(found.submission.files)
    return read_declaration(found.path_of(file.path)) if file else Declared()


def _unmatched(declared: Declared, lab: Lab, submission: Submission) -> str:
    """What a declaration speaks of that is not there; empty where all of it is."""
    artefacts = [artefact.id for artefact in lab.artefacts]
    known = {*artefacts, *(file.path for file in submission.files)}
    known |= {file.path.rsplit("/", 1)[-1] for file in submission.files}
    unknown = [name for name in declared.declaration.models if name not in known]
    if not unknown:
        return ""
    return f"[models.{unknown[0]}] is no file handed in and none of {', '.join(artefacts)}"
