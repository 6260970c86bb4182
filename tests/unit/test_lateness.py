from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records.lab import LatePolicy
from grader.scoring import lateness

DEADLINE = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)


def policy(**more: Any) -> LatePolicy:
    return LatePolicy(**{"deadline": DEADLINE, "penalty_per_day": 0.1} | more)


@pytest.mark.parametrize(
    ("late_by", "days", "factor"),
    [
        (timedelta(days=-3), 0, 1.0),
        (timedelta(0), 0, 1.0),
        (timedelta(seconds=1), 1, 0.9),
        (timedelta(days=1), 1, 0.9),
        (timedelta(days=1, seconds=1), 2, 0.8),
        (timedelta(days=30), 30, 0.0),
    ],
)
def test_every_day_begun_costs_its_share(late_by: timedelta, days: int, factor: float) -> None:
    """Points are lost for each day begun after the deadline, down to nothing."""
    result = lateness(policy(), DEADLINE + late_by)

    assert result.days == days
    assert result.factor == pytest.approx(factor)


def test_grace_counts_as_on_time_and_days_from_the_deadline() -> None:
    """Within the grace time nothing is lost; after it the first day counts from the deadline."""
    rule = policy(grace_minutes=15)

    assert lateness(rule, DEADLINE + timedelta(minutes=15)).days == 0
    assert lateness(rule, DEADLINE + timedelta(minutes=15, seconds=1)).days == 1


def test_after_closing_nothing_is_earned() -> None:
    """Up to the closing time the daily rule holds, later everything is lost."""
    rule = policy(closes_after_days=2)

    assert lateness(rule, DEADLINE + timedelta(days=2)).factor == pytest.approx(0.8)
    assert lateness(rule, DEADLINE + timedelta(days=2, seconds=1)).factor == 0


def test_an_excuse_costs_nothing_even_after_closing() -> None:
    """Excused students lose nothing, and the days are still told."""
    result = lateness(policy(closes_after_days=1), DEADLINE + timedelta(days=5), excused=True)

    assert (result.factor, result.days, result.excused) == (1.0, 5, True)


def test_offsets_are_taken_into_account() -> None:
    """00:30 at UTC+1 is still the evening before in UTC."""
    received = datetime(2026, 12, 2, 0, 30, tzinfo=timezone(timedelta(hours=1)))

    assert lateness(policy(), received).days == 0


def test_the_hour_put_back_in_autumn_counts() -> None:
    """Across the end of summer time the hours that passed count, not those on the clock."""
    paris = ZoneInfo("Europe/Paris")
    rule = policy(deadline=datetime(2026, 10, 25, 1, 0, tzinfo=paris), grace_minutes=180)

    received = datetime(2026, 10, 25, 4, 0, tzinfo=paris)

    assert lateness(rule, received).days == 1


def test_a_time_without_offset_is_refused() -> None:
    """A hand-in time that could be any zone's is not judged."""
    with pytest.raises(ValueError, match="UTC offset"):
        lateness(policy(), datetime(2026, 12, 1, 12))  # noqa: DTZ001


@given(
    st.timedeltas(timedelta(days=-10), timedelta(days=40)),
    st.timedeltas(timedelta(0), timedelta(days=10)),
    st.floats(0, 1),
    st.floats(0, 120),
    st.one_of(st.none(), st.floats(0, 30)),
)
def test_handing_in_later_never_pays(
    late_by: timedelta, more: timedelta, penalty: float, grace: float, closes: float | None
) -> None:
    """The factor is a share and never rises with time, whatever the rule."""
    rule = policy(penalty_per_day=penalty, grace_minutes=grace, closes_after_days=closes)

    sooner = lateness(rule, DEADLINE + late_by)
    later = lateness(rule, DEADLINE + late_by + more)

    assert 0 <= later.factor <= sooner.factor <= 1
    assert later.days >= sooner.days


@pytest.mark.parametrize(
    "field",
    [
        {"grace_minutes": -1},
        {"grace_minutes": float("nan")},
        {"grace_minutes": float("inf")},
        {"penalty_per_day": 1.5},
        {"penalty_per_day": -0.1},
        {"penalty_per_day": float("nan")},
        {"closes_after_days": -1},
        {"closes_after_days": float("nan")},
        {"closes_after_days": float("inf")},
        {"closes_after_days": 1e9},
        {"deadline": datetime(2026, 12, 1)},  # noqa: DTZ001
    ],
)
def test_impossible_late_rules_are_refused_when_declared(field: dict[str, Any]) -> None:
    """A rule that no hand-in time could be judged by is refused at once, not while grading."""
    with pytest.raises(ValueError, match=next(iter(field))):
        policy(**field)


PARIS = "Europe/Paris"


def paris(year: int, month: int, day: int, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(PARIS), fold=fold)


