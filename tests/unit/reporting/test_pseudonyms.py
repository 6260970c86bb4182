from __future__ import annotations

import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.records.result import GradeReport
from grader.reporting.pseudonyms import pseudonyms
from tests.factories import report


def handed(student: str, sha256: str) -> GradeReport:
    result = report(student)
    source = msgspec.structs.replace(result.provenance, submission_sha256=sha256)
    return msgspec.structs.replace(result, provenance=source)


def test_two_thousand_students_have_two_thousand_names() -> None:
    """More students than pairs of words still have a name each, even of one and the same file."""
    names = pseudonyms([handed(f"s{n:04}", "5" * 64) for n in range(2_000)])

    assert len(names) == len(set(names.values())) == 2_000
    assert not [name for name in names.values() if not name.strip()]


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_names_do_not_depend_on_the_order(order: random.Random) -> None:
    """The class in any order has the same names, collisions included."""
    reports = [handed(f"s{n:04}", f"{n:064x}") for n in range(300)]
    shuffled = list(reports)
    order.shuffle(shuffled)

    assert pseudonyms(shuffled) == pseudonyms(reports)


def test_another_submission_has_another_name() -> None:
    """The key is what was handed in: of two files of one student nobody tells the second name by the first."""
    names = {pseudonyms([handed("amina", f"{n:064x}")])["amina"] for n in range(20)}

    assert len(names) > 15
    assert pseudonyms([handed("amina", "1" * 64)]) == pseudonyms([handed("amina", "1" * 64)])


def test_a_name_says_nothing_of_its_student() -> None:
    """Two words of ours: neither id nor name nor address is in it."""
    reports = [handed(f"student-{n}", f"{n:064x}") for n in range(200)]

    for result in reports:
        name = pseudonyms([result])[result.student.id].casefold()
        assert len(name.split()) == 2
        for own in (result.student.id, result.student.name, result.student.email):
            assert own.casefold() not in name
