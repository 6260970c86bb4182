from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.layouts import moodle
from tests.unit.intake.layouts.class_folders import left_out, located, names, people


@pytest.mark.parametrize("end", ["", "_"])
def test_an_online_text_is_no_student_of_its_own(tmp_path: Path, end: str) -> None:
    """Folders with and without underscore at their ends; the text belongs to the person with its number."""
    found = located(
        tmp_path,
        f"Anna Testfrau_104221_assignsubmission_file{end}/code/mnist.h5",
        f"Anna Testfrau_104221_assignsubmission_onlinetext{end}/onlinetext.html",
        f"Juan de la Prueba_104222_assignsubmission_file{end}/mnist.h5",
        "README.md",
    )

    assert found.layout == "moodle"
    assert people(found) == {"104221": ["code/mnist.h5"], "104222": ["mnist.h5"]}
    assert names(found) == [("Anna Testfrau",), ("Juan de la Prueba",)]
    assert found.submissions[0].submission.identity.ids == ("104221", "Participant 104221")
    assert (found.texts, left_out(found)) == (1, {"README.md": "document"})


def test_flat_files_of_one_person_are_one_submission(tmp_path: Path) -> None:
    """Without folders the files' own names come last, whatever is in them."""
    found = located(
        tmp_path,
        "Anna Testfrau_104221_assignsubmission_file_mnist.h5",
        "Anna Testfrau_104221_assignsubmission_file_a_99_assignsubmission_file_b.h5",
        "Bo_104223_assignsubmission_onlinetext_onlinetext.html",
    )

    assert people(found) == {
        "104221": ["a_99_assignsubmission_file_b.h5", "mnist.h5"],
        "104223": [],
    }
    assert found.texts == 1


def test_blind_marking_names_nobody(tmp_path: Path) -> None:
    """`Participant`, in whichever language, is no name; the number is what the worksheet has."""
    found = located(
        tmp_path,
        "Teilnehmer_7_assignsubmission_file_/m.h5",
        "Teilnehmer_8_assignsubmission_file_/m.h5",
    )

    assert names(found) == [(), ()]
    assert found.submissions[0].submission.identity.ids == ("7", "Participant 7")


def test_namesakes_keep_their_name(tmp_path: Path) -> None:
    """Where everybody is called alike, a first and a last name are no stand-in for a name."""
    found = located(
        tmp_path,
        "Kim Prova_7_assignsubmission_file_/m.h5",
        "Kim Prova_8_assignsubmission_file_/m.h5",
    )

    assert names(found) == [("Kim Prova",), ("Kim Prova",)]


def test_feedback_is_no_submission(tmp_path: Path) -> None:
    """Feedback files that were downloaded along are left out."""
    found = located(
        tmp_path,
        "Ana_7_assignsubmission_file_/m.h5",
        "Ana_7_assignfeedback_file_/note.pdf",
    )

    assert people(found) == {"7": ["m.h5"]}
    assert left_out(found) == {"Ana_7_assignfeedback_file_": "feedback"}


@pytest.mark.parametrize("wrapper", ["lab-4711", "x/y"])
def test_a_folder_around_everything_is_passed(tmp_path: Path, wrapper: str) -> None:
    """A download that was unpacked into a folder of its own, of one student only, is found."""
    found = located(
        tmp_path,
        f"{wrapper}/Ana_7_assignsubmission_file_/m.h5",
        "__MACOSX/x",
        "marks.xlsx",
    )

    assert (found.layout, people(found)) == ("moodle", {"7": ["m.h5"]})


@given(
    name=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), max_size=40),
    number=st.integers(0, 10**9),
    file=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1),
)
def test_any_name_gives_the_right_number(name: str, number: int, file: str) -> None:
    """Moodle writes names without underscores; whatever else is in a name or a file, the number is right."""
    person = name.replace("_", " ")
    for entry in (
        Path(f"{person}_{number}_assignsubmission_file_"),
        Path(f"{person}_{number}_assignsubmission_file_{file}"),
    ):
        (attempt,) = moodle.read([entry]).attempts

        assert attempt.identity.ids[0] == str(number)
        assert attempt.identity.names in ((person,), ())
