from __future__ import annotations

import string
from typing import get_args

import pytest

from grader.messages import Catalogue, catalogue, failure_text
from grader.records.contract import ContractSource, Fit, LabelOrder, Scaling
from grader.records.evidence import FailureReason
from grader.records.lab import ArtefactFormat, Language
from grader.records.result import Flag, Status
from grader.records.submission import FileKind

LANGUAGES: tuple[str, ...] = get_args(Language)
REASONS: tuple[FailureReason, ...] = get_args(FailureReason)
NARROW = "\u202f"

languages = pytest.mark.parametrize("language", LANGUAGES)


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_all_languages_have_the_same_sentences() -> None:
    """No language lacks a sentence another has."""
    keys = {language: catalogue(language).sentences.keys() for language in LANGUAGES}

    assert {language: keys[language] ^ keys["en"] for language in LANGUAGES} == {
        language: set() for language in LANGUAGES
    }


@pytest.mark.parametrize("key", sorted(catalogue("en").sentences))
def test_a_sentence_has_the_same_fields_in_all_languages(key: str) -> None:
    """Translations say what the original says: the same named fields, and none without a name."""
    named = {language: fields(catalogue(language).sentences[key]) for language in LANGUAGES}

    assert all(found == named["en"] for found in named.values())
    assert "" not in named["en"]
    assert all(catalogue(language).sentences[key].strip() for language in LANGUAGES)


@languages
def test_every_value_of_the_records_has_its_words(language: str) -> None:
    """Whatever status, flag, reason or scaling a record may hold, there is a sentence for it."""
    needed = {
        *(f"failure.{reason}" for reason in REASONS),
        *(f"advice.{reason}" for reason in REASONS),
        *(f"status.{status}" for status in get_args(Status)),
        *(f"flag.{flag}" for flag in get_args(Flag)),
        *(f"why.kind-{kind}" for kind in get_args(FileKind)),
        *(f"format.{format}" for format in get_args(ArtefactFormat)),
        *(f"scaling.{scaling}" for scaling in get_args(Scaling)),
        *(f"contract.{source}" for source in get_args(ContractSource)),
        *(f"contract.{fit}" for fit in set(get_args(Fit)) - {"as-is"}),
        *(f"labels.{order}" for order in set(get_args(LabelOrder)) - {"from-0"}),
    }

    assert needed <= catalogue(language).sentences.keys()


@pytest.mark.parametrize(
    ("language", "percent", "points", "count"),
    [
        ("en", "91.27%", "1,234.5", "10,000"),
        ("fr", f"91,27{NARROW}%", f"1{NARROW}234,5", f"10{NARROW}000"),
    ],
)
def test_numbers_follow_the_habits_of_the_language(
    language: str, percent: str, points: str, count: str
) -> None:
    """Decimal sign, groups of thousands and the percent sign are each language's own."""
    say = catalogue(language)

    assert say.percent(0.9127) == percent
    assert say.points(1234.50) == points
    assert say.count(10_000) == count


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (1, "100%"), (0.3, "30%"), (0.305, "30.5%"), (0.12345, "12.35%")]
)
def test_decimals_that_say_nothing_are_left_out(share: float, text: str) -> None:
    """At most two decimals, and no zeros at the end."""
    assert catalogue("en").percent(share) == text


def test_a_missing_field_or_sentence_is_an_error() -> None:
    """A sentence is never shown with a hole in it."""
    say = catalogue("en")

    with pytest.raises(KeyError):
        say("late.late", days=1)
    with pytest.raises(KeyError):
        say("no.such-sentence")


def test_an_unknown_language_is_an_error() -> None:
    """There is no silent fallback to another language."""
    with pytest.raises(KeyError):
        catalogue("xx")


def test_text_in_a_field_is_never_a_template() -> None:
    """Braces in what a stranger named a file are only braces."""
    message, _ = failure_text("en", "corrupt", {"file": "{self.sentences}.h5"})

    assert message == "{self.sentences}.h5 is damaged or incomplete and cannot be read."


@languages
def test_why_is_said_in_the_language_of_the_lab(language: str) -> None:
    """The reason inside a reason comes from the same catalogue, with its own fields filled in."""
    message, advice = failure_text(
        language, "refused", {"file": "m.h5", "why": "lambda", "layer": "crop"}
    )

    assert catalogue(language)("why.lambda", layer="crop") in message
    assert advice == catalogue(language)("advice.refused")


