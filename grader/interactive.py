"""Check a submission from a notebook or a Python session, live models among it, and show the feedback there."""

from __future__ import annotations

import html
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import registry
from grader.errors import UnknownNameError, UsageError
from grader.grading.check import CheckedSubmission, CheckOptions, check_submission
from grader.records.lab import Artefact, Lab
from grader.records.points import points_text
from grader.records.result import GradeReport
from grader.reporting.formats import render_check
from grader.sandbox import Isolation, Limits

#: Endings of files that Keras saves a model to, as it does today first.
_SUFFIXES = (".keras", ".h5", ".hdf5")

#: What lies in a folder and is not handed in.
_NOT_COPIED = (".git", ".venv", ".ipynb_checkpoints", "__pycache__")

#: The name of the folder that stands in for what would be handed in.
_FOLDER = "submission"


@dataclass(frozen=True, repr=False)
class ShownCheck:
    """What a check came to: a page in a notebook, text elsewhere."""

    checked: CheckedSubmission
    path: Path
    """What was checked, as it is called in the text."""

    @property
    def report(self) -> GradeReport:
        """The report, with all points and measurements."""
        return self.checked.report

    def __repr__(self) -> str:
        """As `grader check` prints it."""
        return render_check("text", self.report, self.path) + "".join(
            f"\nDataset '{name}' is not here: {why}\n"
            for name, why in self.checked.unavailable.items()
        )

    def _repr_html_(self) -> str:
        """The student's page in a frame, whose styles are its own."""
        page = render_check("html", self.report, self.path, self.checked.images)
        grow = "this.style.height=this.contentDocument.documentElement.scrollHeight+'px'"
        return (
            f'<iframe srcdoc="{html.escape(page)}" onload="{grow}" title="Feedback" '
            'style="width:100%;height:640px;border:0"></iframe>'
        )


class LabList(dict[str, Lab]):
    """Labs by slug: a table in a notebook, lines elsewhere."""

    def __repr__(self) -> str:
        """A line for each lab."""
        width = max(map(len, self), default=0)
        return "\n".join(
            f"{slug:<{width}}  {points_text(lab.points):>4} points  {lab.title}"
            for slug, lab in self.items()
        )

    def _repr_html_(self) -> str:
        """A row for each lab."""
        rows = "".join(
            f"<tr><td><code>{html.escape(slug)}</code></td><td>{html.escape(lab.title)}</td>"
            f"<td>{html.escape(', '.join(exercise.id for exercise in lab.exercises))}</td>"
            f"<td>{points_text(lab.points)}</td></tr>"
            for slug, lab in self.items()
        )
        head = "<tr><th>lab</th><th>title</th><th>exercises</th><th>points</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def labs() -> LabList:
    """Every lab by its slug."""
    return LabList(registry.labs())


def check(
    lab: str,
    path: str | Path | None = None,
    *,
    course: str | Path | None = None,
    models: Mapping[str, Any] | None = None,
    isolation: Isolation = "auto",
    limits: Limits | None = None,
    **named: Any,
) -> ShownCheck:
    """Check a submission before it is handed in, as ``grader check`` does; nothing of it is kept.

    ``grader.check("mnist-cifar100", mnist=model)`` checks a Keras model as it is in this session.

    Args:
        lab: Slug of the lab.
        path: The folder or the file to hand in; None where there are models alone, and only the exercises that look
            at them are judged.
        course: The course directory; None takes the lab as declared.
        models: Exercise or artefact to a model with a method ``save``, or to the path of a file. For names that are no
            Python names, such as ``{"3-handwritten": model}``.
        isolation: The isolation level submitted files are read at; ``auto`` is the strongest that works here.
        limits: What the submission may use.
        **named: As `models`, with underscores for dashes.

    Raises:
        UnknownNameError: No such lab, or no such exercise or artefact in it.
        UsageError: Nothing to check, a path that does not exist, or a value that is neither a model nor a path.
        IsolationError: The submission cannot be isolated as asked for.
    """
    wanted = dict(models or {}) | named
    declared = registry.lab(lab)
    artefacts = {name: _artefact(declared, name) for name in wanted}
    if path is None and not wanted:
        raise UsageError(
            "there is nothing to check",
            hint=f'name a folder or a model, as in grader.check("{lab}", ".")',
        )
    with tempfile.TemporaryDirectory() as scratch, _progress() as on_step:
        checked_path = Path(path) if path is not None else Path(scratch, _FOLDER)
        if wanted:
            folder = _copied(path, Path(scratch, _FOLDER))
            for name, value in wanted.items():
                _put(value, name, artefacts[name], folder)
            checked_path = folder
        options = CheckOptions(
            isolation=isolation,
            limits=limits or Limits(),
            exercises=_looking_at(declared, artefacts.values()) if path is None else frozenset(),
            on_step=on_step,
        )
        checked = check_submission(
            lab, checked_path, options=options, course=None if course is None else Path(course)
        )
    return ShownCheck(checked, Path(path) if path is not None else Path(_FOLDER))


