"""Who handed in what, by a roster."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.matching import match_submissions, with_entry
from grader.intake.roster import Roster, RosterEntry
from grader.people import likeness
from grader.records.submission import Identity, Student, Submission

AT = datetime(2026, 11, 1, 20, tzinfo=UTC)


def entry(student_id: str, name: str = "", email: str = "", *ids: str) -> RosterEntry:
    return RosterEntry(
        student=Student(id=student_id, name=name, email=email),
        identity=Identity(ids=(student_id, *ids), names=(name,) if name else ()),
    )


def roster(*entries: RosterEntry) -> Roster:
    return Roster({item.student.id.casefold(): item for item in entries})


def handed_in(source: str, *ids: str, name: str = "", hours: int = 0) -> Submission:
    return Submission(
        student=Student(id=source, name=name or source),
        source=source,
        identity=Identity(ids=ids or (source,), names=(name or source,)),
        files=(),
        received_at=AT + timedelta(hours=hours),
        sha256="0",
    )


def matched(people: Roster, *submissions: Submission) -> dict[str, str]:
    found = match_submissions(people, submissions)
    return {submissions[place].source: item.student.id for place, item in found.entries.items()}


@pytest.mark.parametrize(
    ("source", "person"),
    [
        ("104221", entry("104221")),
        ("AMINA", entry("amina")),
        ("anna.testfrau@example.org", entry("7", "Anna Testfrau", "Anna.Testfrau@example.org")),
        ("at12", entry("7", "Anna Testfrau", "", "at12")),
        ("O'Neil Test", entry("O Neil")),
        ("O'Neil Test", entry("7", "O\N{RIGHT SINGLE QUOTATION MARK}Neil Test")),
        ("Prueba, Juan", entry("Juan Prueba")),
        ("van der Test (2)", entry("van-der-Test")),
        ("testfrauanna", entry("7", "Anna Testfrau")),
        ("derpruebajuan", entry("7", "Juan Der Prueba")),
        (unicodedata.normalize("NFD", "Zoë Müller"), entry("7", "ZOË MÜLLER")),
        ("Zoe Muller", entry("7", "Zoë Müller")),
    ],
)
def test_people_are_found_however_they_are_written(source: str, person: RosterEntry) -> None:
    """By id, address, login or name; case, accents, punctuation and order do not count."""
    people = roster(person, entry("8", "Somebody Else"))

    assert matched(people, handed_in(source)) == {source: person.student.id}


def test_what_fits_two_people_is_a_question() -> None:
    """Two people of one name are told apart by nothing that was handed in."""
    people = roster(entry("1", "Jan Novak"), entry("2", "Novak Jan"), entry("3", "Eva"))
    found = match_submissions(people, [handed_in("Jan Novak")])

    assert not found.entries
    assert {item.student.id for item in found.questions[0]} == {"1", "2"}
    assert [item.student.id for item in found.absent] == ["1", "2", "3"]


def test_what_fits_nobody_is_a_question_with_suggestions() -> None:
    """A name with a slip of the pen is suggested, never taken."""
    people = roster(entry("1", "Anna Testfrau"), entry("2", "Bo Prueba"))
    found = match_submissions(people, [handed_in("Ana Testfrau")])

    assert [item.student.id for item in found.questions[0]] == ["1"]


def test_a_number_of_somebody_called_otherwise_is_a_question() -> None:
    """Numbers of one system may be another person's in the next; both are named."""
    people = roster(entry("901", "Bo Prueba"), entry("7", "Anna Testfrau"))
    found = match_submissions(people, [handed_in("t_901_55_m.h5", "901", name="testfrauanna")])

    assert not found.entries
    assert [item.student.id for item in found.questions[0]] == ["901", "7"]
    assert found.ambiguous == found.called_otherwise == {0}
    assert not found.matched_by


def test_the_instructor_decides() -> None:
    """What stands in course.toml goes before everything else."""
    people = roster(entry("1", "Anna Testfrau"), entry("2", "Bo Prueba"))
    found = match_submissions(people, [handed_in("final_v2")], {"final_v2": "2"})

    assert found.entries[0].student.id == "2"
    assert not found.questions


def test_what_is_nobodys_is_no_question() -> None:
    """An empty answer says that a submission is of nobody on the roster, whatever it is called."""
    people = roster(entry("1", "Anna Testfrau"))
    found = match_submissions(people, [handed_in("Anna Testfrau")], {"anna testfrau": " "})

    assert not (found.entries or found.questions)
    assert [item.student.id for item in found.absent] == ["1"]