@pytest.mark.parametrize(
    ("deadline", "received", "days"),
    [
        # Clocks are put back in the night to Sunday, 25 October 2026: that day has 25 hours.
        (paris(2026, 10, 24, 23, 59), paris(2026, 10, 25, 23, 30), 1),
        (paris(2026, 10, 24, 23, 59), paris(2026, 10, 25, 23, 59), 1),
        (paris(2026, 10, 24, 23, 59), paris(2026, 10, 26, 0, 0), 2),
        (paris(2026, 10, 24, 2, 30), paris(2026, 10, 25, 2, 30, fold=1), 1),
        (paris(2026, 10, 24, 2, 30), paris(2026, 10, 25, 2, 31, fold=1), 2),
        (paris(2026, 10, 20, 23, 59), paris(2026, 10, 27, 23, 59), 7),
        # They are put forward in the night to Sunday, 29 March 2026: that day has 23 hours.
        (paris(2026, 3, 28, 23, 59), paris(2026, 3, 29, 23, 59), 1),
        (paris(2026, 3, 28, 23, 59), paris(2026, 3, 30, 0, 0), 2),
        (paris(2026, 3, 28, 2, 30), paris(2026, 3, 29, 3, 30), 1),
        (paris(2026, 3, 28, 2, 30), paris(2026, 3, 29, 3, 31), 2),
        (paris(2026, 3, 28, 2, 30), paris(2026, 3, 30, 2, 30), 2),
    ],
)
def test_days_are_those_of_the_calendar(deadline: datetime, received: datetime, days: int) -> None:
    """A day ends at the deadline's time on the clock, also where clocks were changed in it."""
    rule = policy(deadline=deadline, timezone=PARIS)

    assert lateness(rule, received.astimezone(UTC)).days == days


def test_closing_is_on_the_calendar_too() -> None:
    """A lab that closes after a day is open until the deadline's time on the next day's clock."""
    rule = policy(
        deadline=paris(2026, 10, 24, 23, 59), timezone=PARIS, closes_after_days=1, penalty_per_day=0.1
    )  # fmt: skip

    assert lateness(rule, paris(2026, 10, 25, 23, 59)).factor == pytest.approx(0.9)
    assert lateness(rule, paris(2026, 10, 26, 0, 0)).factor == 0


def test_without_a_zone_a_day_has_24_hours() -> None:
    """A deadline that names an offset alone knows of no change of clocks, whatever zone it was made with."""
    deadline = paris(2026, 10, 24, 23, 59)

    assert lateness(policy(deadline=deadline), paris(2026, 10, 25, 23, 30)).days == 2


ZONES = st.sampled_from([PARIS, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DELAYS = st.timedeltas(timedelta(0), timedelta(days=400))


@given(ZONES, MOMENTS, DELAYS, DELAYS, st.none() | st.floats(0, 30))
def test_on_a_calendar_as_well_handing_in_later_never_pays(
    zone: str, deadline: datetime, late_by: timedelta, more: timedelta, closes: float | None
) -> None:
    """Days never go back, even while the clocks do."""
    rule = policy(deadline=deadline, timezone=zone, closes_after_days=closes)
    sooner = lateness(rule, deadline + late_by)
    later = lateness(rule, deadline + late_by + more)

    assert later.days >= sooner.days
    assert later.factor <= sooner.factor


@given(ZONES, MOMENTS, DELAYS)
def test_no_day_is_shorter_than_23_hours_or_longer_than_25(
    zone: str, deadline: datetime, late_by: timedelta
) -> None:
    """A change of clocks moves the end of a day by an hour at most."""
    days = lateness(policy(deadline=deadline, timezone=zone), deadline + late_by).days

    assert math.ceil(late_by / timedelta(hours=25)) <= days
    assert days <= math.ceil(late_by / timedelta(hours=23))


@given(MOMENTS, st.integers(-12 * 60, 14 * 60), DELAYS, st.floats(0, 30))
def test_days_of_a_fixed_offset_have_24_hours(
    deadline: datetime, offset: int, late_by: timedelta, closes: float
) -> None:
    """Where clocks never change, days begun are the hours that passed divided by 24, rounded up."""
    local = deadline.astimezone(timezone(timedelta(minutes=offset)))
    rule = policy(deadline=local, closes_after_days=closes, penalty_per_day=0)
    result = lateness(rule, deadline + late_by)

    assert result.days == math.ceil(late_by / timedelta(days=1))
    assert (result.factor == 0) == (result.days > 0 and late_by > timedelta(days=closes))


def test_an_unknown_zone_is_refused_when_declared() -> None:
    """A rule that no calendar belongs to is refused at once."""
    with pytest.raises(ValueError, match="no time zone is called 'Europe/Pariss'"):
        policy(timezone="Europe/Pariss")
