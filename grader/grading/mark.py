"""Mark checks of a run by hand, and publish the run with these marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import GraderError, MarkError
from grader.grading.grade import ClassResult
from grader.grading.mark_targets import MarkTargets, read_points
from grader.grading.rescore import judge_again, read_results, stored_run, written_to
from grader.grading.reviews import files_digest
from grader.records.evidence import Evidence
from grader.records.names import counted
from grader.records.result import GradeReport
from grader.records.review import Review, ReviewEntry, ReviewUndone, current_reviews
from grader.records.run import Rescore
from grader.reporting.sheets.marks import MarkLine
from grader.runs.reviews import ReviewLog
from grader.runs.store import RunStore


@dataclass(frozen=True)
class MarkedRun:
    """What marking came to."""

    result: ClassResult
    rescore: Rescore
    """Whose results changed by it."""
    entries: tuple[ReviewEntry, ...]
    """The decisions that were recorded, in order."""
    unchanged: int
    """How many were recorded before as they are."""


#: Makes decisions of what was asked for.
_Decide = Callable[["_MarkedClass"], Sequence[ReviewEntry]]


def mark_checks(
    run: Path, lines: Sequence[MarkLine], *, by: str, course: Path | None = None
) -> MarkedRun:
    """Give points for checks by hand, all of them or none, and judge the run again with them.

    Args:
        run: The run folder.
        lines: Who gets how many points for what.
        by: Who marks.
        course: The course directory; None takes the one the run was judged with last.

    Raises:
        MarkError: A line fits no student or check, or its points are not those of the check; every wrong line is named.
        RunError: There is no run, or it cannot be judged again.
        StorageError: The run folder cannot be written to.
    """
    return _mark(run, course, lambda marked: marked.reviews(lines, by))


def undo_mark(
    run: Path, student: str, check: str, *, by: str, course: Path | None = None
) -> MarkedRun:
    """Take a mark by hand back: the check is pending again, or as it is judged.

    Args:
        run: The run folder.
        student: An id or a name; also the id of somebody who is not in the class any more.
        check: ``exercise/check``, or the check's id alone.
        by: Who takes it back.
        course: The course directory; None takes the one the run was judged with last.

    Raises:
        MarkError: Nobody marked that check of that student.
        RunError: There is no run, or it cannot be judged again.
        StorageError: The run folder cannot be written to.
    """
    return _mark(run, course, lambda marked: [marked.undone(student, check, by)])


def _mark(run: Path, course: Path | None, decide: _Decide) -> MarkedRun:
    store = RunStore(run)
    with written_to(store) as manifest:
        stored = stored_run(store, manifest, course)
        log = ReviewLog(run)
        current = current_reviews(log.read())
        targets = MarkTargets(stored.lab, read_results(run))
        decided = decide(_MarkedClass(targets, stored.collected, current))
        entries = tuple(entry for entry in decided if not _is_repeated(entry, current))
        if entries:
            log.append(entries)
        result, rescore = judge_again(store, stored)
    return MarkedRun(result, rescore, entries, len(decided) - len(entries))


@dataclass(frozen=True)
class _MarkedClass:
    """A class and what was decided about it so far."""

    targets: MarkTargets
    collected: Sequence[Evidence]
    current: Sequence[Review]

    def reviews(self, lines: Sequence[MarkLine], by: str) -> list[Review]:
        """The decisions of some lines.

        Raises:
            MarkError: Some are wrong; all of these are named.
        """
        at = datetime.now(UTC)
        found: dict[tuple[str, str], tuple[Review, MarkLine]] = {}
        wrong: list[str] = []
        for line in lines:
            try:
                review = self._review(line, by, at)
            except GraderError as error:
                if not line.where:
                    raise
                wrong.append(f"{line.where}: {_in_one_line(error)}")
                continue
            key = review.student, review.check
            if key in found:
                before = found[key][1].where
                wrong.append(
                    f"{line.where}: {review.check} of {review.student} stands in {before}, too"
                )
            else:
                found[key] = review, line
        if wrong:
            raise MarkError(
                "\n  ".join(
                    [f"nothing was marked, {counted(len(wrong), 'line')} cannot be used:", *wrong]
                ),
                hint="correct the file and give the same command again",
            )
        return [review for review, _ in found.values()]

    def _review(self, line: MarkLine, by: str, at: datetime) -> Review:
        report = self.targets.student(line.student)
        exercise, check = self.targets.check(line.check)
        name = f"{exercise.id}/{check.id}"
        evidence = self._evidence(report)
        return Review(
            student=report.student.id,
            check=name,
            points=read_points(line.points, name, check),
            max_points=check.points,
            comment=line.comment.strip(),
            by=by,
            at=at,
            files_sha256="" if evidence is None else files_digest(evidence, exercise, check),
        )

    def _evidence(self, report: GradeReport) -> Evidence | None:
        """Of the attempt that counts."""
        if report.attempt:
            by_name = {item.submission.source: item for item in self.collected}
            return by_name.get(report.attempt)
        by_student = {item.submission.student.id: item for item in self.collected}
        return by_student.get(report.student.id)

    def undone(self, student: str, check: str, by: str) -> ReviewUndone:
        """The decision that takes back a review.

        Raises:
            MarkError: There is none.
        """
        for review in self.current:
            if (review.student, review.check) == (student, check):
                break  # also of a student or a check that is not there any more
        else:
            student = self.targets.student(student).student.id
            exercise, found = self.targets.check(check)
            check = f"{exercise.id}/{found.id}"
            if not any((item.student, item.check) == (student, check) for item in self.current):
                raise MarkError(
                    f"nobody marked {check} of '{student}' by hand",
                    hint="the class page lists what was marked by hand",
                )
        return ReviewUndone(student=student, check=check, by=by, at=datetime.now(UTC))


def _is_repeated(entry: ReviewEntry, current: Sequence[Review]) -> bool:
    """Whether the same points with the same comment hold already, for the same files."""
    if not isinstance(entry, Review):
        return False
    return any(_said(entry) == _said(review) for review in current)


def _said(review: Review) -> tuple[object, ...]:
    return (
        *(review.student, review.check, review.points, review.max_points),
        *(review.comment, review.files_sha256),
    )


def _in_one_line(error: GraderError) -> str:
    return f"{error} ({error.hint})" if error.hint else str(error)