def _artefact(lab: Lab, name: str) -> Artefact:
    """The file of a lab that a model of that name is handed in as: an artefact, or that of an exercise."""
    plain = name.replace("_", "-").strip("-")
    named = {artefact.id: artefact for artefact in lab.artefacts if _suffix(artefact)}
    for exercise in lab.exercises:
        files = [lab.artefact(artefact) for artefact in exercise.artefacts]
        models = [artefact for artefact in files if _suffix(artefact)]
        if models:
            named.setdefault(exercise.id, models[0])
    if plain not in named:
        raise UnknownNameError(f"model of {lab.slug}", plain, list(named))
    return named[plain]


def _looking_at(lab: Lab, artefacts: Iterable[Artefact]) -> frozenset[str]:
    """Ids of the exercises that look at one of these."""
    given = {artefact.id for artefact in artefacts}
    return frozenset(
        exercise.id for exercise in lab.exercises if given.intersection(exercise.artefacts)
    )


def _suffix(artefact: Artefact) -> str | None:
    """The ending with which Keras saves a model that may be this artefact."""
    endings = {Path(pattern).suffix for pattern in artefact.patterns}
    return next((suffix for suffix in _SUFFIXES if suffix in endings), None)


def _copied(path: str | Path | None, folder: Path) -> Path:
    """A folder that holds what is at `path`, for models to be laid beside."""
    if path is None:
        folder.mkdir()
        return folder
    source = Path(path)
    if not source.exists():
        raise UsageError(f"{path} does not exist", hint="name the folder or the file to hand in")
    if source.is_dir():
        shutil.copytree(source, folder, symlinks=True, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    else:
        folder.mkdir()
        shutil.copy2(source, folder)
    return folder


def _put(value: Any, name: str, artefact: Artefact, folder: Path) -> None:
    """Save a model, or copy a file, under a name the lab knows it by."""
    if isinstance(value, str | Path):
        source = Path(value)
        if not source.is_file():
            raise UsageError(f"{name}: there is no file {value}", hint="name the file of a model")
        shutil.copy2(source, folder / source.name)
        return
    if not callable(getattr(value, "save", None)) or not hasattr(value, "layers"):
        raise UsageError(
            f"{name}: {type(value).__name__} is neither a Keras model nor a path",
            hint="save the model to a file, of PyTorch as ONNX, and name that",
        )
    suffix = _suffix(artefact)
    pattern = next(pattern for pattern in artefact.patterns if Path(pattern).suffix == suffix)
    for other in folder.rglob(pattern):
        other.unlink()  # of the copy: the model is newer
    with _quiet_keras():
        value.save(folder / f"{Path(pattern).stem.replace('*', '') or 'model'}{suffix}")


@contextmanager
def _quiet_keras() -> Iterator[None]:
    """Without Keras' advice against .h5, which is what some labs ask for."""
    logger = logging.getLogger("absl")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def _progress() -> Iterator[Any]:
    """Say on one line of standard error which step of the code runs."""
    shown = 0

    def show(number: int, total: int, where: str) -> None:
        nonlocal shown
        text = f"[{number}/{total}] {where}"[:78]
        sys.stderr.write(f"\r{text:<{shown}}")
        sys.stderr.flush()
        shown = len(text)

    try:
        yield show
    finally:
        if shown:
            sys.stderr.write(f"\r{'':<{shown}}\r")
            sys.stderr.flush()
