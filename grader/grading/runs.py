"""Grade a class into a run folder, and judge a stored run again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader.course import Course, load_course
from grader.errors import RunError
from grader.grading.batch import Progress, collect_class
from grader.grading.changes import lab_changes, result_changes
from grader.grading.collecting import Plan, lab_needs, runtime_versions
from grader.grading.isolation import choose_level
from grader.grading.known import read_starters
from grader.grading.parallel import usable_cores
from grader.grading.publishing import publish
from grader.grading.stock import take_stock
from grader.grading.store import RunStore
from grader.grading.stored import StoredImages, judge_stored, read_class
from grader.intake import Found, find_class, nothing_handed_in
from grader.records.evidence import Evidence
from grader.records.lab import Lab
from grader.records.result import GradeReport
from grader.records.run import Rescore, RunManifest
from grader.reporting.pictures import Images, no_images
from grader.sandbox import Isolation, Limits


@dataclass(frozen=True)
class ClassResult:
    """What a run came to."""

    folder: Path
    lab: Lab
    reports: tuple[GradeReport, ...]
    kept: int
    """How many submissions needed no work because their evidence was there."""
    unavailable: dict[str, str]
    """Datasets that could not be had, and how to mend it."""
    images: Images = no_images
    """The pictures of mistakes, where the run folder is gone by now."""


def grade_class(
    lab: str,
    submissions: Path,
    *,
    out: Path,
    course: Path | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    isolation: Isolation = "auto",
    fresh: bool = False,
    progress: Progress | None = None,
) -> ClassResult:
    """Grade a class into the run folder `out`, going on where an earlier run stopped.

    Students on the roster of whom nothing is found are graded as having handed in nothing.

    Args:
        lab: Slug of the lab.
        submissions: A folder with one folder or one file per student, or a single file.
        out: The run folder.
        course: The course directory; None takes the current one where it is one.
        jobs: Submissions at work at once; None is one per core.
        limits: What each submission may use; threads are shared out over the jobs.
        isolation: Level of the walls around submissions; ``auto`` is the strongest that holds here.
        fresh: Collect all evidence anew, even where it is there.
        progress: Called after each submission.

    Raises:
        UsageError: No such lab or dataset, no submissions, or a `course.toml` that is wrong.
        RunError: `out` holds something else, or another grader is at work there.
        IsolationError: The walls are not those asked for, or too little for a secret test set.
    """
    settings = load_course(course)
    found = find_class(submissions)
    missing = settings.roster().without(item.submission for item in found)
    return grade_found(
        [*found, *nothing_handed_in(missing, found)],
        settings.lab(lab),
        settings,
        out=out,
        source=str(submissions),
        jobs=jobs,
        limits=limits,
        isolation=isolation,
        fresh=fresh,
        progress=progress,
    )


def grade_found(
    found: Sequence[Found],
    lab: Lab,
    course: Course,
    *,
    out: Path,
    source: str,
    in_class: bool = True,
    jobs: int | None = None,
    limits: Limits | None = None,
    isolation: Isolation = "auto",
    fresh: bool = False,
    progress: Progress | None = None,
) -> ClassResult:
    """Grade submissions that were found already; `grade_class` says the rest."""
    roster = course.roster()
    store = RunStore(out)
    workers = max(1, min(jobs or usable_cores(), len(found)))
    threads = max(1, usable_cores() // workers)
    with store.locked():
        before = store.read_manifest()
        if before is not None and before.lab != lab.slug:
            raise RunError(
                f"{out} holds a run of '{before.lab}'", hint="name another folder for this lab"
            )
        store.tidy()
        stock = take_stock(lab, course, store, before)
        secret = [shelf.record.name for shelf in stock.shelves.values() if shelf.record.secret]
        level = choose_level(isolation, secret=secret)
        manifest = RunManifest(
            lab=lab.slug,
            lab_version=lab.version,
            course=str(course.root or ""),
            submissions=source,
            students=tuple(item.submission.student.id for item in found),
            versions=runtime_versions(),
            isolation=level,
            datasets=tuple(shelf.record for shelf in stock.shelves.values()),
            unavailable=stock.unavailable,
            updated_at=datetime.now(UTC),
        )
        store.write_manifest(manifest)
        plan = Plan(lab, stock, msgspec.structs.replace(limits or Limits(), threads=threads), level)
        starters = course.starters(lab.slug) if in_class else {}
        read_starters(starters, store, plan.limits, level)
        kept = collect_class(found, plan, store, workers=workers, fresh=fresh, progress=progress)
        collected = read_class(store, manifest)
        judged = judge_stored(
            store, manifest, collected, lab, roster, in_class=in_class, starters=starters
        )
        publish(store, lab, judged, StoredImages(store))
    return ClassResult(out, lab, tuple(judged.reports), kept, stock.unavailable)


def rescore(run: Path, *, course: Path | None = None) -> tuple[ClassResult, Rescore]:
    """Judge a run again from its stored evidence, with the lab and the course as they are now.

    Args:
        run: The run folder.
        course: The course directory; None takes the one the run was graded with.

    Returns:
        The new result, and who changed and why.

    Raises:
        RunError: There is no run, its evidence is incomplete, or the lab now looks at what was not collected.
    """
    store = RunStore(run)
    manifest = store.require_manifest()
    with store.locked():
        settings = load_course(course or (Path(manifest.course) if manifest.course else None))
        lab = settings.lab(manifest.lab)
        collected = read_class(store, manifest)
        _refuse_uncollected(collected, lab, run)
        before = [store.read_result(student) for student in manifest.students]
        changed = lab_changes(store.read_lab(), lab)
        judged = judge_stored(
            store,
            manifest,
            collected,
            lab,
            settings.roster(),
            starters=settings.starters(manifest.lab),
        )
        record = Rescore(
            at=datetime.now(UTC),
            lab_changes=changed,
            changes=result_changes(before, judged.reports),
            submissions=len(judged.reports),
        )
        publish(store, lab, judged, StoredImages(store))
        if record.changes or record.lab_changes:
            store.append_rescore(record)
    reports = tuple(judged.reports)
    return ClassResult(run, lab, reports, len(reports), manifest.unavailable), record


def read_results(run: Path) -> list[GradeReport]:
    """The full results of a run, in the order of its students.

    Raises:
        RunError: There is no run, or it was not judged to the end.
    """
    store = RunStore(run)
    reports = []
    for student in store.require_manifest().students:
        report = store.read_result(student)
        if report is None:
            raise RunError(
                f"{run} has no result for '{student}'", hint="run `grader grade` to its end first"
            )
        reports.append(report)
    return reports


def _refuse_uncollected(collected: Sequence[Evidence], lab: Lab, run: Path) -> None:
    """Judging what was never looked at would turn every mark into an error."""
    needed = {need for needs in lab_needs(lab).values() for need in needs}
    for evidence in collected:
        if "internal" in evidence.reasons:
            continue
        absent = needed - {observation.need for observation in evidence.observations}
        if absent:
            dataset = getattr(next(iter(absent)), "dataset", "the network itself")
            raise RunError(
                f"the lab now looks at '{dataset}', of which {run} holds no evidence",
                hint="run `grader grade` into this folder again; it collects what is missing",
            )
