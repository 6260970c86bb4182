"""Checks on predictions of texts: what they earn, and what is said, in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from grader.checks import CheckKind, MacroF1AtLeast, TextAccuracyAtLeast, TextModelsDiffer
from grader.checks.base import CheckContext
from grader.evidence.texts.record import ComparedModels
from grader.messages import catalogue
from grader.records.evidence import Failure, file_failure
from grader.records.message import Code, Count, Name, Share
from grader.records.result import CheckResult
from grader.records.section import Table
from grader.reporting.redaction import rounded
from tests.factories import View, exercise, worded
from tests.factory_texts import ARTEFACT, DATASET, NEED, compared

ACCURACY = TextAccuracyAtLeast(
    id="accuracy", title="Accuracy", points=10, dataset=DATASET, full_at=0.85, zero_at=0.65
)
F1 = MacroF1AtLeast(id="f1", title="F1", points=10, dataset=DATASET, full_at=0.8, zero_at=0.6)
DIFFER = TextModelsDiffer(id="differ", title="Differ", points=10, dataset=DATASET)

LABELS = [0, 1] * 500


def wrong_on(*places: range) -> list[int]:
    """Predictions that are wrong at these places of a thousand."""
    wrong = {place for item in places for place in item}
    return [1 - label if place in wrong else label for place, label in enumerate(LABELS)]


BOW, LSTM = wrong_on(range(250)), wrong_on(range(100), range(900, 950))


def judged(
    check: CheckKind, found: ComparedModels | Failure, references: dict[Any, float] | None = None
) -> CheckResult:
    of = exercise(check, artefacts=(ARTEFACT,))
    return check.judge(
        CheckContext(exercise=of, evidence=View({NEED: found}), references=references or {})
    )


def table(result: CheckResult, place: int = 0) -> Table:
    found = result.figures[place]
    assert isinstance(found, Table)
    return found


@pytest.mark.parametrize(
    ("predicted", "score"),
    [((BOW, LSTM), 10), ((BOW,), 5), ((wrong_on(range(350)),), 0), ((LSTM,), 10)],
)
def test_the_best_model_earns_the_points(predicted: Sequence[list[int]], score: float) -> None:
    """85 % earn all, 65 % nothing, linearly between; a weaker model beside the best costs nothing."""
    result = judged(ACCURACY, compared(LABELS, *predicted))

    assert result.score == pytest.approx(score)
    assert [fact.gauge for fact in result.facts] == [True, False][: len(predicted)]


def test_every_model_is_shown_with_its_confusion() -> None:
    """The best first, with what was needed and what the reference reaches; rows are actual classes."""
    result = judged(ACCURACY, compared(LABELS, BOW, LSTM), {(DATASET, 1): 0.94})

    best, other = result.facts
    assert (best.value, best.needed, best.reference) == (
        Share(value=0.85, dataset=DATASET),
        0.85,
        0.94,
    )
    assert catalogue("en").translate(best.label) == "accuracy of the best model"
    assert catalogue("en").translate(other.value) == "75% (95 % interval 72.22% to 77.58%)"
    assert [table(result, place).title.values["model"] for place in (0, 1)] == [
        Name(text="lstm"),
        Name(text="bow"),
    ]
    assert table(result).rows[1] == (
        Name(text="positive"),
        Count(value=75),
        Count(value=425),
        Share(value=0.85, dataset=DATASET),
    )
    assert "threshold-in-interval" in result.flags


def test_what_is_missing_is_said() -> None:
    """The figure, what was needed, what to look at."""
    text = worded(judged(ACCURACY, compared(LABELS, BOW)))

    assert "accuracy of bow, the best of 1 model(s), is 75%, below the 85% needed" in text
    assert "ngram_range" in text
    assert "sous les" in worded(judged(ACCURACY, compared(LABELS, BOW)), "fr")


def test_a_rare_class_counts_as_much_as_a_frequent_one() -> None:
    """Always naming the frequent class is accurate, and has a macro F1 below one half."""
    labels = [0] * 90 + [1] * 10
    found = compared(labels, [0] * 100)

    assert judged(ACCURACY, found).score == 10
    assert judged(F1, found).score == 0
    assert judged(F1, compared(LABELS, LSTM)).score == 10


def test_broken_tables_beside_good_ones_are_named() -> None:
    """They cost nothing where the good ones suffice, and their lines are said."""
    failure = file_failure(
        "bad-text-predictions",
        "gru.csv",
        "text-table-twice",
        twice=Count(value=2),
        twice_lines=Code(text="7, 9"),
    )
    for check in (ACCURACY, DIFFER):
        result = judged(check, compared(LABELS, BOW, LSTM, unread=(failure,)))
        assert result.status == "passed"
        assert "gru.csv cannot be used as predictions: 2 line(s) repeat an id (line 7, 9)" in (
            worded(result)
        )


def test_a_clear_difference_is_said_to_be_one() -> None:
    """Who is better, how much better at least, and that this is about these models and texts alone."""
    result = judged(DIFFER, compared(LABELS, BOW, LSTM))
    text = worded(result)

    assert (result.status, result.score) == ("passed", 10)
    assert "On 200 of the 1,000 texts one of the two models alone is right" in text
    assert "lstm on 150, bow on 50" in text
    assert "McNemar's exact test gives p < 0.0001." in text
    assert "lstm is better on texts of this kind: right on 7.3% to 12.7% more of them" in text
    assert "other data" in text
    assert "other seeds" in text
    assert "lstm est meilleur" in worded(result, "fr")


def test_an_unclear_difference_is_no_evidence_of_equality() -> None:
    """A p value above 5 % says neither which is better nor that they are equal; it earns the points all the same."""
    other = wrong_on(range(100, 255))
    result = judged(DIFFER, compared(LABELS, other, LSTM))
    text = worded(result)

    assert result.status == "passed"
    assert "does not show which one is better" in text
    assert "Nor does it show that they are equally good" in text


def test_one_model_cannot_be_compared() -> None:
    """A table alone, or one beside predictions of a constant, earns nothing here."""
    alone = judged(DIFFER, compared(LABELS, LSTM))
    constant = judged(DIFFER, compared(LABELS, LSTM, [1] * 1000))

    assert (alone.status, constant.status) == ("failed", "failed")
    assert "no second model" in worded(alone)
    assert "bow is right on 50%" not in worded(alone)
    assert "lstm is right on 50%, no better than always naming the most frequent class" in (
        worded(constant)
    )


def test_one_model_twice_is_no_comparison() -> None:
    """The same predictions under two names earn nothing; a copy with a few changes is looked at by a person."""
    same = judged(DIFFER, compared(LABELS, LSTM, LSTM))
    changed = [1 - value if place < 3 else value for place, value in enumerate(LSTM)]
    almost = judged(DIFFER, compared(LABELS, LSTM, changed))

    assert (same.status, same.score) == ("failed", 0)
    assert "one model twice" in worded(same)
    assert (almost.status, almost.score, almost.flags) == ("pending", None, ("needs-review",))


def test_a_copy_beside_two_models_costs_nothing() -> None:
    """Where two models differ, a third table that repeats one of them is left aside."""
    result = judged(DIFFER, compared(LABELS, LSTM, LSTM, BOW))

    assert result.status == "passed"
    assert "bow on 150, gru on 50" in worded(result)


def test_three_models_are_compared_in_pairs() -> None:
    """Three pairs with p values adjusted for their number; the sentence is about the best two."""
    result = judged(DIFFER, compared(LABELS, BOW, LSTM, wrong_on(range(50, 300))))

    assert len(table(result).rows) == 3
    assert table(result).rows[0][0] == Name(text="lstm")


def test_texts_are_shown_on_which_the_models_disagree() -> None:
    """Those that one model alone gets right, of each at most six, with what both predict."""
    found = compared(LABELS, BOW, LSTM, shown=(*range(100, 120), *range(900, 903)))
    result = judged(DIFFER, found)

    assert len(table(result).rows) == 6 + 3
    assert table(result).rows[0] == (
        Name(text="text 100"),
        Name(text="negative"),
        Name(text="negative"),
        Name(text="positive"),
    )
    assert not judged(DIFFER, compared(LABELS, BOW, LSTM)).figures


def test_differences_on_secret_texts_are_rounded_for_students() -> None:
    """Of a secret set nothing finer than a percent is said: neither accuracies nor their difference."""
    translate = catalogue("en")
    for check in (ACCURACY, F1, DIFFER):
        result = judged(check, compared(LABELS, BOW, wrong_on(range(100, 247))))
        said = [*result.feedback, *(fact.value for fact in result.facts)]
        texts = [translate.translate(rounded(item)) for item in said]
        assert not re.search(r"\d\.\d+%", " ".join(texts)), texts


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (TextAccuracyAtLeast, {"full_at": 1.2}),
        (TextAccuracyAtLeast, {"full_at": 0.5, "zero_at": 0.6}),
        (MacroF1AtLeast, {"full_at": 0}),
        (TextModelsDiffer, {"least_disagreement": 1.0}),
    ],
)
def test_impossible_settings_are_refused(kind: type[CheckKind], fields: dict[str, float]) -> None:
    """A course that asks for the impossible is told so."""
    with pytest.raises(ValueError, match="share"):
        kind(id="x", title="X", points=1, dataset=DATASET, **fields)
