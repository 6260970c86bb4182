"""Look at all that a folder or an archive holds, isolated as always: code, reports, answers and models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.archives.expand import ExpandedSubmission, expand_all_archives
from grader.errors import NotOpenedError
from grader.evidence.answers.record import Answers
from grader.evidence.code.beside import READ_BY_CODE, files_beside
from grader.evidence.code.record import Training
from grader.evidence.code.run import RunFiles
from grader.evidence.code.run_record import CodeRun, CodeShown
from grader.evidence.models import KIND as MODELS
from grader.evidence.models.formats import model_format
from grader.evidence.models.opener import SubmittedCode
from grader.evidence.models.record import ModelSummary
from grader.evidence.report.record import ReportReading
from grader.grading.isolation import choose_level
from grader.intake import LocatedSubmission
from grader.intake.declaration import find_declaration
from grader.intake.discovery import find_submission
from grader.intake.sniffing import ARCHIVE_KINDS, MAYBE_ARCHIVE_KINDS, sniff_file
from grader.records.base import Record
from grader.records.evidence import ArtefactFile, Failure
from grader.records.names import first_few
from grader.records.submission import SubmittedFile
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep import inspect_answers, inspect_code, inspect_report
from grader.upkeep.inspect import inspect_model, open_model
from grader.upkeep.inspect_code import InspectedCode, RunCode
from grader.upkeep.not_opened import not_opened

#: Kinds of file that are reports whatever they are called.
_REPORT_KINDS = ("pdf", "word")
_ARCHIVES = (*ARCHIVE_KINDS, *MAYBE_ARCHIVE_KINDS)


class NotOpenedFile(Record, frozen=True, kw_only=True):
    """A file that should be shown and cannot be."""

    file: str
    message: str
    hint: str
    """How to fix it."""


class OtherFile(Record, frozen=True, kw_only=True):
    """A file that nothing here shows."""

    file: str
    kind: str
    """What its first bytes say it is."""
    size: int
    """Bytes."""


class SubmissionContents(Record, frozen=True, kw_only=True):
    """What a folder or an archive holds."""

    source: str
    """What it is called."""
    trainings: tuple[Training, ...] = ()
    """Those of `code`, as of a file of its own."""
    code: CodeShown | None = None
    """Its scripts and notebooks, read and run together."""
    reports: tuple[ReportReading, ...] = ()
    answers: tuple[Answers, ...] = ()
    models: tuple[ModelSummary, ...] = ()
    not_opened: tuple[NotOpenedFile, ...] = ()
    others: tuple[OtherFile, ...] = ()
    skipped: tuple[str, ...] = ()
    """Links, files that are too large, and what may not be read."""


def is_submission(path: Path) -> bool:
    """Whether something is a folder, or an archive by its first bytes."""
    return path.is_dir() or sniff_file(path) in _ARCHIVES


@dataclass(frozen=True)
class InspectedSubmission:
    """What there is to show of a folder or an archive."""

    contents: SubmissionContents
    code: InspectedCode | None
    """Its code, where it has some."""


def inspect_submission(
    path: Path,
    *,
    isolation: Isolation,
    limits: Limits | None = None,
    run: RunCode | None = None,
) -> InspectedSubmission | ModelSummary:
    """Read and open all that a folder or an archive holds, the archives in it included.

    Args:
        path: The folder or the archive.
        isolation: The isolation level it is opened at; ``auto`` is the strongest that works here.
        limits: What opening each part may use.
        run: How code is run; None to read it alone.

    Returns:
        A `ModelSummary` for an archive that is a model itself, as `.keras` files are.

    Raises:
        NotOpenedError: The archive cannot be unpacked, or nothing in it can be shown.
        IsolationError: It cannot be isolated as asked for.
        StorageError: There is no room for what the archive holds.
    """
    located = find_submission(path)
    whole = {file.path for file in located.submission.files} if path.is_file() else set()
    with (
        Sandboxes(limits or Limits(), choose_level(isolation)) as sandboxes,
        expand_all_archives(located, _is_looked_at, sandboxes) as expanded,
    ):
        for failed in whole & expanded.failures.keys():
            raise not_opened(expanded.failures[failed])
        is_one_file = path.is_file() and whole == {
            file.path for file in expanded.located.submission.files
        }
        if not is_one_file:
            shown = _contents(path.name or str(path), expanded, sandboxes, run)
    if is_one_file:
        return inspect_model(path, isolation=isolation, limits=limits)
    contents = shown.contents
    if contents.code is None and not (contents.reports or contents.answers or contents.models):
        raise _nothing_shown(contents)
    return shown


@dataclass
class _Sorted:
    """Files by how they are shown."""

    code: list[SubmittedFile] = field(default_factory=list)
    reports: list[SubmittedFile] = field(default_factory=list)
    answers: list[SubmittedFile] = field(default_factory=list)
    models: list[SubmittedFile] = field(default_factory=list)
    others: list[SubmittedFile] = field(default_factory=list)

    @classmethod
    def of(cls, files: Sequence[SubmittedFile]) -> _Sorted:
        """Every file in one of the lists."""
        found = cls()
        for file in files:
            ending = PurePosixPath(file.path).suffix.lower()
            if ending in inspect_code.ENDINGS:
                found.code.append(file)
            elif model_format(file.kind) is not None:
                found.models.append(file)
            elif ending in inspect_report.ENDINGS or file.kind in _REPORT_KINDS:
                found.reports.append(file)
            elif ending == inspect_answers.ENDING and find_declaration([file]) is None:
                found.answers.append(file)
            else:
                found.others.append(file)
        return found


def _is_looked_at(file: SubmittedFile) -> bool:
    """Whether a file is shown, or may belong to a model that is."""
    belongs = file.kind in MODELS.companion_kinds or file.kind in READ_BY_CODE
    return belongs or not _Sorted.of([file]).others


def _contents(
    source: str, expanded: ExpandedSubmission, sandboxes: Sandboxes, run: RunCode | None
) -> InspectedSubmission:
    located = expanded.located
    files = [file for file in located.submission.files if file.path not in expanded.failures]
    by_use = _Sorted.of(files)
    reader = _Reader(located, sandboxes, run)
    for archive, failure in expanded.failures.items():
        reader.fail(archive, not_opened(failure))
    code = reader.code(by_use.code)
    reports = tuple(filter(None, map(reader.report, by_use.reports)))
    answers = tuple(filter(None, map(reader.answers, by_use.answers)))
    models = tuple(filter(None, map(reader.model, by_use.models)))
    contents = SubmissionContents(
        source=source,
        trainings=() if code is None else code.shown.trainings,
        code=None if code is None else code.shown,
        reports=reports,
        answers=answers,
        models=models,
        not_opened=tuple(reader.failed),
        others=tuple(
            OtherFile(file=file.path, kind=file.kind, size=file.size)
            for file in by_use.others
            if file.path not in reader.companions
        ),
        skipped=(*located.submission.skipped, *located.submission.unreadable),
    )
    return InspectedSubmission(contents, code)


class _Reader:
    """Reads and opens the files of a submission, and keeps what could not be.

    Args:
        located: The submission, its archives expanded.
        sandboxes: Where processes come from.
        run: How code is run; None to read it alone.
    """

    def __init__(
        self, located: LocatedSubmission, sandboxes: Sandboxes, run: RunCode | None
    ) -> None:
        self.failed: list[NotOpenedFile] = []
        self.companions: set[str] = set()
        """The files that were opened with a model they belong to."""
        self._located = located
        self._sandboxes = sandboxes
        self._run = run
        self._code_run: CodeRun | None = None

    def fail(self, file: str, error: NotOpenedError) -> None:
        """Keep what is said of a file."""
        self.failed.append(NotOpenedFile(file=file, message=str(error), hint=error.hint))

    def code(self, files: Sequence[SubmittedFile]) -> InspectedCode | None:
        """Scripts and notebooks, read and run together, with what they may read."""
        taken: dict[str, Path] = {}
        for file in files:
            error = inspect_code.too_large(file.path, file.size)
            if error is None:
                taken[file.path] = self._located.path_of(file.path)
            else:
                self.fail(file.path, error)
        if not taken:
            return None
        every = self._located.submission.files
        beside = {item: None for file in files for item in files_beside(file, every).files}
        paths = {item.path: self._located.path_of(item.path) for item in beside}
        read = inspect_code.read_and_run(RunFiles(taken, paths), self._sandboxes, self._run)
        if isinstance(read, Failure):
            self.fail(first_few(list(taken)), not_opened(read))
            return None
        self._code_run = read.shown.run
        return read

    def _submitted_code(self) -> SubmittedCode | None:
        """The code as it was run; None where it was not."""
        run = self._code_run
        return None if run is None else SubmittedCode(run.files, lambda: run)

    def report(self, file: SubmittedFile) -> ReportReading | None:
        """A report."""
        path = self._located.path_of(file.path)
        read = inspect_report.read_report(file.path, path, file.kind, self._sandboxes)
        if isinstance(read, Failure):
            self.fail(file.path, not_opened(read))
            return None
        return read

    def answers(self, file: SubmittedFile) -> Answers | None:
        """A file of answers."""
        path = self._located.path_of(file.path)
        read = inspect_answers.read_answers(file.path, path, file.kind, self._sandboxes)
        if isinstance(read, Failure):
            self.fail(file.path, not_opened(read))
            return None
        return read

    def model(self, file: SubmittedFile) -> ModelSummary | None:
        """A model, opened with the files that belong to it."""
        belonging = MODELS.find_companions(file, self._located.submission.files).files
        beside = [(_artefact(item), self._located.path_of(item.path)) for item in belonging]
        opened = open_model(
            _artefact(file),
            self._located.path_of(file.path),
            [(item, path.resolve()) for item, path in beside],
            self._sandboxes,
            self._submitted_code(),
        )
        self.companions.update(item.path for item in belonging)
        if isinstance(opened, Failure):
            self.fail(file.path, not_opened(opened))
            return None
        return opened


def _artefact(file: SubmittedFile) -> ArtefactFile:
    return ArtefactFile(path=file.path, sha256=file.sha256, kind=file.kind, size=file.size)


def _nothing_shown(contents: SubmissionContents) -> NotOpenedError:
    """What is said of a folder or an archive without anything to show."""
    if contents.not_opened:
        messages = [item.message for item in contents.not_opened]
        return NotOpenedError(
            f"nothing in {contents.source} can be shown: {' '.join(messages[:5])}",
            hint=contents.not_opened[0].hint,
        )
    names = [*(item.file for item in contents.others), *contents.skipped]
    return NotOpenedError(
        f"{contents.source} holds no model, no report, no answers, no script and no notebook",
        hint=f"it holds {first_few(names)}" if names else "it is empty",
    )
