"""Who of one list is who of another."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.people.matching import Pairs, pair_people
from grader.people.names import all_known
from grader.records.submission import Identity, Student


def who(name: str = "", *ids: str) -> Identity:
    return Identity(ids=ids, names=(name,) if name else ())


def pairs(people: list[Identity], others: list[Identity]) -> Pairs:
    return pair_people(people, others).one_each()


def test_ids_come_before_names() -> None:
    """An id decides, whatever the order of the lines; a name serves who has none."""
    rows = [who("Martin, Paul", "1"), who("Martin, Paule", "2"), who("Núñez, José", "3")]

    found = pairs([who("Paule Martin", "2"), who("jose nunez")], rows)

    assert found == Pairs({0: 1, 1: 2}, {})


def test_a_folder_called_like_the_person_is_theirs() -> None:
    """Ids are compared as names as well."""
    folder = all_known(Student(id="anna-testfrau"), Identity(ids=("anna-testfrau",)))

    assert pairs([folder], [who("Testfrau, Anna", "4711")]).found == {0: 0}


@given(
    st.sampled_from(["NFC", "NFD"]), st.permutations(["Änne", "O'Brien-Łuk", "de"]),
    st.sampled_from([str.upper, str.lower, str.title]), st.sampled_from([" ", "  ", ", "]),
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(
    form: str, words: list[str], case: object, blank: str
) -> None:
    """Unicode form, order, case and punctuation do not count."""
    name = unicodedata.normalize(form, str(case(blank.join(words))))  # type: ignore[operator]

    assert pairs([who(name)], [who("de O'Brien-Łuk, Änne"), who("Somebody Else")]).found == {0: 0}


def test_who_is_not_there_has_no_line() -> None:
    """Nobody is put where they do not belong, and nobody is asked about them."""
    assert pairs([who("Zoe", "9")], [who("Anna", "1")]) == Pairs({}, {})


def test_a_name_may_have_further_words_where_one_is_left() -> None:
    """Not where another one is called so too, and not where somebody in doubt may be the one."""
    long = who("Anna Maria Testfrau")

    assert pairs([long], [who("Testfrau, Anna", "1")]).found == {0: 0}
    assert pairs([long], [who("Testfrau, Anna", "1"), who("Maria Testfrau", "2")]).found == {}
    assert pairs([long, who("Bo", "1")], [who("Anna Testfrau", "1")]).doubts == {1: (0,)}


def test_a_part_of_an_address_is_nobody() -> None:
    """Only whole addresses are compared: one with a further word is another person's."""
    short = all_known(Student(id="kim@uni.org"), Identity(ids=("kim@uni.org",)))
    other = all_known(Student(id="j.kim@uni.org"), Identity(ids=("j.kim@uni.org",)))

    assert pairs([short], [other]).found == {}


@pytest.mark.parametrize(
    ("people", "others", "found", "doubts"),
    [
        ([who("Anna Lee")], [who("Lee, Anna", "1"), who("Anna Lee", "2")], {}, {0: (0, 1)}),
        ([who("Anna", "1", "a@x.org")], [who("Anna", "1"), who("B", "a@x.org")], {}, {0: (0, 1)}),
        ([who("Anna Lee"), who("Lee Anna")], [who("Anna Lee")], {}, {0: (0,), 1: (0,)}),
        ([who("Anna", "1"), who("Anna", "1")], [who("Anna", "1")], {}, {0: (0,), 1: (0,)}),
        ([who("Bob Smith", "12")], [who("Anna Lee", "12")], {}, {0: (0,)}),
        ([who("smithbob", "12")], [who("Anna Lee", "12"), who("Bob Smith", "9")], {}, {0: (0, 1)}),
        ([who("Anna Lee", "1"), who("Anna Lee", "7")], [who("Lee, Anna", "1")], {0: 0}, {1: (0,)}),
    ],
    ids=["two-of-a-name", "two-ids", "two-for-one", "one-number-twice", "another-name",
         "name-of-another", "namesake"],
)  # fmt: skip
def test_doubt_is_never_decided(
    people: list[Identity],
    others: list[Identity],
    found: dict[int, int],
    doubts: dict[int, tuple[int, ...]],
) -> None:
    """What fits two, or has the number of somebody called otherwise, is in doubt with those it may be."""
    result = pairs(people, others)

    assert (result.found, result.doubts) == (found, doubts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (who("Anna Lee", "a@x.org"), who("Smith, Nan", "A@X.org")),
        (who("leeanna", "12"), who("Lee, Anna Maria", "12")),
        (who("Nan Lee", "12"), who("Anna Lee", "12")),
        (who("12", "12"), who("Anna Lee", "12")),
    ],
    ids=["address", "run-together", "one-word-in-common", "folder-called-by-the-number"],
)
def test_a_number_is_enough_where_nothing_speaks_against_it(one: Identity, other: Identity) -> None:
    """Names may change, be run together, or not be there; addresses are nobody else's."""
    assert pairs([one], [other]).found == {0: 0}


def test_another_name_with_the_same_number_is_said_to_be_the_doubt() -> None:
    """Beside those who fit several, and those whose name somebody else has."""
    people = [
        who("Bob Smith", "12"),
        who("Cy Third"),
        who("Di", "5", "6"),
        who("Eve One", "7"),
        who("Eve One", "8"),
    ]
    others = [who("Anna Lee", "12"), who("Cy Third", "1"), who("Third, Cy", "2"), who("Di", "5"), who("Di", "6"),
              who("Eve One", "9")]  # fmt: skip
    result = pairs(people, others)

    assert set(result.doubts) == {0, 1, 2, 3, 4}
    assert result.called_otherwise == {0}


def test_attempts_of_one_person_are_all_theirs() -> None:
    """Unless each of the others may be found once only."""
    attempts = [who("Anna", "1"), who("Anna", "1")]

    assert pair_people(attempts, [who("Anna", "1")]).found == {0: 0, 1: 0}


def test_what_is_settled_stays() -> None:
    """Whatever the names say."""
    assert pair_people([who("x")], [who("Anna"), who("Bo")], {0: 1}).found == {0: 1}


def test_who_is_settled_to_be_nobody_is_nobody() -> None:
    """However well they fit; who else fits is no longer in doubt."""
    two = [who("Anna Lee", "7"), who("Anna Lee", "8")]

    assert pair_people(two, [who("Lee, Anna", "1")], {0: None}) == Pairs({1: 0}, {})


PEOPLE = st.lists(
    st.builds(who, st.sampled_from(["Anna Lee", "Lee Anna", "Bo", "Anna Li Lee", ""]),
              st.sampled_from(["1", "2", "a-b", "ab", "x@y"])), max_size=5,
)  # fmt: skip


@given(PEOPLE, PEOPLE)
def test_one_person_is_never_there_twice(people: list[Identity], others: list[Identity]) -> None:
    """Whoever is found is in no doubt, and nobody of the other list is found for two."""
    result = pairs(people, others)

    assert len(set(result.found.values())) == len(result.found)
    assert result.found.keys().isdisjoint(result.doubts)
    assert all(result.doubts.values())