@languages
@pytest.mark.parametrize("kind", get_args(FileKind))
def test_every_kind_of_file_is_refused_with_what_mends_it(language: str, kind: str) -> None:
    """The message says what the file is and what is taken; the advice holds the line that mends it."""
    args = {"file": "m.h5", "why": f"kind-{kind}", "formats": "hdf5 keras-zip"}
    message, advice = failure_text(language, "not-a-model", args)

    assert catalogue(language)(f"why.kind-{kind}") in message
    assert "`.h5` (HDF5)" in message
    assert "`.keras`" in message
    assert advice.count("`") >= 2


def test_advice_for_what_went_wrong_stands_beside_its_words() -> None:
    """No remedy is written for something that is never said to have gone wrong."""
    sentences = catalogue("en").sentences.keys()
    suffixes = tuple(f"-{name}" for name in get_args(ArtefactFormat))
    remedies = {key.removeprefix("mend.") for key in sentences if key.startswith("mend.")}
    plain = {name for name in remedies if f"why.{name}" in sentences}
    special = {name for name in remedies - plain if name.endswith(suffixes)}

    assert remedies == plain | special
    assert all(f"why.{name.rpartition('-')[0]}" in sentences for name in special)


@languages
def test_advice_needs_no_fields(language: str) -> None:
    """A remedy is said as it stands: braces in its line of code are only braces."""
    say = catalogue(language)
    remedies = {key for key in say.sentences if key.startswith("mend.")}
    remedies |= {f"advice.{reason}" for reason in REASONS}

    assert {key for key in remedies if fields(say.sentences[key])} == set()


@languages
def test_advice_fits_what_is_taken(language: str) -> None:
    """Who uses PyTorch is told to export where that is taken, and to use Keras where it is not."""
    args = {"file": "m.pt", "why": "kind-pytorch"}
    _, keras = failure_text(language, "not-a-model", args)
    message, export = failure_text(language, "not-a-model", {**args, "formats": "hdf5 onnx"})

    assert "model.save(" in keras
    assert "torch.onnx.export(" in export
    assert f"`.h5` (HDF5){catalogue(language)('format.or')}`.onnx`" in message


@languages
def test_a_file_that_tells_more_is_named_where_none_was_found(language: str) -> None:
    """Beside what was looked for stands what was found instead, with the advice for it."""
    args = {"expected": "*.h5", "files": "net.pt", "instead": "net.pt", "why": "kind-pytorch"}
    message, advice = failure_text(language, "missing", args)

    assert catalogue(language)("why.kind-pytorch") in message
    assert advice == catalogue(language)("mend.kind-pytorch")


@languages
def test_sizes_are_told_in_the_habits_of_the_language(language: str) -> None:
    """How much of a file is there, as numbers people read."""
    args = {"file": "m.h5", "why": "cut-off", "size": "12345", "whole": "23456"}
    message, _ = failure_text(language, "corrupt", args)

    assert catalogue(language).count(12345) in message
    assert catalogue(language).count(23456) in message


@languages
def test_all_that_is_wrong_is_said(language: str) -> None:
    """Several reasons stand one after another, each with its own numbers."""
    args = {"file": "m.csv", "why": "table-twice table-absent", "images": "100"}
    args |= {"twice": "1", "twice_lines": "7", "absent": "2", "absent_ids": "a, b"}
    message, advice = failure_text(language, "bad-predictions", args)
    say = catalogue(language)

    assert say("why.table-twice", twice="1", twice_lines="7") in message
    assert say("why.table-absent", absent="2", images="100", absent_ids="a, b") in message
    assert 'pandas.DataFrame({"id": ids' in advice


@languages
def test_nothing_handed_in_is_said_in_words(language: str) -> None:
    """An empty list of files is not shown as an empty place."""
    message, _ = failure_text(language, "missing", {"expected": "*.h5", "files": ""})

    assert catalogue(language)("why.nothing-handed-in") in message


@pytest.mark.parametrize(
    "hostile", ["a\nb.h5", "\x1b[2Jm.h5", "a\u202e5h.b", "\u2066m.h5", "m\x00.h5", "m\udce9.h5"]
)
def test_names_cannot_move_the_text_around_them(hostile: str) -> None:
    """Line breaks, terminal commands and signs that turn the writing direction are taken out of names."""
    message, _ = failure_text("en", "corrupt", {"file": hostile})

    assert message.isprintable()
    assert message.endswith("is damaged or incomplete and cannot be read.")


def test_letters_of_all_scripts_stay() -> None:
    """Only what cannot be seen is taken out; joiners some scripts need stay."""
    for name in ("é è.h5", "数字.h5", "क\u200dष.h5", "👩\u200d🎓.h5"):
        assert name in failure_text("en", "corrupt", {"file": name})[0]


def test_catalogues_are_read_once() -> None:
    """The same object serves every sentence."""
    assert catalogue("en") is catalogue("en")
    assert isinstance(catalogue("en"), Catalogue)
