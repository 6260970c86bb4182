from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SheetError
from grader.records.submission import Identity
from grader.reporting.sheets.people import match_people


def who(name: str = "", *ids: str) -> Identity:
    return Identity(ids=ids, names=(name,) if name else ())


def match(people: list[Identity], rows: list[Identity]) -> dict[int, int]:
    return match_people(people, rows, lambda place: f"line {place}")


def test_ids_come_before_names() -> None:
    """An id decides, whatever the order of the lines; a name serves who has none."""
    rows = [who("Martin, Paul", "1"), who("Martin, Paule", "2"), who("Núñez, José", "3")]

    assert match([who("Paule Martin", "2"), who("jose nunez")], rows) == {0: 1, 1: 2}


def test_a_folder_called_like_the_person_is_theirs() -> None:
    """Without a name the id is compared as one."""
    assert match([who("", "anna-testfrau")], [who("Testfrau, Anna", "4711")]) == {0: 0}


@given(
    st.sampled_from(["NFC", "NFD"]), st.permutations(["Änne", "O'Brien-Łuk", "de"]),
    st.sampled_from([str.upper, str.lower, str.title]), st.sampled_from([" ", "  ", ", "]),
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(
    form: str, words: list[str], case: object, blank: str
) -> None:
    """Unicode form, order, case and punctuation do not count."""
    name = unicodedata.normalize(form, str(case(blank.join(words))))  # type: ignore[operator]

    assert match([who(name)], [who("de O'Brien-Łuk, Änne"), who("Somebody Else")]) == {0: 0}


def test_who_is_not_there_has_no_line() -> None:
    """Nobody is put where they do not belong."""
    assert match([who("Zoe", "9")], [who("Anna", "1")]) == {}


def test_a_namesake_of_somebody_known_by_id_takes_no_line() -> None:
    """The line is the other's."""
    assert match([who("Anna Lee", "1"), who("Anna Lee", "7")], [who("Lee, Anna", "1")]) == {0: 0}


@pytest.mark.parametrize(
    ("people", "rows", "said"),
    [
        ([who("Anna Lee")], [who("Lee, Anna", "1"), who("Anna Lee", "2")], "line 0 and line 1"),
        ([who("Anna", "1", "a@x.org")], [who("Anna", "1"), who("Anna", "a@x.org")], "fits line"),
        ([who("Anna Lee"), who("Lee Anna")], [who("Anna Lee")], "fits 'Anna Lee' and 'Lee Anna'"),
        ([who("Anna", "1"), who("Anna", "1")], [who("Anna", "1")], "line 0 fits"),
        ([who("Bob Smith", "12")], [who("Anna Lee", "12")], "another name"),
    ],
)
def test_doubt_is_refused(people: list[Identity], rows: list[Identity], said: str) -> None:
    """What fits two, or has the number of somebody called otherwise, is for the instructor to settle."""
    with pytest.raises(SheetError, match=said) as caught:
        match(people, rows)
    assert "roster" in caught.value.hint


def test_an_address_is_enough_after_a_change_of_name() -> None:
    """E-mail addresses are nobody else's."""
    assert match([who("Anna Lee", "a@x.org")], [who("Smith, Nan", "A@X.org")]) == {0: 0}
