"""Judge the evidence a run folder holds, and compare its submissions with each other."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.course import Course
from grader.evidence.view import StoredEvidence
from grader.grading.enrolment import EnrolledPerson, enrolled_evidence
from grader.grading.judge import GradingContext, judge_alone
from grader.grading.people import Person, judge_people
from grader.grading.reviews import NO_REVIEWS, Reviews, unused_reviews
from grader.hidden.lab import tests_folder
from grader.hidden.outcomes import Outcomes, run_hidden_tests
from grader.records.evidence import Evidence
from grader.records.lab import Lab
from grader.records.points import points_text
from grader.records.result import DatasetUsed, GradeReport
from grader.records.review import Review
from grader.records.run import DatasetRecord, RunManifest
from grader.records.similarity import SIMILAR_CODE_FILE, SimilarCode, Similarities
from grader.references import reference_accuracies, reference_findings
from grader.runs.reviews import ReviewLog
from grader.runs.store import RunStore
from grader.similarity.baselines import known_baselines
from grader.similarity.compare import Comparison, compare_class, comparison_basis
from grader.similarity.starter_code import known_starter_code

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class JudgedClass:
    """Reports in order, and what only the instructor's page shows."""

    reports: list[GradeReport]
    seconds: dict[str, float]
    """Student id to what collecting the evidence took."""
    similarities: Similarities = field(default_factory=Similarities)
    similar_code: SimilarCode = field(default_factory=SimilarCode)


def read_class(store: RunStore, manifest: RunManifest) -> list[Evidence]:
    """The evidence of every student of a run, in order, of one with several attempts all that was collected.

    Raises:
        RunError: The evidence of a student is not there.
    """
    found = []
    for student in manifest.students:
        for name in manifest.evidence_ids(student):
            evidence = store.read_evidence(name)
            if evidence is None:
                raise store.unfinished(f"evidence of '{name}'")
            found.append(evidence)
    return found


def judge_run(
    store: RunStore,
    manifest: RunManifest,
    collected: Sequence[Evidence],
    lab: Lab,
    course: Course,
) -> JudgedClass:
    """Judge the evidence of a run; its arrays are read from the run folder as they are needed.

    What people decided about checks is put over what is judged.

    Args:
        store: The run folder.
        manifest: What the run is.
        collected: The evidence of all its students, in order.
        lab: As it is judged.
        course: Names the roster and the starters.

    Raises:
        RunError: An attempt that counts was not collected.
    """
    enrolled = enrolled_evidence(collected, course, manifest.left_out, lab.attempts)
    reviews = ReviewLog(store.folder).current()
    _warn_of_unused(reviews, lab, enrolled.people)
    people = [
        Person(tuple(_stored(store, manifest, person.attempts)), person.names)
        for person in enrolled.people
    ]
    attempts = [attempt for person in people for attempt in person.attempts]
    context = _run_context(store, manifest, attempts, lab, course, Reviews.of(reviews))
    judged = judge_people(context, people)
    counted = [person.evidence for person in judged]
    compared = _compare(store, lab, course, counted)
    reports = [
        _flagged(
            person.report,
            similar=person.report.student.id in compared.similarities.students,
            unmatched=person.report.student.id in enrolled.unmatched,
        )
        for person in judged
    ]
    seconds = {
        item.evidence.submission.student.id: item.evidence.effort.wall_s
        for item in counted
        if item.evidence.effort is not None
    }
    return JudgedClass(reports, seconds, compared.similarities, compared.similar_code)


def judge_stored_alone(
    store: RunStore, manifest: RunManifest, evidence: Evidence, lab: Lab, course: Course
) -> GradeReport:
    """Judge one submission without a class, with the hidden tests of the course.

    Args:
        store: The run folder that holds its evidence.
        manifest: What the run is.
        evidence: What was collected.
        lab: As it is judged.
        course: Whose hidden tests are run.
    """
    (stored,) = _stored(store, manifest, [evidence])
    return judge_alone(_run_context(store, manifest, [stored], lab, course, NO_REVIEWS), stored)


