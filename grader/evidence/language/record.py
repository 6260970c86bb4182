"""The needs of text generation, and what is measured of a model on the text it was trained for."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec

from grader.evidence.models.record import ModelSummary
from grader.evidence.need import Need
from grader.records.base import Record

Level = Literal["characters", "words"]
"""What one prediction is of."""

Encoding = Literal["integers", "one-hot", "scaled"]
"""How the text is given to a model: indices, one row of zeros and a one for each, or indices divided by a number."""

Mode = Literal["windows", "steps", "stateful"]
"""Which predictions are taken: the one behind each window, those of many steps of a window, or those of a text that is
given piece by piece to a model that remembers."""

Context = Literal["running", "line"]
"""What stands before a predicted word: the words before it, or those of its line behind zeros."""

_Bits = Annotated[float, msgspec.Meta(ge=0, le=1e6)]

#: Orders of the n-grams that models are compared with.
UNIGRAM, BIGRAM, FIVEGRAM = 1, 2, 5


class CorpusText(Record, frozen=True, kw_only=True):
    """The text a model is trained on."""

    file: str
    """What the student calls it."""
    characters: int
    alphabet: int
    """How many different characters."""
    words: int
    lines: int
    beginning: str
    """Its first characters."""
    others: tuple[str, ...] = ()
    """Other texts that were handed in and are not read as the corpus."""


class CorpusNeed(Need[CorpusText], frozen=True):
    """A check looks at the text itself."""

    kind: ClassVar[str] = "language"
    about: ClassVar[str] = "corpus"


class Interface(Record, frozen=True, kw_only=True):
    """What was found out about a model: how it takes a text, and what it gives."""

    encoding: Encoding
    mode: Mode
    window: int
    """Characters or words that it is given at once."""
    context: Context = "running"
    scale: float = 1.0
    """What indices are divided by, where they are `scaled`."""
    shift: int = 0
    """Added to indices before the model sees them, and to those it predicts."""
    logits: bool = False
    """Whether its outputs are no probabilities, and a softmax makes them some."""
    causal: bool = True
    """Whether the predictions of earlier steps do not depend on later ones; else only the last step's are taken."""


class Preparation(Record, frozen=True, kw_only=True):
    """What was done to the text so that the vocabulary covers it."""

    level: Level
    rule: str
    """Name of the rule that made tokens of it."""
    lowercase: bool = False
    dropped: float = 0.0
    """Share of characters that the vocabulary lacks, which are left out for the model and the baselines alike."""
    unknown: float = 0.0
    """Share of words of the held-out text that the vocabulary lacks; each is charged as spelled out."""


class Passage(Record, frozen=True, kw_only=True):
    """A text that the model wrote."""

    temperature: float
    text: str
    copied: int
    """Characters of the longest run that stands word for word in the corpus."""
    known_words: float
    """Share of its words that stand in the corpus."""


class Copying(Record, frozen=True, kw_only=True):
    """How far a model repeats its text word for word."""

    usual: int
    """Characters of the longest run of a held-out passage of the same length that stands in the text before it, the
    largest of several."""
    recited: float
    """Characters that the model continues exactly as the text it was trained on does, always taking the likeliest;
    the mean over several places."""
    recited_held_out: float
    """Likewise at places of the held-out end."""


class LanguageScore(Record, frozen=True, kw_only=True):
    """How a model predicts the end of its corpus."""

    file: str
    """The model's file."""
    vocabulary: str
    """That of the vocabulary."""
    tokens: int
    """How many characters or words the vocabulary has."""
    corpus: CorpusText
    model: ModelSummary
    preparation: Preparation
    interface: Interface
    held_out: int
    """Characters of the end that is held out."""
    predictions: int
    """How many were scored."""
    scored: int
    """The characters these are of."""
    bits: _Bits
    """Bits per character of the model on the held-out text."""
    bits_before: _Bits
    """Likewise on text before it, which the model was trained on."""
    margin: _Bits
    """Half a 95 % interval of the difference to the 5-gram."""
    unigram: _Bits
    bigram: _Bits
    fivegram: _Bits
    """Bits per character of n-grams of the same characters or words."""
    prompt: str
    """What the passages go on from."""
    passages: tuple[Passage, ...]
    copying: Copying
    ignored: tuple[str, ...] = ()
    """Other models that were handed in."""


class LanguageNeed(Need[LanguageScore], frozen=True):
    """A check looks at how a model predicts its corpus, and at what it writes."""

    kind: ClassVar[str] = "language"
    about: ClassVar[str] = "score"
