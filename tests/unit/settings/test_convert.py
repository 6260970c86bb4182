from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Literal

import pytest

from grader.records.base import Record
from grader.settings import SettingError, convert


class Part(Record, frozen=True, kw_only=True):
    share: float
    names: tuple[str, ...] = ()


class Lab(Record, frozen=True, kw_only=True):
    deadline: datetime | None = None
    language: Literal["en", "fr"] | None = None
    strict: bool = False
    parts: tuple[Part, ...] = ()
    points: dict[str, float] = {}
    layers: dict[str, int | str] | None = None
    size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.strict and self.deadline is None:
            raise ValueError("strict needs a deadline")


class Course(Record, frozen=True, kw_only=True):
    title: str = ""
    labs: dict[str, Lab] = {}


def refused(text: str) -> SettingError:
    with pytest.raises(SettingError) as caught:
        convert(tomllib.loads(text), Course)
    return caught.value


def test_settings_become_records() -> None:
    """As msgspec reads them."""
    text = "title = 'x'\n[labs.a]\ndeadline = 2026-12-01T23:59:00Z\nparts = [{ share = 1 }]"
    found = convert(tomllib.loads(text), Course)

    assert found == Course(
        title="x",
        labs={"a": Lab(deadline=datetime(2026, 12, 1, 23, 59, tzinfo=UTC), parts=(Part(share=1),))},
    )


@pytest.mark.parametrize(
    ("line", "keys", "message", "hint"),
    [
        ("deadline = 2026-11-01", "deadline", "the day 2026-11-01 without a time, not", "deadline = 2026-11-01T23:59"),
        ("deadline = 23:59:00", "deadline", "the time 23:59:00 without a day", "2026-12-01T23:59:00+01:00"),
        ("deadline = 'soon'", "deadline", 'deadline is the text "soon"', "2026-12-01T23:59:00+01:00"),
        ("language = 'de'", "language", 'the text "de", not one of "en", "fr"', '"en" or "fr"'),
        ("strict = 'yes'", "strict", 'the text "yes", not true or false', "strict = true"),
        ("points.x = '10%'", "points.x", 'points.x is the text "10%", not a number', "x = 0.1"),
        ("points.x = '7,5'", "points.x", "not a number", "x = 7.5"),
        ("points.x = true", "points.x", "points.x is true, not a number", "0.5, say"),
        ("points = 3", "points", "points is the number 3, not a table", ""),
        ("parts = [{ share = 1, names = 'a' }]", "parts.names", 'the text "a", not a list', 'names = ["a"]'),
        ("parts = [{ share = 1, names = [1] }]", "parts.names", "the number 1, not a text", '"1"'),
        ("parts = [{}]", "parts", "share is missing", "share = ..."),
        ("layers.units = 1.5", "layers.units", "the number 1.5, not a whole number or a text", "2, say"),
        ("deadlin = 1", "deadlin", "deadlin is no setting", "did you mean deadline?"),
        ("parts = [{ shar = 1 }]", "parts.shar", "parts.shar is no setting", "did you mean share?"),
        ("title = 'x'", "title", "title is no setting", "at the top of the file"),
        ("zebra = 1", "zebra", "zebra is no setting", "known here: deadline, language"),
        ("size = ['a', 1]", "size", 'size is the text "a", not a whole number', "2, say"),
        ("strict = true", "", "strict needs a deadline", ""),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_plain_words(
    line: str, keys: str, message: str, hint: str
) -> None:
    """Where it stands, what was seen, what is expected, and how it may have been meant."""
    wrong = refused(f"[labs.a]\n{line}\n")

    assert wrong.keys == ("labs", "a", *keys.split("."))[: 2 + len(keys.split(".")) * bool(keys)]
    assert message in str(wrong)
    assert hint in wrong.hint


def test_settings_of_a_lab_at_the_top_are_sent_to_their_table() -> None:
    """A deadline above the first table belongs into one."""
    wrong = refused("deadline = 2026-12-01T23:59:00Z")

    assert (wrong.keys, wrong.hint) == (("deadline",), "deadline stands under [labs.NAME]")


def test_a_number_where_text_is_expected_gets_its_quotation_marks() -> None:
    """The hint is the line to write."""
    assert refused("title = 2026").hint == 'write title = "2026"'


def test_what_is_not_set_may_be_none() -> None:
    """A record's own values, nothing among them, are settings as well."""
    assert convert({"labs": {"a": {"deadline": None, "layers": None}}}, Course).labs == {"a": Lab()}


def test_types_that_are_not_looked_into_are_refused_all_the_same() -> None:
    """A pair of one is no traceback."""
    assert "length 2" in str(refused("[labs.a]\nsize = [1]\n"))
