"""Checks on models of text: bits against n-grams, passages against their text, and the text itself."""

from __future__ import annotations

import msgspec
import pytest

from grader.checks import BitsBelow, CorpusDescribed, SampleShown
from grader.checks.base import CheckContext, CheckKind
from grader.evidence.code.record import CodeReading
from grader.evidence.language.record import Copying, LanguageScore, Preparation
from grader.records.evidence import Failure, file_failure, internal_failure
from grader.records.result import CheckResult
from tests.factories import View, exercise, worded
from tests.factory_language import (
    DESCRIBED,
    corpus_text,
    corpus_view,
    described,
    language_score,
    language_view,
    passage,
)

BITS = BitsBelow(id="bits", title="Bits", points=40)
SAMPLE = SampleShown(id="sample", title="Sample", points=10)
CORPUS = CorpusDescribed(id="corpus", title="Corpus", points=10)


def judged(check: CheckKind, seen: View) -> CheckResult:
    return check.judge(CheckContext(exercise=exercise(check), evidence=seen))


def bits(value: float, **more: object) -> CheckResult:
    return judged(BITS, language_view(language_score(value, **more)))


@pytest.mark.parametrize(
    ("value", "status", "score"),
    [
        (1.2, "passed", 40),
        (1.99, "passed", 40),
        (2.0, "partial", 39.6),
        (2.5, "partial", 32),
        (2.99, "partial", 24.16),
        (3.0, "failed", 0),
        (5.0, "failed", 0),
    ],
)
def test_bits_between_the_baselines_earn_a_share(value: float, status: str, score: float) -> None:
    """All below the 5-gram, nothing from the bigram on, and a share that grows between."""
    result = bits(value)

    assert (result.status, result.score) == (status, pytest.approx(score))


def test_what_is_compared_is_what_is_shown() -> None:
    """Numbers that read the same are the same: the 5-gram of 2.00 bits is not beaten with 1.999."""
    result = bits(1.999)

    assert result.status == "partial"
    assert worded(result).count("2") >= 2


def test_n_grams_that_are_all_alike_give_all_or_nothing() -> None:
    """In a text whose 5-gram is no better than its bigram there is nothing between."""
    assert bits(2.9, fivegram=3.0).score == 40
    assert bits(3.0, fivegram=3.0).score == 0


def test_differences_within_chance_and_text_that_is_recited_are_flagged() -> None:
    """Staff look at both; points do not depend on it."""
    assert bits(1.95, margin=0.1).flags == ("fivegram-in-interval",)
    recited = Copying(usual=30, recited=90.0, recited_held_out=80.0)
    assert bits(1.0, copying=recited).flags == ("held-out-text-recited",)
    assert bits(1.0, copying=recited).score == 40


@pytest.mark.parametrize(
    "prepared",
    [
        Preparation(level="characters", rule="characters", dropped=0.031),
        Preparation(level="words", rule="stripped", unknown=0.031),
    ],
)
def test_what_the_vocabulary_lacks_is_said(prepared: Preparation) -> None:
    """Students read how much of the text it is, in both languages."""
    result = bits(1.5, preparation=prepared)

    for language, share in (("en", "3.1"), ("fr", "3,1")):
        assert share in worded(result, language)


def copied(run: int, usual: int) -> LanguageScore:
    passages = (passage(copied=run), passage(1.0, copied=run))
    copying = Copying(usual=usual, recited=5.0, recited_held_out=5.0)
    return language_score(passages=passages, copying=copying)


@pytest.mark.parametrize(
    ("run", "usual", "flags"),
    [
        (97, 20, ()),
        (150, 140, ()),
        (150, 30, ("corpus-copied",)),
        (400, 150, ("corpus-copied",)),
    ],
)
def test_long_runs_of_the_corpus_are_flagged(run: int, usual: int, flags: tuple[str, ...]) -> None:
    """Long is measured against passages of the held-out text, which repeat stock phrases as well."""
    result = judged(SAMPLE, language_view(copied(run, usual)))

    assert result.flags == flags
    assert result.status == "passed"
    assert (f"{run}" in worded(result)) == bool(flags)


@pytest.mark.parametrize(
    ("known", "status", "score"),
    [(0.9, "passed", 10), (0.5, "passed", 10), (0.3, "partial", 5), (0.05, "failed", 0)],
)
def test_a_passage_is_made_of_words(known: float, status: str, score: float) -> None:
    """Of the passage at the lower temperature half of the words must stand in the text."""
    shown = (passage(known_words=known), passage(1.0, known_words=0.0))
    result = judged(SAMPLE, language_view(language_score(passages=shown)))

    assert (result.status, result.score) == (status, pytest.approx(score))


def corpus(characters: int, code: CodeReading | Failure) -> CheckResult:
    return judged(CORPUS, corpus_view(corpus_text(characters), code))


@pytest.mark.parametrize(
    ("characters", "text", "score"),
    [
        (100_000, DESCRIBED, 10),
        (99_999, DESCRIBED, 5),
        (100_000, "I trained the network for ten epochs on my computer.", 5),
        (5_000, "", 0),
    ],
)
def test_a_corpus_is_long_and_described(characters: int, text: str, score: float) -> None:
    """Each is worth half; sentences on other things do not count."""
    assert corpus(characters, described(text)).score == score


def test_a_corpus_is_described_in_french_as_well() -> None:
    """Words of both languages are looked for."""
    text = (
        "Le corpus est un roman du dix-neuvième siècle, libre de droits. "
        "J'ai choisi ce texte parce que ses phrases sont longues."
    )

    assert corpus(200_000, described(text)).score == 10


def test_code_that_could_not_be_read_through_our_fault_costs_nothing() -> None:
    """The description may stand in it, so the check is open."""
    assert corpus(200_000, internal_failure("no room")).status == "error"
    assert corpus(200_000, file_failure("corrupt", "text.ipynb")).score == 5


@pytest.mark.parametrize("share", [0.0, 1.0, 1.5])
def test_shares_are_shares(share: float) -> None:
    """A setting that makes no sense is refused where the lab is declared."""
    with pytest.raises(ValueError, match="share"):
        msgspec.structs.replace(BITS, bigram_share=share)
    with pytest.raises(ValueError, match="shares"):
        msgspec.structs.replace(SAMPLE, full_at=share, zero_at=1.0)
