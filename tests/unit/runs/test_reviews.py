from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.errors import StorageError
from grader.records.review import Review, ReviewUndone, current_reviews
from grader.runs.reviews import ReviewLog
from tests.faults import failing_disk

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def review(points: float = 4, **more: Any) -> Review:
    defaults: dict[str, Any] = {
        "student": "amina",
        "check": "essay/why",
        "points": points,
        "max_points": 10,
        "by": "ana",
        "at": NOON,
    }
    return Review(**defaults | more)


UNDONE = ReviewUndone(student="amina", check="essay/why", by="ben", at=NOON)


def test_decisions_come_back_in_their_order(tmp_path: Path) -> None:
    """What was recorded is there in the next process, the oldest first."""
    assert ReviewLog(tmp_path).read() == ()
    ReviewLog(tmp_path).append([review(4), review(6)])
    ReviewLog(tmp_path).append([UNDONE])

    assert ReviewLog(tmp_path).read() == (review(4), review(6), UNDONE)
    assert len((tmp_path / "reviews.jsonl").read_text().splitlines()) == 3


def test_the_last_decision_about_a_check_holds() -> None:
    """A later mark replaces an earlier one, an undone one leaves none, and others stay."""
    other = review(3, student="bruno")

    assert current_reviews([review(4), other, review(6)]) == (other, review(6))
    assert current_reviews([review(4), other, UNDONE]) == (other,)
    assert current_reviews([review(4), UNDONE, review(5)]) == (review(5),)


def test_a_line_that_cannot_be_read_is_named_and_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A torn line costs itself alone; it stays in the file, and what is added stands on a line of its own."""
    good = msgspec.json.encode(review()).decode()
    too_many = good.replace('"points":4.0', '"points":40.0')
    torn = '{"what":"marked","stu'
    (tmp_path / "reviews.jsonl").write_text(f"{too_many}\n{good}\n\n{torn}")
    log = ReviewLog(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert log.read() == (review(),)

    assert "reviews.jsonl, line 1 is no mark" in caplog.text
    assert "40 points are not between 0 and 10" in caplog.text
    assert "reviews.jsonl, line 4 is no mark" in caplog.text
    log.append([UNDONE])
    assert log.read() == (review(), UNDONE)
    assert torn in (tmp_path / "reviews.jsonl").read_text().splitlines()


@pytest.mark.parametrize("fails_at", range(4))
def test_a_failing_disk_leaves_the_decisions_as_they_were(tmp_path: Path, fails_at: int) -> None:
    """A disk without room costs what was to be added, and nothing that is there."""
    log = ReviewLog(tmp_path)
    log.append([review(4)])
    with failing_disk(tmp_path, fails_at=fails_at), pytest.raises(StorageError):
        log.append([review(6)])

    assert log.read() == (review(4),)


@pytest.mark.parametrize("points", [-1, 11, float("nan"), float("inf")])
def test_points_lie_within_those_of_the_check(points: float) -> None:
    """No record holds points that the check does not have."""
    with pytest.raises(ValueError, match="not between 0 and 10"):
        review(points)


def test_a_time_has_a_zone() -> None:
    """When something was marked is the same wherever it is read."""
    with pytest.raises(ValueError, match="UTC offset"):
        review(at=datetime(2026, 12, 1))  # noqa: DTZ001


def test_points_are_hundredths_and_a_share() -> None:
    """Thirds of a point are rounded; of a check without points everything is earned."""
    assert review(3.3333).points == 3.33
    assert review(4).share == 0.4
    assert review(0, max_points=0).share == 1
