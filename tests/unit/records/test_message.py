from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.messages import catalogue
from grader.records.base import Record, from_json, to_json
from grader.records.message import (
    Code,
    Count,
    Listing,
    Message,
    Name,
    Number,
    Points,
    Share,
    Value,
    message,
)
from tests.factories import judge, ranked_predictions, threshold, view


class Holder(Record, frozen=True, kw_only=True):
    """A record that holds any value."""

    value: Value


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
PLAIN: st.SearchStrategy[Value] = st.one_of(
    st.builds(Share, value=NUMBERS, dataset=TEXTS, setting=st.booleans()),
    st.builds(Points, value=NUMBERS),
    st.builds(Count, value=st.integers(-(2**53), 2**53)),
    st.builds(Number, value=NUMBERS, dataset=TEXTS),
    st.builds(Name, text=TEXTS),
    st.builds(Code, text=TEXTS),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.builds(Message, key=TEXTS, values=st.dictionaries(TEXTS, inner, max_size=3))
        | st.builds(Listing, items=st.lists(inner, max_size=3).map(tuple), last=TEXTS)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_typed_values_come_back_from_json(value: Value) -> None:
    """A value keeps its type, however deep it lies in others: redaction goes by the type."""
    held = Holder(value=value)

    assert from_json(to_json(held), Holder) == held


def test_values_of_one_content_and_another_type_are_not_the_same() -> None:
    """A share, points, a count and a number differ in JSON as well."""
    kinds = (Share(value=1), Points(value=1), Count(value=1), Number(value=1))

    assert len({msgspec.json.encode(value) for value in kinds}) == len(kinds)


def test_a_message_nests() -> None:
    """A phrase inside a sentence is a message of its own, and is worded with it."""
    outer = message(
        "accuracy.reached",
        metric=message("accuracy.top-k", top=Count(value=5)),
        accuracy=Share(value=0.5),
        needed=Share(value=0.3),
    )

    assert catalogue("en").translate(from_json(to_json(Holder(value=outer)), Holder).value) == (
        "Your top-5 accuracy is 50%; 30% was needed."
    )


@pytest.mark.parametrize(
    "data",
    [b'{"value": {"type": "sentence"}}', b'{"value": "text"}', b'{"value": {"type": "share"}}'],
)
def test_what_is_no_value_is_refused(data: bytes) -> None:
    """Plain text is no value: a finished sentence cannot slip past redaction."""
    with pytest.raises(msgspec.ValidationError):
        from_json(data, Holder)


def test_a_result_holds_no_finished_sentence() -> None:
    """What a check says is kept as messages."""
    result = judge(threshold(), view(ranked_predictions(50)))

    assert result.feedback
    assert all(isinstance(item, Message) for item in (*result.feedback, *result.advice))
