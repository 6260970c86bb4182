from __future__ import annotations

import string
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from grader import evidence
from grader.evidence.predictions.interface import Fit, InterfaceSource, LabelOrder, Normalization
from grader.intake.sniffing import KINDS
from grader.messages import Catalogue, catalogue, catalogue_files
from grader.records.lab import Language
from grader.records.message import (
    Code,
    Count,
    Listing,
    Name,
    Number,
    Points,
    Share,
    Value,
    message,
)
from grader.records.result import Status

LANGUAGES: tuple[str, ...] = get_args(Language)
NARROW = "\u202f"

languages = pytest.mark.parametrize("language", LANGUAGES)


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def sentences(file: Path) -> dict[str, str]:
    sections = tomllib.loads(file.read_text(encoding="utf-8"))
    sections.pop("signs", None)
    return {f"{name}.{key}": text for name, part in sections.items() for key, text in part.items()}


ENGLISH = catalogue_files("en")


def in_language(file: Path, language: str) -> Path:
    """The file of the same folder in another language."""
    return file.with_name(file.name.replace("en.toml", f"{language}.toml"))


def test_every_kind_of_evidence_has_its_catalogue() -> None:
    """The sentences of a kind lie in its folder, and those of all kinds are found."""
    assert {file.parent.name for file in ENGLISH} == {"messages", *evidence.kinds()}


@languages
@pytest.mark.parametrize("file", ENGLISH, ids=lambda file: file.parent.name)
def test_files_of_all_languages_have_the_same_sentences(file: Path, language: str) -> None:
    """No catalogue lacks a sentence in one language, and the same fields are named in each."""
    theirs, english = sentences(in_language(file, language)), sentences(file)

    assert theirs.keys() == english.keys()
    for key, sentence in english.items():
        assert fields(theirs[key]) == fields(sentence), key
        assert "" not in fields(sentence), key
        assert theirs[key].strip(), key


def test_no_sentence_is_in_two_catalogues() -> None:
    """A key says by which file it is worded."""
    keys = [key for file in ENGLISH for key in sentences(file)]

    assert len(keys) == len(set(keys))


@languages
def test_every_value_of_the_records_has_its_words(language: str) -> None:
    """Whatever status, format or preprocessing a record may hold, there is a sentence for it."""
    formats = {form for kind in evidence.kinds().values() for form in kind.accepts.values()}
    needed = {
        *(f"status.{status}" for status in get_args(Status)),
        *(f"why.kind-{kind}" for kind in KINDS),
        *(f"format.{form}" for form in formats),
        *(f"normalization.{normalization}" for normalization in get_args(Normalization)),
        *(f"interface.{source}" for source in get_args(InterfaceSource)),
        *(f"interface.{fit}" for fit in set(get_args(Fit)) - {"as-is"}),
        *(f"labels.{order}" for order in set(get_args(LabelOrder)) - {"from-0"}),
    }

    assert needed <= catalogue(language).sentences.keys()


@languages
def test_every_reason_has_a_message_advice_and_a_short_name(language: str) -> None:
    """Whatever there is a message about, there is advice for, and a name for the table of the class."""
    keys = catalogue(language).sentences.keys()
    plain = {key.removeprefix("reason.") for key in keys if key.startswith("reason.")}

    assert plain >= {"missing", "wrong-format", "corrupt", "internal", "weights-only", "no-model"}
    assert {f"failure.{reason}" for reason in plain} <= keys
    assert {f"advice.{reason}" for reason in plain} <= keys


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
    translate = catalogue(language)

    assert translate.percent(0.9127) == percent
    assert translate.points(1234.50) == points
    assert translate.count(10_000) == count


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (Share(value=0.9127), "91.27%", f"91,27{NARROW}%"),
        (Points(value=1234.5), "1,234.5", f"1{NARROW}234,5"),
        (Number(value=0.125), "0.12", "0,12"),
        (Count(value=10_000), "10,000", f"10{NARROW}000"),
        (Name(text="a\x1bb.h5"), "a\ufffdb.h5", "a\ufffdb.h5"),
        (Code(text="units=10"), "units=10", "units=10"),
        (message("fact.best"), "best accuracy", "meilleure exactitude"),
        (
            Listing(items=(message("format.hdf5"), message("format.onnx")), last="format.or"),
            "`.h5` (HDF5) or `.onnx`",
            "`.h5` (HDF5) ou `.onnx`",
        ),
        (Listing(items=(Count(value=1_000), Name(text="a"))), "1,000, a", f"1{NARROW}000, a"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_typed_values_are_formatted_by_their_type(value: Value, english: str, french: str) -> None:
    """How a value is shown follows from what it is, wherever it stands."""
    assert catalogue("en").translate(value) == english
    assert catalogue("fr").translate(value) == french


def test_a_typed_value_in_a_sentence_is_formatted_by_its_type() -> None:
    """A format in a sentence does not change what a typed value is, so that translators need none."""
    translate = catalogue("en")
    values = {"right": Count(value=1234), "layers": Count(value=2000)}

    assert translate("architecture.partial", **values).startswith("1,234 of 2,000 prescribed")
    assert translate("late.late", days=Count(value=1), factor=Share(value=0.9)).endswith("90%.")


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (1, "100%"), (0.3, "30%"), (0.305, "30.5%"), (0.12345, "12.35%")]
)
def test_zeros_at_the_end_are_left_out(share: float, text: str) -> None:
    """At most two decimals, and no zeros at the end."""
    assert catalogue("en").percent(share) == text


def test_a_missing_field_or_sentence_is_an_error() -> None:
    """A sentence is never shown with a hole in it."""
    translate = catalogue("en")

    with pytest.raises(KeyError):
        translate("late.late", days=1)
    with pytest.raises(KeyError):
        translate("no.such-sentence")
    with pytest.raises(KeyError):
        translate.translate(message("late.late", days=Count(value=1)))


def test_an_unknown_language_is_an_error() -> None:
    """There is no silent fallback to another language."""
    with pytest.raises(KeyError):
        catalogue("xx")


def test_catalogues_are_read_once() -> None:
    """The same object serves every sentence."""
    assert catalogue("en") is catalogue("en")
    assert isinstance(catalogue("en"), Catalogue)
