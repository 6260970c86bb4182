"""Answers as files of an artefact, and as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import Course
from grader.evidence import collecting_kind
from grader.evidence.answers.collect import collect_answers
from grader.evidence.answers.profile import PROFILE
from grader.evidence.answers.record import Answers, AnswersNeed
from grader.evidence.answers.view import answer_sections
from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.grading.datasets import load_datasets
from grader.grading.isolation import choose_level
from grader.intake.sniffing import sniff_file
from grader.messages import catalogue, failure_text
from grader.records.evidence import ArtefactFile, Failure
from grader.records.lab import Artefact
from grader.records.message import Code, Name
from grader.records.section import Table
from grader.sandbox import Limits, Sandboxes
from tests.factories import ARTEFACT, MODEL_NEED

NEED = AnswersNeed(artefact=ARTEFACT)
FORMATS = ("toml", "answers-notebook")
TOML = b'[2a]\nlayers = 3\nactivations = ["relu", "softmax"]\nlearns = yes\n'


@pytest.fixture
def context() -> Iterator[CollectContext]:
    limits = Limits()
    with Sandboxes(limits, choose_level("none")) as sandboxes:
        pool = load_datasets([], Course()).pool
        yield CollectContext(lambda: sandboxes.open(PROFILE), sandboxes.open, limits, pool)


def collected(path: Path, content: bytes, context: CollectContext) -> Collected:
    path.write_bytes(content)
    file = ArtefactFile(path=path.name, sha256="0", kind=sniff_file(path))
    task = CollectTask(
        artefact=Artefact(id=ARTEFACT, title="it", patterns=("answers*",), formats=FORMATS),
        files=((file, path),),
        needs=(NEED, MODEL_NEED),
        declared=None,
        keys={},
    )
    return collect_answers(task, context)


def test_answers_are_read_in_a_process_of_their_own(
    tmp_path: Path, context: CollectContext
) -> None:
    """They answer what is asked of answers, and are no model."""
    found = collected(tmp_path / "answers.toml", TOML, context)
    answers, model = found.records[NEED], found.records[MODEL_NEED]

    assert isinstance(answers, Answers)
    assert [item.value for item in answers.answers] == [3, ("relu", "softmax")]
    assert [item.what for item in answers.problems] == ["syntax"]
    assert found.peak_memory_bytes > 0
    assert isinstance(model, Failure)
    assert (model.reason, model.formats) == ("wrong-format", FORMATS)


def test_what_is_wrong_is_said_in_sentences(tmp_path: Path, context: CollectContext) -> None:
    """With how to write it."""
    found = collected(tmp_path / "answers.md", b"# Exercise 1\n\nNothing.\n", context).records[NEED]

    assert isinstance(found, Failure)
    text = failure_text(found, catalogue("en"))
    assert text.message == "No answers were found in answers.md."
    assert "layers = 3" in text.advice
    assert "Aucune réponse" in failure_text(found, catalogue("fr")).message


def test_pages_show_a_table_and_what_is_wrong(tmp_path: Path, context: CollectContext) -> None:
    """In the language of the lab."""
    answers = collected(tmp_path / "answers.toml", TOML, context).records[NEED]
    assert isinstance(answers, Answers)
    (table,) = answer_sections(answers)

    assert isinstance(table, Table)
    assert table.rows[1] == (
        Name(text="2a"),
        Name(text="activations"),
        Code(text="relu, softmax"),
        Name(text="answers.toml, line 3"),
    )
    english, french = (catalogue(name).translate(table.notes[0]) for name in ("en", "fr"))
    assert english == (
        "answers.toml, line 4 cannot be read: learns = yes. "
        'Write true or false in small letters, or put the word into quotation marks: "yes".'
    )
    assert "guillemets droits" in french


def test_the_formats_of_a_lab_choose_between_answers_and_other_kinds() -> None:
    """A text is code, a report or answers; so is a notebook."""
    kinds = [
        collecting_kind("text", ("toml", "plain-text")),
        collecting_kind("text", ("plain-text", "toml")),
        collecting_kind("notebook", ("answers-notebook", "notebook")),
        collecting_kind("pdf", ("toml", "answers-document")),
    ]

    assert [kind.name for kind in kinds if kind] == ["answers", "report", "answers", "answers"]
