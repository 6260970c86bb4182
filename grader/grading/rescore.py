"""Judge a stored run again, word it in another language, or read its results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader.checks.needs import lab_needs
from grader.course import Course
from grader.errors import RunError, StorageError
from grader.grading.changes import lab_changes, result_changes
from grader.grading.enrolment import open_matters
from grader.grading.grade import ClassResult
from grader.grading.open_matters import OpenMatters
from grader.grading.publish import publish
from grader.grading.run_course import load_run_course
from grader.grading.run_judging import JudgedClass, StoredImages, judge_run, read_class
from grader.hidden.lab import add_hidden_tests
from grader.records.evidence import INTERNAL, Evidence
from grader.records.lab import Lab, Language
from grader.records.result import GradeReport
from grader.records.run import Rescore, RescoreBegun, RunManifest
from grader.records.similarity import SIMILAR_CODE_FILE, SimilarCode, Similarities
from grader.runs.store import RunStore

_BEGUN = "rescore-begun.json"


def rescore(run: Path, *, course: Path | None = None) -> tuple[ClassResult, Rescore]:
    """Judge a run again from its stored evidence, with the lab and the course as they are now.

    Args:
        run: The run folder.
        course: The course directory; None takes the one the run was judged with last. Later commands go on with it.

    Returns:
        The new result, and who changed and why.

    Raises:
        RunError: There is no run, its evidence is incomplete, or the lab now looks at what was not collected.
        StorageError: The run folder cannot be written to.
    """
    store = RunStore(run)
    with written_to(store) as manifest:
        return judge_again(store, stored_run(store, manifest, course))


@dataclass(frozen=True)
class StoredRun:
    """All a run is judged from: the lab and the course as they are now, and what was collected."""

    manifest: RunManifest
    course: Course
    lab: Lab
    collected: tuple[Evidence, ...]
    problems: tuple[str, ...] = ()
    """Why hidden tests cannot be run, in sentences."""


def stored_run(store: RunStore, manifest: RunManifest, course: Path | None) -> StoredRun:
    """Read what a run is judged from. Nothing is written.

    Args:
        store: The run folder.
        manifest: What the run is.
        course: The course directory; None takes the one the run was judged with last.

    Raises:
        RunError: The evidence is incomplete, or the lab now looks at what was not collected.
        CourseError: There is no course, or its file is wrong.
    """
    settings = load_run_course(course, manifest)
    tested = add_hidden_tests(
        settings, settings.lab(manifest.lab), submissions=Path(manifest.submissions)
    )
    settings, lab = tested.course, tested.lab
    collected = read_class(store, manifest)
    _refuse_uncollected(collected, lab, store.folder)
    return StoredRun(manifest, settings, lab, tuple(collected), tested.problems)


def judge_again(store: RunStore, run: StoredRun) -> tuple[ClassResult, Rescore]:
    """Judge a run and write what changed; the caller holds its lock. `rescore` says the rest."""
    store.tidy()
    begun = _begun(store, run.manifest)
    judged = judge_run(store, run.manifest, run.collected, run.lab, run.course)
    record = Rescore(
        at=begun.at,
        lab_changes=lab_changes(begun.lab, run.lab),
        changes=result_changes(
            [begun.results.get(report.student.id) for report in judged.reports],
            judged.reports,
        ),
        submissions=len(judged.reports),
    )
    if record.changes or record.lab_changes:
        store.write_record(_BEGUN, begun)
    store.write_record("lab.json", run.lab)
    store.write_manifest(
        msgspec.structs.replace(
            run.manifest,
            course=str(run.course.root or ""),
            course_named=run.course.is_named,
        )
    )
    publish(store, judged, StoredImages(store))
    if record.changes or record.lab_changes:
        store.append_rescore(record)
        store.remove(_BEGUN)
    reports = tuple(judged.reports)
    result = ClassResult(
        store.folder,
        run.lab,
        reports,
        len(reports),
        run.manifest.unavailable,
        notices=run.problems,
    )
    return result, record


def translate_run(run: Path, language: Language) -> list[GradeReport]:
    """Write the pages of a run in another language. Nothing is judged, and no evidence is needed.

    Args:
        run: The run folder.
        language: Of the pages from now on, until the run is graded or rescored again.

    Returns:
        The results, as they were but for the language.

    Raises:
        RunError: There is no run, or it was not judged to the end.
        StorageError: The run folder cannot be written to.
    """
    store = RunStore(run)
    with written_to(store) as manifest:
        store.tidy()
        reports = [
            msgspec.structs.replace(report, language=language)
            for report in _results(store, manifest)
        ]
        seconds = _seconds(store, manifest, reports)
        similarities = store.read_similarities() or Similarities()
        similar_code = store.read_record(SIMILAR_CODE_FILE, SimilarCode) or SimilarCode()
        judged = JudgedClass(reports, seconds, similarities, similar_code)
        publish(store, judged, StoredImages(store))
    return reports


def unsettled(run: Path, *, course: Path | None = None) -> OpenMatters:
    """What is open between a run and the roster: submissions that fit nobody or several people, and strays.

    Args:
        run: The run folder.
        course: The course directory; None takes the one the run was judged with last.

    Raises:
        RunError: There is no run, or its evidence is incomplete.
        CourseError: The roster cannot be used.
    """
    store = RunStore(run)
    manifest = store.require_manifest()
    settings = load_run_course(course, manifest)
    return open_matters(read_class(store, manifest), settings, manifest.left_out)


def read_results(run: Path) -> list[GradeReport]:
    """The full results of a run, in the order of its students.

    Raises:
        RunError: There is no run, or it was not judged to the end.
    """
    store = RunStore(run)
    return _results(store, store.require_manifest())


def _stored_attempts(store: RunStore, manifest: RunManifest, student: str) -> list[Evidence]:
    found = (store.read_evidence(name) for name in manifest.evidence_ids(student))
    return [item for item in found if item is not None]


def _seconds(
    store: RunStore, manifest: RunManifest, reports: Sequence[GradeReport]
) -> dict[str, float]:
    """Student id to what collecting the evidence of the attempt that counts took, where it is there."""
    evidence = [
        item
        for student in manifest.students
        for item in _stored_attempts(store, manifest, student)
        if item.effort is not None
    ]
    by_student = {item.submission.student.id: item.effort for item in evidence}
    by_name = {item.submission.source: item.effort for item in evidence}
    found = {
        report.student.id: by_name.get(report.attempt)
        if report.attempt
        else by_student.get(report.student.id)
        for report in reports
    }
    return {student: effort.wall_s for student, effort in found.items() if effort is not None}


def _results(store: RunStore, manifest: RunManifest) -> list[GradeReport]:
    read = {student: store.read_result(student) for student in manifest.students}
    reports = [report for report in read.values() if report is not None]
    others = {other.name for report in reports for other in report.other_attempts}
    names = others | {report.attempt for report in reports}
    for student, report in read.items():
        attempts = _stored_attempts(store, manifest, student) if report is None else []
        # Matched after grading: the submission of somebody absent, or an attempt of another one.
        matched = any(
            item.submission.absent or item.submission.source in names for item in attempts
        )
        if report is None and not matched:
            raise store.unfinished(f"result for '{student}'")
    return reports


@contextmanager
def written_to(store: RunStore) -> Iterator[RunManifest]:
    """Hold the lock on a run that is to be written anew in its place, and read what it is.

    Raises:
        RunError: There is no run.
        StorageError: It cannot be written to.
    """
    store.require_manifest()  # before a lock is left in a folder that is no run
    with ExitStack() as stack:
        try:
            stack.enter_context(store.locked())
        except StorageError as error:
            raise StorageError(
                f"results and pages are written into the run folder, and {error}",
                hint="copy the folder to where you can write, and name the copy; `grader export` only reads",
            ) from error
        yield store.require_manifest()


def _begun(store: RunStore, manifest: RunManifest) -> RescoreBegun:
    """How the run is now; if the last re-judgement was stopped, how it was before."""
    found = store.read_record(_BEGUN, RescoreBegun)
    if found is not None:
        return found
    results = {student: store.read_result(student) for student in manifest.students}
    return RescoreBegun(
        at=datetime.now(UTC),
        lab=dict(store.read_lab()),
        results={student: report for student, report in results.items() if report is not None},
    )


def _refuse_uncollected(collected: Sequence[Evidence], lab: Lab, run: Path) -> None:
    """Judging what was never looked at would turn every mark into an error."""
    needed = {need.id: need for needs in lab_needs(lab).values() for need in needs}
    for evidence in collected:
        if any(failure.reason == INTERNAL for failure in evidence.failures):
            continue
        absent = needed.keys() - {item.need for item in evidence.observations}
        if absent:
            need = needed[min(absent)]
            looked_at = ", ".join(need.datasets) or need.id
            raise RunError(
                f"the lab now looks at '{looked_at}', of which {run} holds no evidence",
                hint="run `grader grade` into this folder again; it collects what is missing",
            )
