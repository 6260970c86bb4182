from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.intake import locate_class
from tests.unit.intake.layouts.class_folders import lay_out, left_out, names, people

METADATA = """\
submission_301:
  :submitters:
  - :name: Anna Testfrau
    :sid: 00123
    :email: anna@example.edu
  :created_at: 2026-11-01 19:00:00.123456789 Z
  :score: 0.0
  :history:
  - :id: 299
submission_302:
  :submitters:
  - :name: 'Pair: One'
    :sid: '200'
    :email: one@example.edu
  - :name: Pair Two
    :sid: ~
    :email: two@example.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-11-01 20:00:00 Z
submission_303:
  :submitters: []
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "assignment_7_export"
    lay_out(folder, "submission_301/mnist.h5", "submission_302/mnist.h5", "submission_304/x.h5")
    (folder / "submission_metadata.yml").write_text(METADATA)
    return tmp_path


def test_people_times_and_attempts_are_those_of_the_metadata(export: Path) -> None:
    """Ids stay as they were written, and everybody of a group has the group's files."""
    found = locate_class(export)
    first, second, third, stranger = [item.submission for item in found.submissions]

    assert found.layout == "gradescope"
    assert first.identity.ids == ("00123", "anna@example.edu")
    assert (first.received_at, first.time_stated) == (datetime(2026, 11, 1, 19, tzinfo=UTC), True)
    assert (second.identity.ids, third.identity.ids) == (
        ("200", "one@example.edu"),
        ("two@example.edu",),
    )
    assert second.files == third.files
    assert second.received_at == datetime(2026, 11, 1, 20, tzinfo=UTC)
    assert names(found) == [("Anna Testfrau",), ("Pair: One",), ("Pair Two",), ()]
    assert stranger.identity.ids == ()
    assert left_out(found) == {"submission_303": "no-folder"}
    assert list(people(found).values()) == [["mnist.h5"]] * 3 + [["x.h5"]]


@pytest.mark.parametrize("text", ["submission_301: [", "[" * 5000, "\0"])
def test_damaged_metadata_is_said(export: Path, text: str) -> None:
    """What cannot be read names the file and what to do."""
    file = export / "assignment_7_export/submission_metadata.yml"
    file.write_text(text)

    with pytest.raises(UsageError, match=r"submission_metadata\.yml cannot be read") as caught:
        locate_class(export)
    assert "--layout plain" in caught.value.hint


def test_nothing_in_the_metadata_is_run(export: Path, tmp_path: Path) -> None:
    """Tags that would make objects give texts and lists."""
    file = export / "assignment_7_export/submission_metadata.yml"
    file.write_text(f"submission_301: !!python/object/apply:os.mkdir ['{tmp_path / 'made'}']\n")
    locate_class(export)

    assert not (tmp_path / "made").exists()


def test_folders_alone_are_a_plain_class(tmp_path: Path) -> None:
    """Without the metadata, `submission_1` is what a person called a folder."""
    lay_out(tmp_path, "submission_1/m.h5", "submission_2/m.h5")

    assert locate_class(tmp_path).layout == "plain"