def test_a_match_says_what_it_rests_on() -> None:
    """An id, an address, another number or login, a name, a part of one, or the instructor's word."""
    people = roster(
        entry("1", "Anna Testfrau", "a@x.org", "s77"), entry("2", "Bo Prueba"), entry("3", "Cy Third"),
        entry("4", "Di Fourth", "d@x.org"), entry("5", "Eve Ann Fifth"), entry("6", "Flo Sixth"),
    )  # fmt: skip
    names = ["S77", "2", "cy_third", "D@X.ORG", "Fifth, Eve", "final_v2"]
    found = match_submissions(people, [handed_in(name) for name in names], {"final_v2": "6"})

    assert dict(found.matched_by) == {
        0: "other-id", 1: "id", 2: "name", 3: "email", 4: "part-of-name", 5: "decision",
    }  # fmt: skip


def test_questions_say_whether_anybody_fits() -> None:
    """Two people fit, one person fits two submissions, or nobody fits."""
    people = roster(entry("1", "Jan Novak"), entry("2", "Novak Jan"), entry("7", "Eva Test"))
    submissions = [
        handed_in("Jan Novak"), handed_in("stranger"),
        handed_in("x", "501", name="Eva Test"), handed_in("y", "502", name="Eva Test"),
    ]  # fmt: skip
    found = match_submissions(people, submissions)

    assert set(found.questions) == {0, 1, 2, 3}
    assert found.ambiguous == {0, 2, 3}
    assert not found.called_otherwise
    assert not found.matched_by


def test_a_roster_of_another_course_is_soon_compared() -> None:
    """Hundreds that fit nobody cost no more than a blink: only the nearest names are compared at length."""
    people = roster(*(entry(f"{place}", f"Person{place} Of{place * 7}") for place in range(400)))
    compared = likeness.difflib.get_close_matches
    sizes = []

    def counting(word: str, names: list[str], n: int, cutoff: float) -> list[str]:
        sizes.append(len(names))
        return compared(word, names, n=n, cutoff=cutoff)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(likeness.difflib, "get_close_matches", counting)
        found = match_submissions(people, [handed_in(f"Someone{place} Else") for place in range(9)])

    assert len(found.questions) == 9
    assert max(sizes) <= 20


def test_attempts_of_one_line_are_one_persons() -> None:
    """What is matched to one line of the roster belongs together, in the order of its times."""
    people = roster(entry("7", "Anna Testfrau"))
    first, second = handed_in("a1", "7", hours=0), handed_in("a2", "7", hours=1)

    assert match_submissions(people, [second, first]).people == ((1, 0),)


def test_namesakes_do_not_replace_each_other() -> None:
    """Two submissions of one name and two numbers may be two people's, even if the roster knows one."""
    people = roster(entry("7", "Anna Testfrau"))
    two = [handed_in("x", "501", name="Anna Testfrau"), handed_in("y", "502", name="Anna Testfrau")]
    found = match_submissions(people, two)

    assert not found.entries
    assert found.people == ((0,), (1,))
    assert set(found.questions) == {0, 1}


def attempt(
    source: str, number: int | None, *ids: str, hours: int = 0, stated: bool = False, name: str = ""
) -> Submission:
    found = handed_in(source, *ids, name=name, hours=hours)
    return msgspec.structs.replace(found, attempt=number, time_stated=stated)


def test_an_lms_tells_attempts_without_a_roster() -> None:
    """What it counts and gives one id or address is one person's; what it does not count is nobody's else."""
    submissions = [
        attempt("a2", 2, "7", "anna@example.org"),
        attempt("b", 1, "8"),
        attempt("a1", 1, "Anna@example.org"),
        attempt("anna.h5", None, "anna"),
        attempt("anna", None, "anna"),
    ]

    assert match_submissions(Roster({}), submissions).people == ((2, 0), (1,), (3,), (4,))


@pytest.mark.parametrize(
    "ids",
    [
        (("0", "anna@example.org"), ("0", "bo@example.org")),
        (("7", "lab@example.org"), ("8", "lab@example.org")),
    ],
)
def test_placeholders_join_nobody(ids: tuple[tuple[str, str], tuple[str, str]]) -> None:
    """Some exports give everybody one number or one address."""
    submissions = [attempt(f"a{place}", 1, *own) for place, own in enumerate(ids)]

    assert match_submissions(Roster({}), submissions).people == ((0,), (1,))


@pytest.mark.parametrize(
    ("stated", "numbers", "hours", "order"),
    [
        (True, (1, 2), (5, 1), (1, 0)),
        (False, (1, 2), (5, 1), (0, 1)),
        (False, (2, 1), (5, 5), (1, 0)),
        (True, (2, 1), (5, 5), (1, 0)),
        (False, (1, 1), (5, 1), (1, 0)),
        (False, (1, 1), (5, 5), (0, 1)),
    ],
)
def test_the_order_of_attempts(
    stated: bool, numbers: tuple[int, int], hours: tuple[int, int], order: tuple[int, int]
) -> None:
    """Stated times decide, else the numbers of the LMS, else the times of the files, else the names."""
    submissions = [
        attempt(f"a{place}", number, "7", hours=hour, stated=stated)
        for place, (number, hour) in enumerate(zip(numbers, hours, strict=True))
    ]

    assert match_submissions(Roster({}), submissions).people == (order,)


