"""Which answers are right, wrong, or not what was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import (
    FormulaIs,
    IntervalIs,
    NumberIs,
    NumbersAre,
    SetIs,
    WordIs,
    WordsAre,
    YesOrNo,
)
from grader.checks.answers.expected import Expected
from grader.evidence.answers.record import Answer, AnswerValue

LOSS = WordIs(
    right=("categorical cross-entropy",),
    others=("mean squared error", "binary cross-entropy"),
    spellings={
        "categorical cross-entropy": ("cross-entropy", "categorical_crossentropy", "log loss"),
        "mean squared error": ("mse",),
    },
)
ACTIVATIONS = WordsAre(right=("relu", "softmax"), others=("tanh", "sigmoid"))
FACTORS = NumbersAre(values=(500, 300))
ANY_ORDER = NumbersAre(values=(500, 300, 500), in_order=False)
ENTROPY = FormulaIs(
    expressions=("-sum(y*log(p))", "-log(p)"), names={"p": ("ŷ", "yhat")}, up_to_factor=True
)


@pytest.mark.parametrize(
    ("expected", "value", "verdict"),
    [
        (NumberIs(value=545_810), "545.810", "right"),
        (NumberIs(value=545_810), "545,810 parameters", "right"),
        (NumberIs(value=3), 4, "wrong"),
        (NumberIs(value=3), "three", "unread"),
        (NumberIs(value=3), True, "unread"),
        (NumberIs(value=0.98, tolerance=0.005), "98.2 %", "right"),
        (NumberIs(value=0.98, tolerance=0.005), 0.97, "wrong"),
        (FACTORS, (500, 300), "right"),
        (FACTORS, "500, 300", "right"),
        (FACTORS, "500 and 300", "right"),
        (FACTORS, (300, 500), "wrong"),
        (FACTORS, (500,), "wrong"),
        (FACTORS, (500, "many"), "unread"),
        (FACTORS, (), "unread"),
        (ANY_ORDER, (500, 500, 300), "right"),
        (ANY_ORDER, (500, 300, 300), "wrong"),
        (IntervalIs(text="(0, 1/4]"), "]0; 0,25]", "right"),
        (IntervalIs(text="(0, 1/4]"), "0 < x <= 1/4", "right"),
        (IntervalIs(text="(0, 1/4]"), "[0, 1/4]", "wrong"),
        (IntervalIs(text="(0, 1/4]"), "{0, 1/4}", "wrong"),
        (IntervalIs(text="(0, 1/4]"), "small", "unread"),
        (SetIs(values=(1, 0)), "{0, 1}", "right"),
        (SetIs(values=(0, 1)), (1, 0), "right"),
        (SetIs(values=(0, 1)), "0 or 1", "right"),
        (SetIs(values=(0, 1)), "0, 1", "right"),
        (SetIs(values=(0, 1)), "[0, 1]", "wrong"),
        (SetIs(values=(0, 1)), (0, 1, 2), "wrong"),
        (SetIs(values=(0, 1)), "both", "unread"),
        (SetIs(values=(0, 1)), ("a", "b"), "unread"),
        (LOSS, "Categorical Cross-Entropy", "right"),
        (LOSS, "the cross entropy", "right"),
        (LOSS, "log-loss", "right"),
        (LOSS, "MSE", "wrong"),
        (LOSS, "binary crossentropy", "wrong"),
        (LOSS, "hinge", "unread"),
        (LOSS, 3, "unread"),
        (ACTIVATIONS, ("ReLU", "softmax"), "right"),
        (ACTIVATIONS, "relu, softmax", "right"),
        (ACTIVATIONS, "softmax, relu", "wrong"),
        (ACTIVATIONS, ("relu",), "wrong"),
        (ACTIVATIONS, ("relu", "swish"), "unread"),
        (ACTIVATIONS, (), "unread"),
        (WordsAre(right=("a1", "b1"), in_order=False), "b1, a1", "right"),
        (YesOrNo(yes=False), False, "right"),
        (YesOrNo(yes=False), "non", "right"),
        (YesOrNo(yes=False), "oui", "wrong"),
        (YesOrNo(yes=False), "perhaps", "unread"),
        (ENTROPY, r"-\frac{1}{N}\sum_i y_i \log \hat{y}_i", "right"),
        (ENTROPY, "-ln(q)", "right"),
        (ENTROPY, "-Σ ŷ log y", "wrong"),
        (ENTROPY, "see report", "unread"),
        (ENTROPY, True, "unread"),
    ],
)
def test_answers_are_compared_by_what_they_mean(
    expected: Expected, value: AnswerValue, verdict: str
) -> None:
    """Whatever the notation; what is not in the form that was asked for is not called wrong."""
    answer = Answer(exercise="1", name="q", value=value, where="answers.toml, line 2")

    assert expected.verdict(answer) == verdict


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        (IntervalIs, {"text": "small"}, "no interval"),
        (FormulaIs, {"expressions": ()}, "at least one"),
        (FormulaIs, {"expressions": ("a piece of text (",)}, "no formula"),
        (FormulaIs, {"expressions": ("log(-x^2)",)}, "no values"),
        (FormulaIs, {"expressions": ("-log(p)",), "names": {"q": ("yhat",)}}, "no variable"),
        (WordIs, {"right": ()}, "at least one"),
        (WordIs, {"right": ("relu",), "spellings": {"tanh": ("th",)}}, "neither"),
        (WordsAre, {"right": ()}, "at least one"),
    ],
)
def test_what_no_answer_can_be_is_refused(
    kind: type[Any], fields: dict[str, Any], reason: str
) -> None:
    """A lab that expects nonsense is not declared."""
    with pytest.raises(ValueError, match=reason):
        kind(**fields)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (NumberIs(value=545_810), "545810"),
        (FACTORS, "500, 300"),
        (IntervalIs(text="(0, 1/4]"), "(0, 1/4]"),
        (SetIs(values=(0, 0.5)), "{0, 0.5}"),
        (LOSS, "categorical cross-entropy"),
        (ACTIVATIONS, "relu, softmax"),
        (YesOrNo(yes=False), "false"),
        (ENTROPY, "-sum(y*log(p)) / -log(p)"),
    ],
)
def test_staff_read_the_right_answer(expected: Expected, text: str) -> None:
    """In the notation in which it was declared."""
    assert str(expected) == text
