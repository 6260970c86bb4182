from __future__ import annotations

from pathlib import Path

from grader.grading.class_found import describe_class
from grader.intake import LocatedClass, LocatedSubmission
from grader.records.submission import Identity, LeftOut
from tests.factories import submission


def found(layout: str, *numbers: int, **more: object) -> LocatedClass:
    identity = Identity(ids=("5512",))
    located = tuple(
        LocatedSubmission(submission(str(place), attempt=number, identity=identity), Path())
        for place, number in enumerate(numbers or (None, None))
    )
    return LocatedClass(**{"layout": layout, "submissions": located} | more)  # type: ignore[arg-type]


def test_what_was_recognised_is_one_sentence() -> None:
    """The layout by its title, how many people, how many texts."""
    assert describe_class(found("moodle", texts=1)) == (
        "This looks like a Moodle download: 2 students, 1 online text.",
    )
    assert describe_class(found("plain")) == ("Found 2 students.",)
    assert describe_class(found("blackboard", 1, 2)) == (
        "This looks like a Blackboard download: 1 student with 2 attempts.",
    )
    assert describe_class(found("github")) == (
        "This looks like GitHub Classroom clones: 2 students.",
    )


def test_what_was_left_out_is_named_with_a_reason_where_it_is_none_to_see() -> None:
    """Links to nowhere come first and say so; of many, the first ten."""
    left_out = (
        LeftOut(name="README.md", reason="document"),
        LeftOut(name="ana", reason="dangling-link"),
    )
    many = tuple(LeftOut(name=f"{number}.csv", reason="document") for number in range(12))

    assert describe_class(found("plain", left_out=left_out))[1] == (
        "Left out: ana (a link that leads nowhere), README.md."
    )
    assert describe_class(found("plain", left_out=many))[1].endswith("9.csv and 2 more.")


def test_times_that_could_not_be_used_are_counted() -> None:
    """Hand-in times without a zone are said."""
    assert describe_class(found("plain", times_without_zone=1))[1].startswith("1 hand-in time ")


def test_who_handed_in_a_text_alone_is_named() -> None:
    """A text may hold a link or say why there is no file; nobody is named where there are no texts."""
    empty = (LocatedSubmission(submission("amina", files=()), Path()),)
    said = describe_class(found("moodle", submissions=empty, texts=1))

    assert said[1].startswith("Without a file: Amina. Texts typed into the platform are not graded")
    assert len(describe_class(found("moodle", submissions=empty))) == 1