def test_attempts_are_matched_together() -> None:
    """A name that the roster knows by one attempt is known for all, and no other attempt is a doubt about it."""
    people = roster(entry("1", "Anna Testfrau"), entry("2", "Bo Prueba"))
    two = [
        attempt("x", 1, "501", name="Anna Testfrau"),
        attempt("y", 2, "501", name="Anna Testfrau"),
    ]
    found = match_submissions(people, two)

    assert [found.entries[place].student.id for place in (0, 1)] == ["1", "1"]
    assert found.people == ((0, 1),)


def test_one_question_stands_for_all_attempts_and_one_answer_too() -> None:
    """The last one is asked about; an answer for any of them answers for all."""
    people = roster(entry("1", "Anna Testfrau"))
    two = [attempt("x", 1, "501"), attempt("y", 2, "501")]

    assert set(match_submissions(people, two).questions) == {1}
    for name in ("x", "501"):
        answered = match_submissions(people, two, {name: "1"})
        assert not answered.questions
        assert answered.people == ((0, 1),)


def test_the_instructor_may_part_what_an_lms_joins() -> None:
    """Attempts of one account that stand under two people in course.toml are two people's."""
    people = roster(entry("1", "Anna Testfrau"), entry("2", "Bo Prueba"))
    two = [attempt("x", 1, "501"), attempt("y", 2, "501")]
    found = match_submissions(people, two, {"x": "1", "y": "2"})

    assert [found.entries[place].student.id for place in (0, 1)] == ["1", "2"]
    assert found.people == ((0,), (1,))


@pytest.mark.parametrize(
    ("folder", "likely"),
    [
        ("lab-anna", ["1", "2"]),
        ("pmodell", ["3"]),
        ("s703_lab2", ["s703"]),
        ("lab2", []),
        ("Joerg", ["4"]),
    ],
)
def test_questions_name_whoever_it_may_be(folder: str, likely: list[str]) -> None:
    """Whose name is like it, and whose name or number is a word of it."""
    people = roster(
        entry("1", "Anna Prova"),
        entry("2", "Anna Muster"),
        entry("3", "Pau Modell"),
        entry("4", "Jörg Wald"),
        entry("s703", "Ada Lind"),
    )
    found = match_submissions(people, [handed_in(folder)])

    assert [item.student.id for item in found.questions[0]] == likely


def test_without_a_roster_nothing_is_asked() -> None:
    """A course without a roster leaves submissions as they are."""
    found = match_submissions(Roster({}), [handed_in("amina")])

    assert not (found.entries or found.questions or found.absent)


def test_the_roster_has_the_last_word_on_a_student() -> None:
    """Name, address, time and excuse come from the line that was matched."""
    line = RosterEntry(
        student=Student(id="7", name="Anna Testfrau", email="a@example.org"),
        received_at=AT,
        excused=True,
    )
    known = with_entry(handed_in("at12", hours=5), line)

    assert (known.student.id, known.student.name) == ("at12", "Anna Testfrau")
    assert (known.received_at, known.time_stated, known.excused) == (AT, True, True)


NAMES = st.lists(
    st.text("abcdefgéüñßåøł", min_size=2, max_size=6), min_size=2, max_size=3, unique=True
).map(lambda words: " ".join(word.capitalize() for word in words))


@given(st.lists(NAMES, min_size=1, max_size=8, unique=True), st.data())
def test_nobody_gets_a_strangers_work(names: list[str], data: st.DataObject) -> None:
    """However the names of a roster are written, everybody is matched to themselves or is a question."""
    people = roster(*(entry(f"s{place:04}", name) for place, name in enumerate(names)))
    written = [data.draw(st.sampled_from(_ways(name))) for name in names]
    submissions = [handed_in(source) for source in written]
    found = match_submissions(people, submissions)

    for place, item in found.entries.items():
        assert item.student.id == f"s{place:04}"
    assert {*found.entries, *found.questions} == set(range(len(names)))


def _ways(name: str) -> list[str]:
    first, _, last = name.partition(" ")
    return [
        name,
        name.upper(),
        unicodedata.normalize("NFD", name),
        f"{last}, {first}",
        name.replace(" ", "_"),
        name.replace(" ", "-").lower(),
        f"{name} (2)",
    ]
