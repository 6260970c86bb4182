"""Numbers, intervals and words as students write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.evidence.answers.choices import choice_of, items_of
from grader.evidence.answers.intervals import NumberInterval, NumberSet, interval_of
from grader.evidence.answers.numbers import count_of, is_number, number_of
from grader.evidence.answers.record import Answer, AnswerValue


def answer(value: AnswerValue) -> Answer:
    return Answer(exercise="1", name="x", value=value, where="here")


@pytest.mark.parametrize(
    ("value", "number", "count"),
    [
        (3, 3.0, 3),
        (0.5, 0.5, None),
        ((3,), 3.0, 3),
        ("545,810", 545_810.0, 545_810),
        ("545 810", 545_810.0, 545_810),
        ("545\u202f810", 545_810.0, 545_810),
        ("545.810", 545.81, 545_810),
        ("1.545.810", 1_545_810.0, 1_545_810),
        ("1,545,810.5", 1_545_810.5, None),
        ("60,000", 60_000.0, 60_000),
        ("60.000", 60.0, None),
        ("0,985", 0.985, None),
        ("0,25", 0.25, None),
        ("1e-3", 0.001, None),
        ("5×10⁻³", 0.005, None),
        ("5 x 10^-3", 0.005, None),
        ("$10^{-3}$", 0.001, None),
        ("90 %", 0.9, None),
        ("97,25\u202f%", 0.9725, None),
        ("90 percent", 0.9, None),
        ("100 %", 1.0, 1),
        ("1/4", 0.25, None),
        (r"\frac{1}{4}", 0.25, None),
        ("-3", -3.0, -3),
        ("−3.", -3.0, -3),
        ("3 layers", 3.0, 3),
        ("≈ 0.98", 0.98, None),
    ],
)
def test_numbers(value: AnswerValue, number: float, count: int | None) -> None:
    """As numbers, and as what is counted."""
    assert number_of(answer(value)) == pytest.approx(number)
    assert count_of(answer(value)) == count


@pytest.mark.parametrize(
    "value",
    [
        "",
        "many",
        True,
        (1, 2),
        (),
        "3 or 4",
        "3 million",
        "3.5.2",
        "1 23",
        "1/0",
        "1e999",
        "inf",
        "nan",
        "0.98 ± 0.01",
        "9" * 300,
    ],
)
def test_what_is_no_number(value: AnswerValue) -> None:
    """Or is several."""
    assert number_of(answer(value)) is None
    assert count_of(answer(value)) is None
    assert not is_number(answer(value), 3)


def test_a_number_is_compared_in_every_reading() -> None:
    """Within a tolerance."""
    assert is_number(answer("545.810"), 545_810)
    assert is_number(answer("545.810"), 545.81)
    assert is_number(answer("0.98"), 0.985, tolerance=0.01)
    assert not is_number(answer("0.98"), 0.99)


def _interval(low: float, high: float, ends: str) -> NumberInterval:
    known = {"[": True, "]": True, "(": False, ")": False, "?": None}
    return NumberInterval(low, high, known[ends[0]], known[ends[1]])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("(0, 1]", _interval(0, 1, "(]")),
        ("]0,1]", _interval(0, 1, "(]")),
        ("[0; 0,25]", _interval(0, 0.25, "[]")),
        ("(0, 0,25]", _interval(0, 0.25, "(]")),
        ("]0, 1/4[", _interval(0, 0.25, "()")),
        ("[0.01 .. 1]", _interval(0.01, 1, "[]")),
        (r"$\left(0, \frac{1}{4}\right]$", _interval(0, 0.25, "(]")),
        ("f'(x) ∈ (0, 1]", _interval(0, 1, "(]")),
        ("range: (0,1]", _interval(0, 1, "(]")),
        ("(-∞, 0]", _interval(-math.inf, 0, "(]")),
        ("[0, inf]", _interval(0, math.inf, "[)")),
        ("(-∞; +∞)", _interval(-math.inf, math.inf, "()")),
        ("0 < x <= 1", _interval(0, 1, "(]")),
        ("1 ≥ f'(x) > 0", _interval(0, 1, "(]")),
        (r"0 \leq x < 1", _interval(0, 1, "[)")),
        ("x > 0", _interval(0, math.inf, "()")),
        ("0 ≤ x", _interval(0, math.inf, "[)")),
        ("x ≤ 0,5", _interval(-math.inf, 0.5, "(]")),
        ("between 0 and 1", _interval(0, 1, "??")),
        ("entre 0 et 0,25", _interval(0, 0.25, "??")),
        ("between 0 and 1 inclusive", _interval(0, 1, "[]")),
        ("from 0 to 1", _interval(0, 1, "??")),
        ("-1 to 1", _interval(-1, 1, "??")),
        ("0 – 1", _interval(0, 1, "??")),
        ((0, 0.25), _interval(0, 0.25, "[]")),
        ("{0, 1}", NumberSet((0, 1))),
        ("{1,0}", NumberSet((0, 1))),
        (r"\{0; 0,5\}", NumberSet((0, 0.5))),
        ("0 or 1", NumberSet((0, 1))),
        ("0 ou 1", NumberSet((0, 1))),
        ((0, 1, 2), NumberSet((0, 1, 2))),
    ],
)
def test_intervals_and_sets(value: AnswerValue, expected: NumberInterval | NumberSet) -> None:
    """In the habits of several countries."""
    assert interval_of(answer(value)) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0",
        1,
        True,
        (True, 1),
        "(0)",
        "(0, 1",
        "[1, 0]",
        "[0,0,25]",
        "{a, b}",
        "x",
        "(∞, ∞)",
        "a < b",
    ],
)
def test_what_is_no_interval(value: AnswerValue) -> None:
    """Nothing is guessed."""
    assert interval_of(answer(value)) is None


def test_intervals_are_compared_by_ends() -> None:
    """Of an end that is left open both are right; a set is no interval."""
    half_open = _interval(0, 1.15393, "(]")

    assert half_open.is_same(_interval(0, 1.154, "(]"), tolerance=0.001)
    assert half_open.is_same(_interval(0, 1.15393, "??"))
    assert not half_open.is_same(_interval(0, 1.15393, "[]"))
    assert not half_open.is_same(_interval(0, 1.2, "(]"))
    assert _interval(0, math.inf, "()").is_same(_interval(0, math.inf, "()"))
    assert not _interval(0, 1, "[]").is_same(NumberSet((0, 1)))
    assert NumberSet((0, 1)).is_same(NumberSet((0, 1)))
    assert not NumberSet((0, 1)).is_same(NumberSet((0,)))
    assert not NumberSet((0, 1)).is_same(_interval(0, 1, "[]"))


YES_NO = ("yes", "no")
LOSSES = ("categorical_crossentropy", "mean squared error")


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("ReLU", ("relu", "tanh"), "relu"),
        (" the ReLUs ", ("relu", "tanh"), "relu"),
        ("Categorical Cross-Entropy", LOSSES, "categorical_crossentropy"),
        ("mean squared errors", LOSSES, "mean squared error"),
        (("tanh",), ("relu", "tanh"), "tanh"),
        ("oui", YES_NO, "yes"),
        ("Non.", YES_NO, "no"),
        ("Yes, it does", YES_NO, "yes"),
        (True, YES_NO, "yes"),
        (False, ("oui", "non"), "non"),
        ("yes", ("oui", "non"), "oui"),
        (3, ("2", "3"), "3"),
        ("softmax", ("relu", "tanh"), None),
        ("not relu", ("relu", "tanh"), None),
        ("no idea", YES_NO, None),
        ("yes and no", YES_NO, None),
        ("no, yes", YES_NO, None),
        ("", ("relu", ""), None),
        (("relu", "tanh"), ("relu", "tanh"), None),
    ],
)
def test_choices(value: AnswerValue, options: tuple[str, ...], expected: str | None) -> None:
    """One option, or none."""
    assert choice_of(answer(value), options) == expected


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (("relu", 3), ["relu", 3]),
        ("relu, softmax", ["relu", "softmax"]),
        ("relu,softmax", ["relu", "softmax"]),
        ("relu and softmax", ["relu", "softmax"]),
        ("[512, 10]", ["512", "10"]),
        ("0,5; 1", ["0,5", "1"]),
        ("545,810", ["545,810"]),
        (3, [3]),
        ("", []),
    ],
)
def test_items_of_lists(value: AnswerValue, items: list[object]) -> None:
    """Each is an answer that can be read by what it is."""
    found = items_of(answer(value))

    assert [item.value for item in found] == items
    assert all((item.exercise, item.name, item.where) == ("1", "x", "here") for item in found)


_PIECES = st.lists(
    st.sampled_from(
        [
            *"0123456789.,;:[](){}<>=/\\%^-+ eEx\n",
            "10^",
            "frac{",
            "≤",
            "∞",
            "⁻³",
            " to ",
            " and ",
            " or ",
            "between ",
            "yes",
            "no",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=400)
@given(text=st.one_of(st.text(max_size=250), _PIECES))
def test_any_text_gives_a_value_or_none(text: str) -> None:
    """No garbage raises, and no number is infinite."""
    given_answer = answer(text)
    number, count, found = (
        number_of(given_answer),
        count_of(given_answer),
        interval_of(given_answer),
    )

    assert number is None or math.isfinite(number)
    assert count is None or isinstance(count, int)
    assert not isinstance(found, NumberInterval) or found.low <= found.high
    assert choice_of(given_answer, ("yes", "no", "relu")) in ("yes", "no", "relu", None)
    assert all(item.value != "" for item in items_of(given_answer))