def _run_context(
    store: RunStore,
    manifest: RunManifest,
    submissions: Sequence[StoredEvidence],
    lab: Lab,
    course: Course,
    reviews: Reviews,
) -> GradingContext:
    """What the submissions of a run folder are judged on, once the hidden tests have run over them."""
    tests = run_hidden_tests(
        lab,
        tests_folder(course, lab.slug),
        store.folder,
        [record.name for record in manifest.datasets],
        submissions,
    )
    return grading_context(
        lab,
        manifest.datasets,
        versions=manifest.versions,
        isolation=manifest.isolation,
        reviews=reviews,
        tests=tests,
    )


def grading_context(
    lab: Lab,
    datasets: Sequence[DatasetRecord],
    *,
    versions: dict[str, str],
    isolation: str,
    reviews: Reviews = NO_REVIEWS,
    tests: Outcomes = MappingProxyType({}),
) -> GradingContext:
    """What submissions are judged on, given the datasets they were evaluated on and how hidden tests ended."""
    return GradingContext(
        lab=lab,
        datasets=tuple(_dataset_used(record) for record in datasets),
        versions=versions,
        isolation=isolation,
        references=_references(lab, datasets),
        findings=reference_findings(lab.slug),
        reviews=reviews,
        tests=tests,
    )


def _warn_of_unused(reviews: Sequence[Review], lab: Lab, people: Sequence[EnrolledPerson]) -> None:
    """Name marks by hand that nothing of the run fits any more; they are kept."""
    submissions = [item.submission for person in people for item in person.attempts]
    for review in unused_reviews(reviews, lab, submissions):
        _LOG.warning(
            "the %s points %s gave '%s' for %s do not count: the class has no such student, or the lab no such "
            "check; they are kept, and count again when it has",
            *(points_text(review.points), review.by, review.student, review.check),
        )


def _stored(
    store: RunStore, manifest: RunManifest, collected: Sequence[Evidence]
) -> list[StoredEvidence]:
    labels = {
        record.name: found
        for record in manifest.datasets
        if (found := store.read_labels(record.name)) is not None
    }

    def stored(evidence: Evidence) -> StoredEvidence:
        read_arrays = partial(store.read_arrays, evidence.submission.evidence_id)
        return StoredEvidence(evidence, read_arrays, labels)

    return list(map(stored, collected))


def _compare(
    store: RunStore, lab: Lab, course: Course, submissions: Sequence[StoredEvidence]
) -> Comparison:
    """Which submissions are similar; what the run folder says of the same evidence is taken as it is."""
    handed_out = course.starter_files(lab.slug)
    baselines = known_baselines(lab.slug, handed_out, store)
    starter_code = known_starter_code(handed_out, store)
    basis = comparison_basis(lab, submissions, baselines, starter_code)
    before = store.read_similarities()
    code = store.read_record(SIMILAR_CODE_FILE, SimilarCode) or SimilarCode()
    if before is None or before.basis != basis or (before.names_code and code.basis != basis):
        return compare_class(lab, submissions, baselines, starter_code)
    return Comparison(before, code)


def _flagged(report: GradeReport, *, similar: bool, unmatched: bool) -> GradeReport:
    named = (("similar", similar), ("not-matched", unmatched))
    flags = {*report.flags, *(flag for flag, holds in named if holds)}
    return msgspec.structs.replace(report, flags=tuple(sorted(flags)))


def _references(lab: Lab, datasets: Sequence[DatasetRecord]) -> dict[tuple[str, int], float]:
    """What the reference reaches on these datasets; it was never measured on an instructor's own images."""
    comparable = {
        record.name for record in datasets if not record.secret and record.origin != "course"
    }
    scores = reference_accuracies(lab.slug).items()
    return {(name, top): accuracy for (name, top), accuracy in scores if name in comparable}


def _dataset_used(record: DatasetRecord) -> DatasetUsed:
    return DatasetUsed(
        name=record.name,
        title=record.title,
        digest=record.digest,
        images=record.images,
        secret=record.secret,
        class_names=record.class_names,
    )


@dataclass
class StoredImages:
    """The test images a run folder keeps, read one by one."""

    store: RunStore
    _sets: dict[str, NDArray[Any] | None] = field(default_factory=dict)

    def __call__(self, dataset: str, place: int) -> NDArray[np.uint8] | None:
        """The image at `place` of a dataset; None where the run keeps none."""
        if dataset not in self._sets:
            self._sets[dataset] = self.store.read_images(dataset)
        images = self._sets[dataset]
        if images is None or place >= len(images):
            return None
        return np.array(images[place])
