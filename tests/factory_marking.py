"""A lab of which a part is marked by a person, and graded classes of it made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader import registry
from grader.checks import ArchitectureMatches, MarkedByPerson, RequiredLayer
from grader.checks.needs import lab_needs
from grader.course import Course
from grader.evidence.models.record import ModelNeed
from grader.evidence.need import Need
from grader.evidence.report.record import Part, Place, ReportNeed, ReportReading
from grader.grading.publish import publish
from grader.grading.run_judging import StoredImages, judge_run, read_class
from grader.records.base import Record
from grader.records.evidence import ArtefactFile, Failure, ServedArtefact
from grader.records.lab import Artefact, Exercise, Lab
from grader.records.message import Name
from grader.records.result import CheckResult, GradeReport
from grader.records.submission import Student
from grader.runs.store import RunStore
from tests.factories import evidence, layer, model, observation, resolved, submission
from tests.factory_runs import MANIFEST

LAYERS = (RequiredLayer(type="Dense"),)
MISSING = Failure(
    reason="missing", values={"expected": Name(text="*.pdf"), "files": Name(text="model.h5")}
)

#: `layers` is judged, `explanation` waits for a person, `after` waits for `explanation`.
ESSAYS = Lab(
    slug="essays",
    title="Essays",
    version="1",
    artefacts=(
        Artefact(id="model", title="the model", patterns=("*.h5",)),
        Artefact(id="report", title="the report", patterns=("*.pdf",), formats=("pdf",)),
    ),
    exercises=(
        Exercise(
            id="1-essay",
            title="Essay",
            points=17,
            artefacts=("model", "report"),
            checks=(
                ArchitectureMatches(
                    id="layers", title="Layers", points=5, artefacts=("model",), layers=LAYERS
                ),
                MarkedByPerson(
                    id="explanation",
                    title="Explanation",
                    points=10,
                    artefacts=("report",),
                    question="Is the preprocessing explained?",
                    sections=("preprocessing",),
                ),
                ArchitectureMatches(
                    id="after",
                    title="After it",
                    points=2,
                    artefacts=("model",),
                    requires=("explanation",),
                    layers=LAYERS,
                ),
            ),
        ),
        Exercise(
            id="2-why",
            title="Why",
            points=4,
            artefacts=("report",),
            checks=(MarkedByPerson(id="explanation", title="Why", points=4, sections=("why",)),),
        ),
    ),
)


def part(*sections: str, text: str = "", page: int | None = None) -> Part:
    """The text of a section, its heading included."""
    heading = sections[-1] if sections else ""
    said = "\n\n".join(item for item in (heading, text) if item)
    return Part(place=Place(page=page, sections=sections), text=said)


def essay(*parts: Part, **more: Any) -> ReportReading:
    """What was read of a report."""
    found = parts or (part("Preprocessing", text="Pixels are divided by 255.", page=2),)
    defaults: dict[str, Any] = {"file": "report.pdf", "format": "pdf", "parts": found}
    return ReportReading(**defaults | more)


@pytest.fixture
def essays(monkeypatch: pytest.MonkeyPatch) -> Lab:
    """The lab, where labs are looked up."""
    monkeypatch.setattr(registry.LABS, "all", lambda: {ESSAYS.slug: ESSAYS})
    monkeypatch.setattr(registry.LABS, "get", {ESSAYS.slug: ESSAYS}.__getitem__)
    return ESSAYS


def essay_run(
    folder: Path,
    handed_in: Mapping[str, ReportReading | Failure],
    *,
    names: Mapping[str, str] | None = None,
    course: Course | None = None,
    sha256: str = "a" * 64,
) -> list[GradeReport]:
    """Store and publish a class; everybody's model is right.

    Args:
        folder: The run folder.
        handed_in: Student id to what was read of the report, or why nothing was.
        names: Student id to name, where it is not the id with a capital.
        course: With which it is judged.
        sha256: Of everybody's report.
    """
    settings = course or Course()
    lab = settings.lab(ESSAYS.slug)
    store = RunStore(folder)
    with store.locked():
        manifest = msgspec.structs.replace(MANIFEST, lab=lab.slug, students=tuple(handed_in))
        store.write_manifest(manifest)
        for student, report in handed_in.items():
            name = (names or {}).get(student, student.title())
            _write_evidence(store, Student(id=student, name=name), report, sha256)
        judged = judge_run(store, manifest, read_class(store, manifest), lab, settings)
        store.write_record("lab.json", lab)
        publish(store, judged, StoredImages(store))
    return judged.reports


def _write_evidence(
    store: RunStore, student: Student, report: ReportReading | Failure, sha256: str
) -> None:
    def file(path: str, digest: str) -> ServedArtefact:
        return ServedArtefact(files=(ArtefactFile(path=path, sha256=digest, kind="pdf"),))

    served = {"model": file("model.h5", "f" * 64), "report": file("report.pdf", sha256)}
    if isinstance(report, Failure):
        served["report"] = ServedArtefact(failure=report)
    records: dict[Need[Any], Record | Failure] = {
        ModelNeed(artefact="model"): model(layer("Dense")),
        ReportNeed(artefact="report"): report,
    }
    assert {need for needs in lab_needs(ESSAYS).values() for need in needs} == records.keys()
    store.write_evidence(
        evidence(
            submission=msgspec.structs.replace(submission(student.id), student=student),
            resolved=resolved(artefacts=served),
            observations=tuple(observation(need, record) for need, record in records.items()),
        )
    )


def checks_of(reports: Sequence[GradeReport], student: str) -> dict[str, CheckResult]:
    """The checks of a student, by ``exercise/check``."""
    (report,) = (item for item in reports if item.student.id == student)
    return {
        f"{exercise.exercise_id}/{check.check_id}": check
        for exercise in report.exercises
        for check in exercise.checks
    }
