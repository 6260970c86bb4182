"""What grading a class would grade: who is who, and which file serves which artefact. No model is opened."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Literal

from grader.archives.expand import expand_archives
from grader.checks.needs import lab_datasets
from grader.course import Course
from grader.grading.collect_worker import CollectWorker
from grader.grading.incoming import IncomingClass, incoming_class
from grader.grading.isolation import choose_level
from grader.grading.open_matters import OpenMatters
from grader.grading.plan import CollectionPlan, format_table
from grader.grading.resolve import resolved_files
from grader.grading.schedule import thread_executor
from grader.intake import LocatedSubmission
from grader.intake.attempts import can_count
from grader.intake.matching import MatchedBy, Matching, Why, with_entry
from grader.messages import catalogue, failure_text
from grader.parallel import usable_cores
from grader.records.base import Record
from grader.records.evidence import Failure, ResolvedFiles
from grader.records.lab import Artefact, Lab
from grader.records.submission import LeftOut, Submission
from grader.sandbox import Isolation, Limits


class PreviewedArtefact(Record, frozen=True, kw_only=True):
    """What of a submission serves an artefact."""

    artefact_id: str
    exercises: tuple[str, ...]
    """Ids of the exercises it is judged in."""
    files: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    """Further files that could have been meant."""
    problem: str = ""
    """Why nothing serves it, in a sentence; empty where something does."""


class PreviewedSubmission(Record, frozen=True, kw_only=True):
    """A submission that would be graded."""

    source: str
    """The submitted file's or folder's name."""
    student: str
    """The id it is graded under."""
    name: str
    received_at: datetime | None
    time_stated: bool
    """Whether the time was stated by an LMS or the roster, not taken from the files."""
    enrolled_as: str = ""
    """The id on the roster; empty where it is nobody's, or there is no roster."""
    matched_by: MatchedBy | None = None
    """What it has in common with the roster."""
    question: Why | Literal[""] = ""
    suggestions: tuple[str, ...] = ()
    """Ids on the roster it may belong to."""
    other_attempts: tuple[str, ...] = ()
    """Names of further attempts that are set aside, the latest first."""
    artefacts: tuple[PreviewedArtefact, ...] = ()
    unreadable: tuple[str, ...] = ()
    """Paths that the grader may not read."""
    skipped: tuple[str, ...] = ()
    """Paths left aside: links, special files, what is too large or too many."""
    declaration_error: str = ""
    """What is wrong with ``submission.toml``."""


class PreviewedAbsence(Record, frozen=True, kw_only=True):
    """Somebody on the roster without a submission."""

    student: str
    name: str
    strays: tuple[LeftOut, ...] = ()
    """What was left out and is called like them."""


class ClassPreview(Record, frozen=True, kw_only=True):
    """What ``grader grade --dry-run --json`` prints."""

    lab: str
    layout: str
    course: str
    """The course directory; empty where there is none."""
    enrolled: int
    """People on the roster; 0 where there is none."""
    found: tuple[str, ...]
    """What grading says before it starts, in sentences."""
    submissions: tuple[PreviewedSubmission, ...]
    absent: tuple[PreviewedAbsence, ...]
    left_out: tuple[LeftOut, ...]


def preview_class(
    lab: str,
    submissions: Path,
    *,
    isolation: Isolation = "auto",
    limits: Limits | None = None,
    course: Path | None = None,
    out: Path | None = None,
    layout: str = "",
) -> tuple[ClassPreview, OpenMatters]:
    """Look at a class as `grade_class` would, and stop before any model is opened. Nothing is kept.

    Args:
        lab: Slug of the lab.
        submissions: A folder with one folder or one file per student, or a single file.
        isolation: The isolation level at which archives are looked into.
        limits: What looking into an archive may use.
        course: The course directory; None takes that of the run, else the current one where it is one.
        out: The run folder whose course counts; nothing is written there.
        layout: How the submissions are laid out; empty finds out.

    Returns:
        What would be graded, and what the instructor should settle.

    Raises:
        UsageError: No such lab, no submissions, or a `course.toml` that is wrong.
        IsolationError: Submissions cannot be isolated as asked for, or not enough for a secret test set.
    """
    limits = limits or Limits()
    incoming = incoming_class(
        lab, submissions, course=course, out=out, layout=layout, isolation=isolation, limits=limits
    )
    enrolled = incoming.enrolled
    present = [item for item in enrolled.submissions if not item.submission.absent]
    resolved = _resolve(present, _plan(incoming, isolation, limits))
    matching = enrolled.matching
    attempts = [can_count(places, enrolled.rule) for places in matching.people]
    places = [(place, place == counting[-1]) for counting in attempts for place in counting]
    preview = ClassPreview(
        lab=incoming.lab.slug,
        layout=incoming.found.layout,
        course=str(incoming.course.root or ""),
        enrolled=len(enrolled.roster.entries),
        found=incoming.sentences,
        submissions=tuple(
            _previewed(item.submission, found, incoming.lab, matching, place, timed=timed)
            for item, found, (place, timed) in zip(present, resolved, places, strict=True)
        ),
        absent=tuple(
            PreviewedAbsence(
                student=entry.student.id,
                name=entry.student.name,
                strays=enrolled.strays.get(entry.student.id, ()),
            )
            for entry in matching.absent
        ),
        left_out=incoming.found.left_out,
    )
    return preview, enrolled.open


