from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.layouts import canvas
from tests.unit.intake.layouts.class_folders import located, names, people


def test_the_files_of_a_person_are_one_submission(tmp_path: Path) -> None:
    """Two people with two files each; what was handed in again has its own name, and who was late is marked."""
    found = located(
        tmp_path,
        "testfrauanna_5512_98001_mnist.h5",
        "testfrauanna_5512_98004_readme-1.txt",
        "pruebajuan_LATE_5513_98002_digits-1.h5",
        "pruebajuan_LATE_5513_98003_report.pdf",
        "pruebajuan_LATE_5513_text.html",
        "grades.csv",
    )

    assert found.layout == "canvas"
    assert people(found) == {
        "5512": ["mnist.h5", "readme.txt"],
        "5513": ["digits.h5", "report.pdf"],
    }
    assert names(found) == [("testfrauanna",), ("pruebajuan",)] or names(found) == [
        ("pruebajuan",),
        ("testfrauanna",),
    ]
    late = {item.submission.student.id: item.submission.marked_late for item in found.submissions}
    assert late == {"5512": False, "5513": True}
    assert found.texts == 1


def test_anonymous_downloads(tmp_path: Path) -> None:
    """Without names, the anonymous id is what tells people apart."""
    found = located(tmp_path, "anon_ab12C_98001_m.h5", "LATE_anon_xY9_98002_m.h5")

    assert set(people(found)) == {"anon_ab12C", "anon_xY9"}
    assert names(found) == [(), ()]


def test_what_was_late_is_an_attempt_of_its_own(tmp_path: Path) -> None:
    """Canvas marks whole attempts: two downloads in one folder hold what came in time and what came later."""
    found = located(
        tmp_path,
        "testfrauanna_5512_98001_mnist.h5",
        "testfrauanna_5512_98002_cifar.h5",
        "testfrauanna_LATE_5512_98050_mnist-1.h5",
        "pruebajuan_LATE_5513_98003_mnist.h5",
    )
    attempts = sorted(
        (item.submission.identity.ids, item.submission.attempt, item.submission.marked_late)
        for item in found.submissions
    )

    assert attempts == [
        (("5512",), 1, False),
        (("5512",), 2, True),
        (("5513",), None, True),
    ]
    assert sorted(map(len, people(found).values())) == [1, 1, 2]


def test_two_files_that_differ_by_a_number_keep_it(tmp_path: Path) -> None:
    """`part-1.h5` and `part-2.h5` are not one name."""
    found = located(
        tmp_path, "a_5512_98001_part-1.h5", "a_5512_98002_part-2.h5", "a_5512_98003_x-1.tar.gz"
    )

    assert people(found) == {"5512": ["part-1.h5", "part-2.h5", "x.tar.gz"]}


@pytest.mark.parametrize(
    "files",
    [
        ("anna_2026_1101_model.h5", "bo_2026_1102_model.h5"),
        ("anna_1_2026_model.h5", "bo_2_2026_model.h5"),
        ("anna_2026_11_model.h5", "bo_2027_11_model.h5"),
        ("Anna_5512_98001_model.h5", "Bo_5513_98002_model.h5"),
        ("anna lee_5512_98001_m.h5", "bo li_5513_98002_m.h5"),
    ],
)
def test_dates_in_names_are_no_numbers_of_canvas(tmp_path: Path, files: tuple[str, ...]) -> None:
    """Where a number would belong to two people, or names are not as Canvas writes them, it is a plain class."""
    found = located(tmp_path, *files)

    assert found.layout == "plain"
    assert len(found.submissions) == 2


NAMES = st.text(st.characters(categories=["Ll", "Lo", "Nd"]), min_size=1, max_size=20)


@given(
    name=NAMES,
    late=st.booleans(),
    user=st.integers(1, 10**9),
    number=st.integers(100, 10**9),
    file=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1),
)
def test_any_name_gives_the_right_person(
    name: str, late: bool, user: int, number: int, file: str
) -> None:
    """Canvas writes names in lower case without other signs; the file may be called anything."""
    mark = "LATE_" if late else ""
    (attempt,) = canvas.read([Path(f"{name}_{mark}{user}_{number}_{file}")]).attempts

    assert attempt.identity.ids == (str(user),)
    assert attempt.identity.names == (name,)
    assert attempt.marked_late == late
