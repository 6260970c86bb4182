from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from grader.intake import locate_class
from tests.unit.intake.layouts.class_folders import lay_out, left_out, located, names, people


def test_a_folder_for_each_time(tmp_path: Path) -> None:
    """Names and times are in the folders' names, with and without colon; the list beside them is left out."""
    paris = ZoneInfo("Europe/Paris")
    lay_out(
        tmp_path,
        "123-456 - Anna - Maria Testfrau - 1 Nov, 2026 8:00 PM/mnist.h5",
        "124-456 - Mary-Ann Smith - Sep 24, 2026 926 AM/mnist.h5",
        "index.html",
    )
    found = locate_class(tmp_path, timezone=paris)
    times = [item.submission.received_at for item in found.submissions]

    assert found.layout == "brightspace"
    assert names(found) == [("Mary-Ann Smith",), ("Anna - Maria Testfrau",)]
    assert people(found) == {"124": ["mnist.h5"], "123": ["mnist.h5"]}
    assert times == [
        datetime(2026, 9, 24, 9, 26, tzinfo=paris),
        datetime(2026, 11, 1, 20, 0, tzinfo=paris),
    ]
    assert left_out(found) == {"index.html": "document"}


def test_a_number_that_two_people_share_names_nobody(tmp_path: Path) -> None:
    """Some sites write the assignment's number there; then names alone count."""
    found = located(
        tmp_path,
        "77-456 - Ana Uno - Nov 1, 2026 800 PM/m.h5",
        "77-456 - Bo Dos - Nov 1, 2026 801 PM/m.h5",
    )

    assert [item.submission.identity.ids for item in found.submissions] == [(), ()]
