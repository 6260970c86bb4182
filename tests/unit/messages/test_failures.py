"""The sentences about evidence that could not be collected."""

from __future__ import annotations

import string
from typing import Any, get_args

import pytest

from grader import evidence
from grader.intake.sniffing import KINDS
from grader.messages import Catalogue, FailureText, catalogue, failure_text
from grader.records.evidence import Failure, Fault, file_failure
from grader.records.lab import Language
from grader.records.message import Count, Listing, Name, message

LANGUAGES: tuple[str, ...] = get_args(Language)
KERAS = ("hdf5", "keras-zip")
FORMATS = {form for kind in evidence.kinds().values() for form in kind.accepts.values()}

languages = pytest.mark.parametrize("language", LANGUAGES)


def wrong_format(kind: str, *formats: str) -> Failure:
    """A file of a kind that is not accepted."""
    file = Name(text="m.file")
    return Failure(
        reason="wrong-format", why=(f"kind-{kind}",), values={"file": file}, formats=formats
    )


def english(failure: Failure) -> FailureText:
    return failure_text(failure, catalogue("en"))


MOST_SPECIFIC: list[tuple[dict[str, Any], set[str], tuple[str, str]]] = [
    (
        {"why": ("cut-off",), "formats": ("hdf5", "onnx"), "kind": "models"},
        {
            "failure.corrupt-cut-off", "failure.models-corrupt", "failure.corrupt",
            "fix.cut-off-onnx", "fix.cut-off", "advice.models-corrupt", "advice.corrupt",
            "why.cut-off", "format.hdf5", "format.onnx", "format.or",
        },
        ("failure.corrupt-cut-off", "fix.cut-off-onnx"),
    ),
    (
        {"why": ("cut-off",), "kind": "models"},
        {
            "failure.models-corrupt", "failure.corrupt", "fix.cut-off", "advice.models-corrupt",
            "advice.corrupt", "why.cut-off",
        },
        ("failure.models-corrupt", "fix.cut-off"),
    ),
    (
        {"kind": "models"},
        {"failure.models-corrupt", "failure.corrupt", "advice.models-corrupt", "advice.corrupt"},
        ("failure.models-corrupt", "advice.models-corrupt"),
    ),
    ({"kind": "models"}, {"failure.corrupt", "advice.corrupt"}, ("failure.corrupt", "advice.corrupt")),
    ({}, {"failure.corrupt", "advice.corrupt"}, ("failure.corrupt", "advice.corrupt")),
    ({}, set(), ("failure.other", "advice.other")),
    ({"fault": "grader"}, set(), ("failure.other-ours", "advice.other-ours")),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "keys", "taken"), MOST_SPECIFIC)
def test_the_most_specific_sentence_is_taken(
    fields: dict[str, Any], keys: set[str], taken: tuple[str, str]
) -> None:
    """First what is said about the cause, then of the kind of evidence, then of the reason alone."""
    others = {"failure.other", "failure.other-ours", "advice.other", "advice.other-ours"}
    texts = {key: key for key in keys | others}
    translate = Catalogue("en", texts, decimal=".", group=",", percent="%")

    assert failure_text(Failure(reason="corrupt", **fields), translate) == taken


@languages
@pytest.mark.parametrize("fault", ["submission", "grader"])
def test_a_reason_without_sentences_is_named(language: str, fault: Fault) -> None:
    """A kind of another package may forget a sentence; the student still reads whose fault it was."""
    failure = Failure(reason="too-quiet", fault=fault)
    other = "other-ours" if fault == "grader" else "other"
    message, advice = failure_text(failure, catalogue(language))

    assert message == catalogue(language)(f"failure.{other}", reason="too-quiet")
    assert advice == catalogue(language)(f"advice.{other}")


def test_text_in_a_field_is_never_a_template() -> None:
    """Braces in what a stranger named a file are only braces."""
    failure = file_failure("corrupt", "{self.sentences}.h5")

    assert english(failure).message == (
        "{self.sentences}.h5 is damaged or incomplete and cannot be read."
    )


@languages
def test_the_cause_is_worded_in_the_language_of_the_lab(language: str) -> None:
    """The cause inside a sentence comes from the same catalogue, with its own fields filled in."""
    failure = file_failure("refused", "m.h5", "lambda", layer=Name(text="crop"))
    message, advice = failure_text(failure, catalogue(language))

    assert catalogue(language)("why.lambda", layer="crop") in message
    assert advice == catalogue(language)("advice.refused")


@languages
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_is_refused_with_what_fixes_it(language: str, kind: str) -> None:
    """The message says what the file is and what is accepted; the advice holds the line that fixes it."""
    failure = wrong_format(kind, *KERAS)
    message, advice = failure_text(failure, catalogue(language))

    assert catalogue(language)(f"why.kind-{kind}") in message
    assert "`.h5` (HDF5)" in message
    assert "`.keras`" in message
    if f"fix.kind-{kind}" in catalogue(language).sentences:
        assert advice.count("`") >= 2