def _plan(incoming: IncomingClass, isolation: Isolation, limits: Limits) -> CollectionPlan:
    """A plan to look at names and first bytes; no dataset is read for it."""
    return CollectionPlan(
        lab=incoming.lab,
        course=incoming.course,
        datasets=(),
        unavailable={},
        limits=limits,
        level=choose_level(isolation, secret=_secret_datasets(incoming.lab, incoming.course)),
    )


def _secret_datasets(lab: Lab, course: Course) -> list[str]:
    return [name for name in lab_datasets(lab) if course.dataset(name).visibility == "secret"]


def _resolve(located: Sequence[LocatedSubmission], plan: CollectionPlan) -> list[ResolvedFiles]:
    """The files that serve every artefact of each, as grading would take them."""
    worker = CollectWorker(plan)

    def resolve(item: LocatedSubmission) -> ResolvedFiles:
        with expand_archives(item, plan.lab, format_table(), worker.sandboxes) as submission:
            return resolved_files(submission, item.submission, plan)

    with closing(worker), thread_executor(usable_cores(), worker) as executor:
        return list(executor.map(resolve, located))


def _previewed(
    submission: Submission,
    resolved: ResolvedFiles,
    lab: Lab,
    matching: Matching,
    place: int,
    *,
    timed: bool,
) -> PreviewedSubmission:
    """What would be graded of a submission; the time of the roster is that of one attempt alone."""
    entry = matching.entries.get(place)
    suggestions = matching.question(place)
    known = with_entry(submission, entry, timed=timed) if entry else submission
    return PreviewedSubmission(
        source=submission.source,
        student=submission.student.id,
        name=known.student.name,
        received_at=known.received_at,
        time_stated=known.time_stated,
        enrolled_as=entry.student.id if entry else "",
        matched_by=matching.matched_by.get(place),
        question="" if suggestions is None else matching.why(place),
        suggestions=tuple(person.student.id for person in suggestions or ()),
        other_attempts=_set_aside(submission, lab),
        artefacts=tuple(_previewed_artefact(item, resolved, lab) for item in lab.artefacts),
        unreadable=submission.unreadable,
        skipped=submission.skipped,
        declaration_error=resolved.declaration_error,
    )


def _set_aside(submission: Submission, lab: Lab) -> tuple[str, ...]:
    counting = can_count(submission.attempts, lab.attempts)
    return tuple(name for name in reversed(submission.attempts) if name not in counting)


def _previewed_artefact(artefact: Artefact, resolved: ResolvedFiles, lab: Lab) -> PreviewedArtefact:
    served = resolved.artefacts[artefact.id]
    return PreviewedArtefact(
        artefact_id=artefact.id,
        exercises=tuple(item.id for item in lab.exercises if artefact.id in item.artefacts),
        files=tuple(file.path for file in (*served.files, *served.companions)),
        alternatives=served.alternatives,
        problem=_problem(served.failure) if served.failure else "",
    )


def _problem(failure: Failure) -> str:
    """Why nothing serves an artefact, for the instructor."""
    translate = catalogue("en")
    if failure.fault == "grader" and f"reason.{failure.reason}" in translate.sentences:
        return translate(f"reason.{failure.reason}")
    return failure_text(failure, translate).message
