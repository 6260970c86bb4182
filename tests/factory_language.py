"""Evidence on models of text, and a model that is a table, for tests without TensorFlow."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.record import CodeNeed, CodeReading, NotebookCell, NotebookRead
from grader.evidence.language.interface import Shapes
from grader.evidence.language.protocol import PredictSteps
from grader.evidence.language.record import (
    Copying,
    CorpusNeed,
    CorpusText,
    Interface,
    LanguageNeed,
    LanguageScore,
    Passage,
    Preparation,
)
from grader.evidence.language.session import LanguageSession
from grader.evidence.language.tokens import Tokens, make_tokens
from grader.evidence.language.vocabulary import Vocabulary
from grader.records.evidence import Failure
from tests.code_factories import reading
from tests.factories import ARTEFACT, View, layer, model


def corpus_text(characters: int = 120_000, **more: Any) -> CorpusText:
    """What is said of a text."""
    known: dict[str, Any] = {
        "file": "corpus.txt",
        "characters": characters,
        "alphabet": 40,
        "words": characters // 5,
        "lines": characters // 60,
        "beginning": "It was a dark and stormy night",
    }
    return CorpusText(**known | more)


def passage(temperature: float = 0.5, **more: Any) -> Passage:
    """A passage of a model that writes words."""
    known: dict[str, Any] = {"text": "the rain fell in torrents", "copied": 12, "known_words": 0.9}
    return Passage(temperature=temperature, **known | more)


def language_score(bits: float = 1.5, **more: Any) -> LanguageScore:
    """A model between the bigram at 3 bits and the 5-gram at 2, unless said otherwise."""
    known: dict[str, Any] = {
        "file": "text.h5",
        "vocabulary": "vocab.json",
        "tokens": 40,
        "corpus": corpus_text(),
        "model": model(layer("LSTM", units=64), layer("Dense", units=40)),
        "preparation": Preparation(level="characters", rule="characters"),
        "interface": Interface(encoding="one-hot", mode="windows", window=40),
        "held_out": 12_000,
        "predictions": 12_000,
        "scored": 12_000,
        "bits": bits,
        "bits_before": bits,
        "margin": 0.02,
        "unigram": 4.0,
        "bigram": 3.0,
        "fivegram": 2.0,
        "prompt": "a dark and stormy night; ",
        "passages": (passage(), passage(1.0)),
        "copying": Copying(usual=30, recited=8.0, recited_held_out=7.0),
    }
    return LanguageScore(**known | more)


def language_view(score: LanguageScore | Failure, corpus: CorpusText | None = None) -> View:
    """Evidence of one model and its text."""
    return View(
        {
            LanguageNeed(artefact=ARTEFACT): score,
            CorpusNeed(artefact=ARTEFACT): corpus or corpus_text(),
        }
    )


def score_that_is(good: int) -> View:
    """From worse than the bigram to better than the 5-gram."""
    return language_view(language_score(3.2 - good / 100 * 1.4))


def passages_that_are(good: int) -> View:
    """From no known word to known words alone."""
    shown = passage(known_words=good / 100)
    return language_view(language_score(passages=(shown, passage(1.0))))


DESCRIBED = (
    "The corpus is a novel of the last century, in the public domain. "
    "I chose this text because its sentences are long and its words are few."
)


def described(text: str = DESCRIBED) -> CodeReading:
    """A notebook that says what its text is."""
    cells = (NotebookCell(number=1, kind="text", source=text),)
    return reading(notebooks=(NotebookRead(file="text.ipynb", cells=cells),))


def corpus_view(corpus: CorpusText | Failure, code: CodeReading | Failure) -> View:
    """Evidence of a text and of the code beside it."""
    return View({CorpusNeed(artefact=ARTEFACT): corpus, CodeNeed(artefact=ARTEFACT): code})


def corpus_that_is(good: int) -> View:
    """A text that is described, and long enough at 50."""
    return corpus_view(corpus_text(2_000 * good), described())


class TableClient:
    """Stands for a sandboxed model: what follows depends on the last index alone, as a table says.

    Args:
        table: Shape (size, width): outputs behind each index.
        every_step: Whether it predicts at every step.
        sees_ahead: Whether earlier steps depend on the last index, as those of a bidirectional layer do.
    """

    def __init__(
        self, table: NDArray[np.floating], *, every_step: bool = False, sees_ahead: bool = False
    ) -> None:
        self.file = "text.h5"
        self.table = table
        self.every_step = every_step
        self.sees_ahead = sees_ahead
        self.requests: list[PredictSteps] = []

    def predict(
        self, request: PredictSteps, indices: NDArray[np.integer]
    ) -> NDArray[np.float32] | Failure:
        """As `LanguageClient.predict`."""
        self.requests.append(request)
        rows = np.maximum(indices, 0)
        outputs = self.table[rows[:, -request.steps :]]
        if self.sees_ahead:
            outputs = outputs + 0.1 * self.table[rows[:, -1]][:, None]
        return outputs.astype(np.float32)


def shapes(size: int, **more: Any) -> Shapes:
    """Of a model that takes windows of ten indices."""
    usual = Shapes(
        window=10,
        features=1,
        rows=None,
        width=size,
        every_step=False,
        has_embedding=True,
        stateful=False,
    )
    return msgspec.structs.replace(usual, **more)


def vocabulary_of(text: str) -> Vocabulary:
    """The characters of a text, from 0."""
    return Vocabulary({letter: place for place, letter in enumerate(sorted(set(text)))})


def successors(tokens: Tokens) -> NDArray[np.float64]:
    """How often each index follows each, as probabilities, over the whole text."""
    size = int(tokens.codes.max()) + 1
    counted = np.full((size, size), 0.01)
    np.add.at(counted, (tokens.codes[:-1], tokens.codes[1:]), 1)
    return np.asarray(counted / counted.sum(axis=1, keepdims=True))


def session(
    text: str, client: TableClient | None = None, **more: Any
) -> tuple[LanguageSession, Interface]:
    """A session on a text with a table of what follows each character, and how it is asked."""
    tokens = make_tokens(text, vocabulary_of(text))
    client = client or TableClient(successors(tokens))
    found = shapes(client.table.shape[1], **more)
    interface = Interface(encoding="integers", mode="windows", window=10)
    return LanguageSession(client, found, tokens), interface  # type: ignore[arg-type]
