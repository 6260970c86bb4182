"""What pages show of a model of text: every value has its words, in both languages."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from grader.evidence.base import StoredRecord
from grader.evidence.language.record import (
    CorpusNeed,
    Encoding,
    Interface,
    LanguageNeed,
    Level,
    Mode,
    Preparation,
)
from grader.evidence.language.view import (
    bits_table,
    corpus_sections,
    decode_language,
    found_out,
    passage_sections,
)
from grader.messages import catalogue
from grader.records.message import Value
from grader.records.section import Excerpt, Facts, Table
from tests.factory_language import corpus_text, language_score

both = pytest.mark.parametrize("language", ["en", "fr"])


def words(sections: tuple[Any, ...], language: str) -> list[str]:
    said: list[Value] = []
    for section in sections:
        said.append(section.title)
        if isinstance(section, Facts):
            said += [value for fact in section.facts for value in (fact.label, fact.value)]
        elif isinstance(section, Table):
            said += [cell for row in section.rows for cell in row]
            said += [*section.notes, *(column.title for column in section.columns)]
        elif isinstance(section, Excerpt):
            said.append(section.source)
    return [catalogue(language).translate(value) for value in said]


@both
@pytest.mark.parametrize("level", get_args(Level))
@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("encoding", get_args(Encoding))
def test_whatever_is_found_out_has_words(
    language: str, level: Any, mode: Any, encoding: Any
) -> None:
    """All combinations of what a model predicts, how it is given its text, and what is taken of it."""
    interface = Interface(
        encoding=encoding, mode=mode, window=40, scale=49.0, causal=mode != "steps"
    )
    prepared = Preparation(level=level, rule="spaces", lowercase=True, dropped=0.02, unknown=0.01)
    found = language_score(interface=interface, preparation=prepared, ignored=("old.h5",))

    shown = words((found_out(found), bits_table(found), *passage_sections(found)), language)

    assert all(shown)
    assert {"text.h5", "vocab.json", "old.h5"} <= set(shown)
    assert not any("{" in text for text in shown)


@both
def test_the_text_is_shown_with_its_beginning(language: str) -> None:
    """Its length, and the other texts that were left aside."""
    sections = corpus_sections(corpus_text(others=("notes.txt",)))

    assert "notes.txt" in words(sections, language)
    assert [item.text for item in sections if isinstance(item, Excerpt)] == [
        "It was a dark and stormy night"
    ]


@pytest.mark.parametrize(
    ("need", "record"),
    [
        (LanguageNeed(artefact="text"), language_score()),
        (CorpusNeed(artefact="text"), corpus_text()),
    ],
)
def test_records_are_read_as_they_were_stored(need: Any, record: Any) -> None:
    """Storing and reading changes nothing."""
    raw = msgspec.Raw(msgspec.json.encode(record))

    assert decode_language(need, StoredRecord(raw=raw, arrays=dict, labels={})) == record
