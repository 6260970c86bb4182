"""What was measured of a model of text as checks see it, and as pages show it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from grader.evidence.base import StoredRecord
from grader.evidence.language.record import (
    CorpusNeed,
    CorpusText,
    LanguageNeed,
    LanguageScore,
)
from grader.records.message import (
    Code,
    Count,
    Listing,
    Message,
    Name,
    Number,
    Share,
    Value,
    message,
)
from grader.records.section import Column, Excerpt, Fact, Facts, Section, Table

#: Digits of bits per character that people read.
DIGITS = 2


def decode_language(
    need: CorpusNeed | LanguageNeed, stored: StoredRecord
) -> CorpusText | LanguageScore:
    """The record as it was stored."""
    if isinstance(need, CorpusNeed):
        return msgspec.json.decode(stored.raw, type=CorpusText)
    return msgspec.json.decode(stored.raw, type=LanguageScore)


def corpus_sections(corpus: CorpusText) -> tuple[Section, ...]:
    """How long a corpus is, and how it begins."""
    facts = [
        _fact("corpus-file", Name(text=corpus.file)),
        _fact("characters", _count(corpus.characters)),
        _fact("alphabet", _count(corpus.alphabet)),
        _fact("words", _count(corpus.words)),
        _fact("lines", _count(corpus.lines)),
    ]
    if corpus.others:
        names = Listing(items=tuple(Name(text=name) for name in corpus.others[:5]))
        facts.append(_fact("other-texts", names))
    beginning = Excerpt(
        title=message("language.beginning"),
        source=Name(text=corpus.file),
        text=corpus.beginning,
        first_line=None,
    )
    return (Facts(title=message("language.corpus"), facts=tuple(facts)), beginning)


def found_out(found: LanguageScore) -> Facts:
    """How the model takes its text, and what was scored."""
    interface, preparation = found.interface, found.preparation
    facts = [
        _fact("model-file", Name(text=found.file)),
        _fact("vocabulary-file", Name(text=found.vocabulary)),
        _fact("tokens", _count(found.tokens)),
        _fact("level", message(f"language.of-{preparation.level}")),
        _fact("given-as", given_as(found)),
        _fact("window", _count(interface.window)),
        _fact("predicts", message(f"language.mode-{mode_name(found)}")),
        _fact("outputs", message("language.logits" if interface.logits else "language.shares")),
        _fact("held-out", _count(found.held_out)),
        _fact("predictions", _count(found.predictions)),
    ]
    if preparation.lowercase:
        facts.append(_fact("letters", message("language.lowercase")))
    if preparation.dropped:
        facts.append(_fact("dropped", Share(value=preparation.dropped)))
    if preparation.level == "words":
        facts.append(_fact("unknown", Share(value=preparation.unknown)))
    if found.ignored:
        names = Listing(items=tuple(Name(text=name) for name in found.ignored))
        facts.append(_fact("ignored", names))
    return Facts(title=message("language.found-out"), facts=tuple(facts))


def bits_table(found: LanguageScore) -> Table:
    """Bits per character of the model and of the baselines."""
    level = found.preparation.level
    rows = (
        (message(f"language.unigram-{level}"), bits_value(found.unigram)),
        (message(f"language.bigram-{level}"), bits_value(found.bigram)),
        (message(f"language.fivegram-{level}"), bits_value(found.fivegram)),
        (message("language.model"), bits_value(found.bits)),
        (message("language.model-before"), bits_value(found.bits_before)),
    )
    columns = (
        Column(title=message("language.predicted-by")),
        Column(title=message("language.column-bits"), numeric=True),
    )
    return Table(title=message("language.bits-title"), columns=columns, rows=rows)


def passage_sections(found: LanguageScore) -> tuple[Section, ...]:
    """What the model wrote, and how much of it stands in its corpus."""
    excerpts = [
        Excerpt(
            title=message("language.passage", temperature=Code(text=f"{passage.temperature:g}")),
            source=message("language.behind", prompt=Name(text=" ".join(found.prompt.split()))),
            text=passage.text,
            first_line=None,
        )
        for passage in found.passages
    ]
    return (*excerpts, _copying_table(found))


def _copying_table(found: LanguageScore) -> Table:
    titles = ("temperature", "copied", "known-words")
    columns = tuple(
        Column(title=message(f"language.column-{name}"), numeric=True) for name in titles
    )
    rows: Sequence[tuple[Value, ...]] = [
        (
            Code(text=f"{passage.temperature:g}"),
            _count(passage.copied),
            Share(value=passage.known_words),
        )
        for passage in found.passages
    ]
    copying = found.copying
    notes = (
        message("language.usual", count=_count(copying.usual)),
        message(
            "language.recited",
            trained=_count(round(copying.recited)),
            held_out=_count(round(copying.recited_held_out)),
        ),
    )
    title = message("language.copying")
    return Table(title=title, columns=columns, rows=tuple(rows), notes=notes)


def given_as(found: LanguageScore) -> Message:
    """How the model is given the text."""
    interface = found.interface
    key: str = interface.encoding
    if interface.encoding == "scaled" and interface.scale == 1:
        key = "indices"
    if interface.context == "line":
        key = "line"
    return message(f"language.given-{key}", scale=Code(text=f"{interface.scale:g}"))


def mode_name(found: LanguageScore) -> str:
    """Which predictions are taken."""
    interface = found.interface
    return interface.mode if interface.causal else "not-causal"


def bits_value(bits: float) -> Number:
    """Bits per character as people read them."""
    return Number(value=round(bits, DIGITS))


def _count(value: int) -> Count:
    return Count(value=value, setting=True)


def _fact(name: str, value: Value) -> Fact:
    return Fact(label=message(f"language.fact-{name}"), value=value)
