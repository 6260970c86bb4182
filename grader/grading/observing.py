"""Open one submitted network in the sandbox, once, and answer everything the checks want to know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.grading.answering import answer_test_images
from grader.grading.asking import Conversation
from grader.grading.interview import Subject, prepare_interview
from grader.grading.stock import Stock
from grader.grading.store import Arrays
from grader.intake.artefacts import naming_formats
from grader.records.declaration import ModelDeclaration
from grader.records.evidence import Failure, Item, ModelFormat, ModelSummary, Predictions
from grader.records.lab import Artefact, ModelNeed, Need, PredictionsNeed
from grader.records.submission import SubmittedFile
from grader.sandbox import Sandbox


@dataclass(frozen=True)
class Piece:
    """One submitted file and the artefact it serves."""

    artefact: Artefact
    file: SubmittedFile
    format: ModelFormat
    path: Path
    declared: ModelDeclaration | None
    seed: str
    """What the order of the images is drawn from."""


@dataclass
class Observed:
    """What came of the needs of one artefact."""

    items: dict[Need, Item] = field(default_factory=dict)
    arrays: Arrays = field(default_factory=dict)
    peak_memory: int = 0
    """Bytes."""

    @classmethod
    def nothing(cls, needs: Sequence[Need], failure: Failure) -> Observed:
        """The same failure for every need."""
        return cls(items=dict.fromkeys(needs, failure))


def observe(piece: Piece, needs: list[Need], stock: Stock, sandbox: Sandbox) -> Observed:
    """Answer all needs of one artefact with one opened network. Whatever goes wrong becomes a `Failure`."""
    observed = Observed()
    if not piece.path.is_file():
        # Gone since it was found, or its name is no text and stands escaped in the report.
        failure = Failure(reason="internal", detail=f"{piece.path} cannot be found under this name")
        return Observed.nothing(needs, failure)
    with sandbox.open() as box:
        talk = Conversation(box, piece.file.path, sandbox.limits)
        summary = talk.open(piece.path.resolve(), piece.format)
        if isinstance(summary, Failure):
            summary = naming_formats(summary, piece.artefact.formats)
        for need in needs:
            if isinstance(summary, Failure) or isinstance(need, ModelNeed):
                observed.items[need] = summary
                continue
            answers = _answers(talk, summary, piece, need, stock)
            if isinstance(answers, Failure):
                observed.items[need] = answers
            else:
                observed.items[need], arrays = answers
                observed.arrays |= arrays
        observed.peak_memory = box.max_rss
    return observed


def _answers(
    talk: Conversation, summary: ModelSummary, piece: Piece, need: PredictionsNeed, stock: Stock
) -> tuple[Predictions, Arrays] | Failure:
    if need.dataset in stock.unavailable:
        args = {"dataset": need.dataset, "file": piece.file.path}
        detail = stock.unavailable[need.dataset]
        return Failure(reason="data-unavailable", args=args, detail=detail)
    shelf = stock.shelves[need.dataset]
    subject = Subject(
        dataset=need.dataset,
        image=shelf.test().images.shape[1:],
        classes=len(shelf.record.class_names),
        calibration=shelf.calibration(),
        resizing=piece.artefact.resizing,
    )
    interview = prepare_interview(talk, summary, subject, piece.declared)
    if isinstance(interview, Failure):
        return interview
    return answer_test_images(
        interview,
        shelf,
        f"{need.artefact}.{need.dataset}",
        expects=summary.expects,
        declared=piece.declared,
        seed=piece.seed,
    )
