"""Grade a class into a run folder."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader.checks.needs import lab_datasets
from grader.course import Course
from grader.errors import OldRunError, RunError
from grader.grading.collect_worker import local_worker
from grader.grading.datasets import LoadedDatasets, load_run_datasets
from grader.grading.extras import refuse_missing_extras
from grader.grading.incoming import incoming_class
from grader.grading.isolation import choose_level
from grader.grading.plan import CollectionPlan, runtime_versions
from grader.grading.publish import publish
from grader.grading.run_judging import (
    StoredImages,
    judge_run,
    judge_stored_alone,
    read_class,
)
from grader.grading.schedule import (
    KeptEvidence,
    Progress,
    ProgressEvent,
    collect_class,
    find_kept,
    ignore_progress,
    thread_executor,
)
from grader.intake import LocatedSubmission
from grader.parallel import usable_cores
from grader.records.lab import Lab
from grader.records.result import GradeReport
from grader.records.run import RunManifest
from grader.records.submission import LeftOut
from grader.runs.store import RunStore
from grader.sandbox import Isolation, Limits
from grader.similarity.baselines import read_starter_models
from grader.similarity.starter_code import read_starter_code

_LOG = logging.getLogger(__name__)


def ignore_announcement(sentence: str) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class GradeOptions:
    """How a class is graded."""

    isolation: Isolation
    """The isolation level submitted files are read at; ``auto`` is the strongest that works here."""
    jobs: int | None = None
    """Submissions at work at once; None is one per core."""
    limits: Limits = field(default_factory=Limits)
    """What each submission may use; threads are shared out over the jobs."""
    fresh: bool = False
    """Whether all evidence is collected anew, even where it is there."""
    progress: Progress = ignore_progress
    """Called after each submission."""
    layout: str = ""
    """How the submissions are laid out; empty finds out."""
    announce: Callable[[str], None] = ignore_announcement
    """Called with each sentence about what was found, before anything is graded."""


@dataclass(frozen=True)
class ClassResult:
    """What a run came to."""

    folder: Path
    lab: Lab
    reports: tuple[GradeReport, ...]
    kept: int
    """How many submissions needed no work because their evidence was there."""
    unavailable: dict[str, str]
    """Datasets that are not here, and how to get them."""
    notices: tuple[str, ...] = ()
    """What the instructor should know about the run."""
    found: tuple[str, ...] = ()
    """How the submissions were laid out, and what was left out, in sentences."""


def grade_class(
    lab: str, submissions: Path, *, out: Path, options: GradeOptions, course: Path | None = None
) -> ClassResult:
    """Grade a class into the run folder `out`, going on where an earlier run stopped.

    Students on the roster without a submission are graded as having handed in nothing.

    Args:
        lab: Slug of the lab.
        submissions: A folder with one folder or one file per student, or a single file.
        out: The run folder.
        options: How it is graded.
        course: The course directory; None takes the one the run was judged with last, in a new run the current one
            where it is one.

    Raises:
        UsageError: No such lab or dataset, no submissions, or a `course.toml` that is wrong.
        RunError: `out` holds something else, or another grader is at work there.
        IsolationError: Submissions cannot be isolated as asked for, or not enough for a secret test set.
    """
    incoming = incoming_class(
        lab,
        submissions,
        course=course,
        out=out,
        layout=options.layout,
        isolation=options.isolation,
        limits=options.limits,
    )
    for sentence in incoming.sentences:
        options.announce(sentence)
    run = ClassRun(
        incoming.lab,
        incoming.course,
        out,
        source=str(submissions),
        left_out=incoming.found.left_out,
    )
    result = run.grade(incoming.enrolled.submissions, options)
    return replace(result, found=incoming.sentences)


class ClassRun:
    """A class of one lab and its run folder.

    Args:
        lab: As it is graded.
        course: Where its datasets, roster and starters are from.
        out: The run folder.
        source: Where the submissions are from, as the manifest says it.
        left_out: What lay among the submissions and is none.
    """

    def __init__(
        self,
        lab: Lab,
        course: Course,
        out: Path,
        *,
        source: str,
        left_out: tuple[LeftOut, ...] = (),
    ) -> None:
        self._lab = lab
        self._course = course
        self._left_out = left_out
        self._store = RunStore(out)
        self._source = source
        self._notices: list[str] = []

    def grade(self, located: Sequence[LocatedSubmission], options: GradeOptions) -> ClassResult:
        """Collect what is missing, judge all of it, and write the pages; `grade_class` says the rest."""
        refuse_missing_extras(self._lab)
        store = self._store
        with store.locked():
            manifest, kept = self._collect_evidence(located, options)
            judged = judge_run(
                store, manifest, read_class(store, manifest), self._lab, self._course
            )
            store.write_record("lab.json", self._lab)
            publish(store, judged, StoredImages(store))
        return ClassResult(
            folder=store.folder,
            lab=self._lab,
            reports=tuple(judged.reports),
            kept=kept,
            unavailable=manifest.unavailable,
            notices=tuple(self._notices),
        )

    def grade_alone(self, located: LocatedSubmission, options: GradeOptions) -> GradeReport:
        """Collect and judge one submission without a class: marks relative to it are pending. No page is written.

        Raises:
            RunError: The run folder holds something else, or another grader is at work there.
            MissingPackageError: The lab needs a package that is not installed.
            IsolationError: It cannot be isolated as asked for, or not enough for a secret test set.
        """
        refuse_missing_extras(self._lab)
        with self._store.locked():
            manifest, _ = self._collect_evidence([located], options)
            (evidence,) = read_class(self._store, manifest)
            return judge_stored_alone(self._store, manifest, evidence, self._lab, self._course)

    def _collect_evidence(
        self, located: Sequence[LocatedSubmission], options: GradeOptions
    ) -> tuple[RunManifest, int]:
        """Collect what is missing: the manifest, and how many submissions needed no work."""
        store = self._store
        before = self._manifest_before()
        store.tidy()
        datasets = load_run_datasets(
            lab_datasets(self._lab), self._course, store, before.datasets if before else ()
        )
        level = choose_level(options.isolation, secret=datasets.secret)
        workers = max(1, min(options.jobs or usable_cores(), len(located)))
        threads = max(1, usable_cores() // workers)
        plan = CollectionPlan(
            lab=self._lab,
            course=self._course,
            datasets=datasets.records,
            unavailable=dict(datasets.pool.unavailable),
            limits=msgspec.structs.replace(options.limits, threads=threads),
            level=level,
        )
        manifest = self._manifest(located, plan)
        store.write_manifest(manifest)
        handed_out = self._course.starter_files(self._lab.slug)
        read_starter_models(handed_out, store, plan.limits, level)
        read_starter_code(handed_out, store, plan.limits, level)
        found = find_kept(located, plan, store, fresh=options.fresh)
        self._collect(found, plan, datasets, workers, options.progress)
        return manifest, len(found.kept)

    def _manifest_before(self) -> RunManifest | None:
        """What the run folder was used for before; None for a new one, and for one of an earlier version."""
        try:
            before = self._store.read_manifest()
        except OldRunError as error:
            self._notices.append(f"{error}; all evidence was collected anew.")
            return None
        if before is not None and before.lab != self._lab.slug:
            raise RunError(
                f"{self._store.folder} holds a run of '{before.lab}'",
                hint="name another folder for this lab",
            )
        return before

    def _manifest(self, located: Sequence[LocatedSubmission], plan: CollectionPlan) -> RunManifest:
        return RunManifest(
            lab=self._lab.slug,
            lab_version=self._lab.version,
            course=str(self._course.root or ""),
            course_named=self._course.is_named,
            submissions=self._source,
            students=tuple(dict.fromkeys(item.submission.student.id for item in located)),
            attempts=_attempts(located),
            left_out=self._left_out,
            versions=runtime_versions(),
            isolation=plan.level,
            datasets=plan.datasets,
            unavailable=plan.unavailable,
            updated_at=datetime.now(UTC),
        )

    def _collect(
        self,
        found: KeptEvidence,
        plan: CollectionPlan,
        datasets: LoadedDatasets,
        workers: int,
        progress: Progress,
    ) -> None:
        total = len(found.kept) + len(found.jobs)
        for done, item in enumerate(found.kept, 1):
            name = item.submission.evidence_id
            progress(ProgressEvent(done, total, name, (), 0.0, kept=True))
        if not found.jobs:
            return
        with (
            local_worker(plan, datasets.pool, work_folder=self._store.work_folder) as worker,
            thread_executor(workers, worker) as executor,
        ):
            kept = len(found.kept)
            collect_class(found.jobs, executor, self._store, kept=kept, progress=progress)
        self._store.remove_work()


def _attempts(located: Sequence[LocatedSubmission]) -> dict[str, tuple[str, ...]]:
    """Ids of students with several attempts to the names their evidence is stored under."""
    found: dict[str, tuple[str, ...]] = {}
    for submission in (item.submission for item in located):
        if submission.stored_as:
            before = found.get(submission.student.id, ())
            found[submission.student.id] = (*before, submission.stored_as)
    return found
