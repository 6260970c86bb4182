from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from grader.intake import locate_class
from tests.unit.intake.layouts.class_folders import lay_out, located, names, people

DESCRIPTION = """Name: Anna Testfrau (s_12)
Assignment: Lab_3
Date Submitted: Sunday, 1 November 2026 12:30:00 o'clock CET
Current Mark: Needs Marking

Submission Field:
{text}

Comments:
There are no student comments for this assignment.

Files:
\tOriginal filename: mnist.h5
\tFilename: Lab_3_s_12_attempt_2026-11-01-12-30-00_mnist.h5
"""
NO_TEXT = "There is no student submission text data for this assignment."


def test_every_attempt_is_found_with_its_time(tmp_path: Path) -> None:
    """The description names its author, whose login may hold underscores; times are of the zone that is given."""
    lay_out(
        tmp_path,
        "Lab_3_s_12_attempt_2026-11-01-12-30-00_mnist.h5",
        "Lab_3_s_12_attempt_2026-11-02-09-00-00_mnist.h5",
        "Lab_3_bo_attempt_2026-11-01-13-00-00_a_attempt_2020-01-01-00-00-00_b.h5",
    )
    (tmp_path / "Lab_3_s_12_attempt_2026-11-01-12-30-00.txt").write_text(
        DESCRIPTION.format(text=NO_TEXT)
    )
    paris = ZoneInfo("Europe/Paris")
    found = locate_class(tmp_path, timezone=paris)
    by_name = {item.submission.source: item.submission for item in found.submissions}
    first = by_name["Lab_3_s_12_attempt_2026-11-01-12-30-00.txt"]

    assert found.layout == "blackboard"
    assert [item.submission.identity.ids for item in found.submissions] == [
        ("bo",), ("s_12",), ("s_12",),
    ]  # fmt: skip
    assert first.identity.names == ("Anna Testfrau",)
    assert first.received_at == datetime(2026, 11, 1, 12, 30, tzinfo=paris)
    assert list(people(found).values()) == [
        ["a_attempt_2020-01-01-00-00-00_b.h5"], ["mnist.h5"], ["mnist.h5"],
    ]  # fmt: skip
    assert found.texts == found.times_without_zone == 0


def test_a_time_without_zone_is_not_taken(tmp_path: Path) -> None:
    """Where nobody says which zone it is in, the files' dates count, and it is counted."""
    found = located(tmp_path, "Lab_bo_attempt_2026-11-01-13-00-00_m.h5")

    assert not found.submissions[0].submission.time_stated
    assert found.times_without_zone == 1
    assert found.submissions[0].submission.identity.ids == ("bo",)


def test_a_text_is_counted(tmp_path: Path) -> None:
    """A text in the description is an online text, and its author handed in no file."""
    (tmp_path / "Lab_3_s_12_attempt_2026-11-01-12-30-00.txt").write_text(
        DESCRIPTION.format(text="see my e-mail").replace("\n", "\r\n")
    )
    found = locate_class(tmp_path)

    assert (people(found), found.texts) == ({"s_12": []}, 1)
    assert names(found) == [("Anna Testfrau",)]
