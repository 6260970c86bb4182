"""Open one submitted network in the sandbox, once, and answer everything the checks want to know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.datasets.unlabelled import image_ids
from grader.grading.answering import answer_test_images, evidence_of_table
from grader.grading.asking import Conversation
from grader.grading.interview import Subject, prepare_interview
from grader.grading.stock import Shelf, Stock
from grader.grading.store import Arrays
from grader.grading.tables import read_table
from grader.intake.artefacts import naming_formats
from grader.records.declaration import ModelDeclaration
from grader.records.evidence import Failure, Item, ModelSummary, Predictions
from grader.records.lab import Artefact, ArtefactFormat, ModelNeed, Need, PredictionsNeed
from grader.records.submission import SubmittedFile
from grader.sandbox import Sandbox


@dataclass(frozen=True)
class Piece:
    """One submitted file and the artefact it serves."""

    artefact: Artefact
    file: SubmittedFile
    format: ArtefactFormat
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

    def add(self, need: Need, answers: tuple[Predictions, Arrays] | Failure) -> None:
        """What came of a need for predictions."""
        if isinstance(answers, Failure):
            self.items[need] = answers
        else:
            self.items[need], arrays = answers
            self.arrays |= arrays


def observe(piece: Piece, needs: list[Need], stock: Stock, sandbox: Sandbox) -> Observed:
    """Answer all needs of one artefact with one file. Whatever goes wrong becomes a `Failure`."""
    observed = Observed()
    if not piece.path.is_file():
        # Gone since it was found, or its name is no text and stands escaped in the report.
        failure = Failure(reason="internal", detail=f"{piece.path} cannot be found under this name")
        return Observed.nothing(needs, failure)
    if piece.format == "predictions":
        return _observe_table(piece, needs, stock)
    with sandbox.open() as box:
        talk = Conversation(box, piece.file.path, sandbox.limits)
        summary = talk.open(piece.path.resolve(), piece.format)
        if isinstance(summary, Failure):
            summary = naming_formats(summary, piece.artefact.formats)
        for need in needs:
            if isinstance(summary, Failure) or isinstance(need, ModelNeed):
                observed.items[need] = summary
                continue
            observed.add(need, _answers(talk, summary, piece, need, stock))
        observed.peak_memory = box.max_rss
    return observed


def _observe_table(piece: Piece, needs: list[Need], stock: Stock) -> Observed:
    """Answer all needs with a table of predictions, in which there is no network to look at."""
    observed = Observed()
    for need in needs:
        if isinstance(need, ModelNeed):
            observed.items[need] = Failure(reason="no-network", args={"file": piece.file.path})
        else:
            observed.add(need, _given_answers(piece, need, stock))
    return observed


def _given_answers(
    piece: Piece, need: PredictionsNeed, stock: Stock
) -> tuple[Predictions, Arrays] | Failure:
    shelf = _shelf(piece, need, stock)
    if isinstance(shelf, Failure):
        return shelf
    table = read_table(
        piece.path, piece.file.path, image_ids(shelf.test().images), shelf.record.class_names
    )
    if isinstance(table, Failure):
        return table
    return evidence_of_table(table, shelf, f"{need.artefact}.{need.dataset}")


def _shelf(piece: Piece, need: PredictionsNeed, stock: Stock) -> Shelf | Failure:
    if need.dataset in stock.unavailable:
        args = {"dataset": need.dataset, "file": piece.file.path}
        detail = stock.unavailable[need.dataset]
        return Failure(reason="data-unavailable", args=args, detail=detail)
    return stock.shelves[need.dataset]


def _answers(
    talk: Conversation, summary: ModelSummary, piece: Piece, need: PredictionsNeed, stock: Stock
) -> tuple[Predictions, Arrays] | Failure:
    shelf = _shelf(piece, need, stock)
    if isinstance(shelf, Failure):
        return shelf
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