def test_advice_on_a_cause_stands_beside_its_words() -> None:
    """There is no fix for something that is never named as a cause."""
    keys = catalogue("en").sentences.keys()
    suffixes = tuple(f"-{name}" for name in FORMATS)
    fixes = {key.removeprefix("fix.") for key in keys if key.startswith("fix.")}
    plain = {name for name in fixes if f"why.{name}" in keys}
    special = {name for name in fixes - plain if name.endswith(suffixes)}

    assert fixes == plain | special
    assert all(f"why.{name.rpartition('-')[0]}" in keys for name in special)


@languages
def test_advice_on_a_failure_needs_no_fields(language: str) -> None:
    """A fix is shown as it stands: braces in its line of code are only braces."""
    translate = catalogue(language)
    reasons = {key.removeprefix("reason.") for key in translate.sentences if "reason." in key}
    advice = {key for key in translate.sentences if key.startswith("fix.")}
    advice |= {f"advice.{reason}" for reason in reasons}

    for key in advice:
        names = {name for _, name, _, _ in string.Formatter().parse(translate.sentences[key])}
        assert names == {None}, key


@languages
def test_advice_fits_what_is_accepted(language: str) -> None:
    """Who uses PyTorch reads how to export where that is accepted, and to use Keras where it is not."""
    translate = catalogue(language)
    _, keras = failure_text(wrong_format("pytorch", *KERAS), translate)
    text, export = failure_text(wrong_format("pytorch", "hdf5", "onnx"), translate)

    assert "model.save(" in keras
    assert "torch.onnx.export(" in export
    assert f"`.h5` (HDF5){translate('format.or')}`.onnx`" in text


@languages
def test_a_file_that_explains_why_none_was_found_is_named(language: str) -> None:
    """Beside what was looked for stands what was found instead, with the advice for it."""
    failure = Failure(
        reason="missing",
        why=("kind-pytorch",),
        values={name: Name(text=name) for name in ("expected", "files", "instead")},
        formats=KERAS,
    )
    translate = catalogue(language)
    text, advice = failure_text(failure, translate)

    assert translate("why.kind-pytorch") in text
    assert advice == translate("fix.kind-pytorch")


@languages
def test_sizes_follow_the_habits_of_the_language(language: str) -> None:
    """How much of a file is there, as numbers people read."""
    failure = file_failure(
        "corrupt", "m.h5", "cut-off", size=Count(value=12345), whole=Count(value=23456)
    )
    text, _ = failure_text(failure, catalogue(language))

    assert catalogue(language).count(12345) in text
    assert catalogue(language).count(23456) in text


@languages
def test_all_causes_are_named(language: str) -> None:
    """Several causes stand one after another, each with its own numbers; the advice is on the first."""
    values = {
        "images": Count(value=100), "twice": Count(value=1), "twice_lines": Name(text="7"),
        "absent": Count(value=2), "absent_ids": Name(text="a, b"),
    }  # fmt: skip
    failure = file_failure("bad-predictions", "m.csv", "table-twice", "table-absent", **values)
    translate = catalogue(language)
    text, advice = failure_text(failure, translate)

    assert translate.translate(message("why.table-twice", **values)) in text
    assert translate.translate(message("why.table-absent", **values)) in text
    assert 'pandas.DataFrame({"id": ids' in advice


@languages
def test_an_empty_submission_is_described_in_words(language: str) -> None:
    """Where nothing was handed in, no empty place is shown."""
    values = {"expected": Name(text="*.h5"), "files": message("why.no-files")}
    text, _ = failure_text(Failure(reason="missing", values=values), catalogue(language))

    assert catalogue(language)("why.no-files") in text


@pytest.mark.parametrize(
    "hostile", ["a\nb.h5", "\x1b[2Jm.h5", "a\u202e5h.b", "\u2066m.h5", "m\x00.h5", "m\udce9.h5"]
)
def test_names_cannot_move_the_text_around_them(hostile: str) -> None:
    """Line breaks, terminal commands and signs that turn the writing direction are removed from names."""
    text = english(file_failure("corrupt", hostile)).message

    assert text.isprintable()
    assert text.endswith("is damaged or incomplete and cannot be read.")


def test_names_inside_listings_cannot_either() -> None:
    """What several names are joined to is as safe as one."""
    names = Listing(items=(Name(text="a\x1b"), Name(text="b\u202e")))
    failure = file_failure("bad-output", "m.h5", "no-such-output", name=Name(text="c"), names=names)

    assert english(failure).message.isprintable()


def test_letters_of_all_scripts_stay() -> None:
    """Only what cannot be seen is removed; joiners some scripts need stay."""
    for name in ("é è.h5", "数字.h5", "क\u200dष.h5", "👩\u200d🎓.h5"):
        assert name in english(file_failure("corrupt", name)).message
