"""Which files serve which artefact, and what is declared about them."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from grader.archives.expand import ResolvedSubmission
from grader.grading.plan import format_table
from grader.grading.resolve import declaration_type, known_tables, resolved_files
from grader.intake import assign_artefacts, find_submission
from grader.records.evidence import ResolvedFiles
from grader.records.message import Name
from tests.unit.grading.fake_kinds import PHOTO, PNG, Classroom, looks_plan


def resolved(room: Classroom) -> ResolvedFiles:
    room.collect()
    return room.evidence().resolved


def test_every_artefact_has_its_files_or_a_failure(room: Classroom) -> None:
    """What serves an artefact is named with its digest; what is missing says so."""
    (room.folder / "amina/photo.png").unlink()
    found = resolved(room)

    (file,) = found.artefacts["texts"].files
    assert (file.path, file.kind, file.size) == ("a.txt", "text", 5)
    failure = found.artefacts["photo"].failure
    assert failure is not None
    assert failure.reason == "missing"
    assert found.declaration_error == ""


def test_a_file_of_another_format_is_told_from_a_missing_one(room: Classroom) -> None:
    """A text that is called like a photo is named as what it is, and no collector is called."""
    room.hand_in(photo__png="not a photo")

    assert PHOTO.id not in room.collect()
    failure = room.failure(PHOTO)
    assert (failure.reason, failure.why) == ("wrong-format", ("kind-text",))
    assert (failure.kind, failure.values["file"]) == ("photos", Name(text="photo.png"))


def test_further_files_of_an_artefact_of_one_file_are_alternatives(room: Classroom) -> None:
    """The first is taken, the others are listed."""
    room.hand_in(z__png=PNG)

    assert resolved(room).artefacts["photo"].alternatives == ("z.png",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[texts", "Expected"),
        ("[models.m]\n", "[models] is unknown; known: photos, texts"),
        ("[texts.texts]\nodd = 1\n", "unknown field `odd`"),
        ("[texts.texts]\nnote = [1]\n", "Expected `str`, got `array`"),
    ],
)
def test_a_declaration_that_cannot_be_used_counts_as_none(
    room: Classroom, text: str, says: str
) -> None:
    """What is wrong is kept for its author, and evidence is collected without it."""
    room.hand_in(submission__toml=text)
    found = resolved(room)

    assert says in found.declaration_error
    assert found.declaration == {}
    assert room.evidence().failures == ()


def test_a_declaration_about_something_else_is_named(room: Classroom) -> None:
    """A name that fits no file is probably a typing error; the rest is used all the same."""
    text = '[texts.texts]\nnote = "used"\n[photos."phot.png"]\nnote = "x"\n'
    room.hand_in(submission__toml=text)
    found = resolved(room)

    assert found.declaration_error.startswith("[photos.phot.png] is no file handed in")
    assert found.declaration["texts"] == {"texts": {"note": "used"}}


def test_every_kind_that_takes_declarations_has_a_table() -> None:
    """Of the kinds there are, saved models take declarations and tables of predictions do not."""
    assert known_tables() == ("models",)
    assert declaration_type().__struct_encode_fields__ == ("models",)


def test_what_may_not_be_read_is_not_the_students_fault(room: Classroom) -> None:
    """What could be missing may lie where nobody may read; what is served counts all the same."""
    (room.folder / "amina/photo.png").unlink()
    located = find_submission(room.folder / "amina")
    shut = msgspec.structs.replace(located.submission, unreadable=("work/photo.png",))
    plan = looks_plan()
    assigned = assign_artefacts(plan.lab, shut, format_table())
    expanded = ResolvedSubmission(replace(located, submission=shut), assigned, {})
    found = resolved_files(expanded, shut, plan)
    failure = found.artefacts["photo"].failure

    assert failure is not None
    assert (failure.reason, failure.fault) == ("unreadable", "grader")
    assert failure.values == {"file": Name(text="work/photo.png")}
    assert found.artefacts["texts"].failure is None
