from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.intake.times import UnreadableTimeError, occurrences, read_times

PARIS = ZoneInfo("Europe/Paris")
EVENING = datetime(2026, 11, 1, 20, tzinfo=PARIS)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01T20:00:00+01:00",
        "2026-11-01T19:00:00Z",
        "2026-11-01T20:00+01",
        "2026-11-01 20:00:00 +0100",
        "2026-11-01 20:00:00.000+01:00",
        "2026-11-01 19:00:00 UTC",
        "2026-11-01 19:00:00.123456 UTC",
        "2026-11-01 20:00 CET",
        "2026-11-01 20:00",
        "2026/11/01 20:00:00",
        "01.11.2026 20:00",
        "1.11.2026, 20:00 Uhr",
        "1.11.2026 20.00 Uhr",
        "Sunday, 1 November 2026, 8:00 PM",
        "Sunday, 1 November 2026, 8:00\N{NARROW NO-BREAK SPACE}PM",
        "Sunday, November 1, 2026, 8:00 PM",
        "Sun, 1 Nov 2026, 8:00 p.m.",
        "Nov 1, 2026 at 8:00 PM",
        "1 November 2026, 20:00",
        "dimanche 1 novembre 2026, 20:00",
        "dimanche 1er novembre 2026 à 20h00",
        "dimanche, 1 novembre 2026, 20 h 00",
        "Sonntag, 1. November 2026, 20:00",
        "domingo, 1 de noviembre de 2026, 20:00",
        "domingo, 1 de noviembre de 2026, 8:00 p. m.",
        "diumenge, 1 de novembre 2026, 20:00",
        "diumenge, 1 novembre 2026, 8:00 PM",
        "46327.8333",
        "46327,8333",
        "46327.833333333336",
    ],
)
def test_one_evening_is_read_however_it_is_written(text: str) -> None:
    """What Moodle, Canvas, Gradescope, spreadsheets and people write means the same moment in Paris."""
    (found,) = read_times([text], PARIS)

    assert found.replace(second=0, microsecond=0).astimezone(UTC) == EVENING.astimezone(UTC)


@pytest.mark.parametrize(
    ("month", "names"),
    [
        (1, "January Januar janvier enero gener Jan."),
        (2, "February février Februar febrero febrer"),
        (3, "March mars März marzo març"),
        (4, "April avril abril abr."),
        (5, "May mai Mai mayo maig"),
        (6, "June juin Juni junio juny"),
        (7, "July juillet Juli julio juliol"),
        (8, "August août agosto agost"),
        (9, "September septembre septiembre setiembre setembre"),
        (10, "October octobre Oktober octubre"),
        (11, "November novembre noviembre"),
        (12, "December décembre Dezember diciembre desembre"),
    ],
)
def test_months_are_known_in_five_languages(month: int, names: str) -> None:
    """The names as Moodle writes them."""
    for name in names.split():
        (found,) = read_times([f"7 {name} 2026, 12:00"], UTC)
        assert found == datetime(2026, month, 7, 12, tzinfo=UTC)


def test_catalan_elides_its_preposition() -> None:
    """`d'octubre`, with either apostrophe."""
    for apostrophe in "'\N{RIGHT SINGLE QUOTATION MARK}":
        (found,) = read_times([f"dijous, 1 d{apostrophe}octubre del 2026, 20:00"], UTC)
        assert found == datetime(2026, 10, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["1/11/2026 8:00 PM", "13/11/2026 9:00"], datetime(2026, 11, 1, 20, tzinfo=UTC)),
        (["1/11/2026 8:00 PM", "11/13/2026 9:00"], datetime(2026, 1, 11, 20, tzinfo=UTC)),
        (["1-11-2026 20:00", "30-11-2026 9:00"], datetime(2026, 11, 1, 20, tzinfo=UTC)),
        (["5/5/2026 20:00"], datetime(2026, 5, 5, 20, tzinfo=UTC)),
    ],
)
def test_the_column_decides_which_number_is_the_day(texts: list[str], first: datetime) -> None:
    """One number above 12 says how the whole column is written; equal numbers need no decision."""
    assert read_times(texts, UTC)[0] == first


@pytest.mark.parametrize(
    ("texts", "place", "message"),
    [
        (["2026-11-01T20:00:00Z", "1/11/2026 8:00 PM"], 1, "day or the month first"),
        (["13/11/2026 20:00", "5/5/2026 9:00", "11/13/2026 20:00"], 2, "different orders"),
        (["2026-11-01"], 0, "a day without a time"),
        (["1.11.2026"], 0, "a day without a time"),
        (["46327"], 0, "a day without a time"),
        (["1/11/26 20:00"], 0, "two digits"),
        (["tomorrow"], 0, "'tomorrow' is no time"),
        (["2026-02-30 10:00"], 0, "no time"),
        (["2026-11-01 25:00"], 0, "no time"),
        (["2026-11-01 13:00 PM"], 0, "no time"),
        (["Monday, 1 November 2026, 8:00 PM"], 0, "no time"),
        (["1 Brumaire 2026, 20:00"], 0, "no time"),
        (["1793559600"], 0, "no time"),
        (["12345.5"], 0, "no time"),
        (["2026-11-01 20:00 EST"], 0, "EST"),
        (["2026-07-01 20:00 CET"], 0, "CET"),
        (["2026-03-29 02:30"], 0, "put forward"),
    ],
)
def test_what_may_mean_two_things_or_none_is_refused(
    texts: list[str], place: int, message: str
) -> None:
    """The error says which time, why, and how to write it."""
    with pytest.raises(UnreadableTimeError) as caught:
        read_times(texts, PARIS)

    assert message in str(caught.value)
    assert texts[place] in str(caught.value)
    assert caught.value.place == place
    assert caught.value.hint.startswith("write")


def test_without_a_zone_a_local_time_is_refused_with_the_line_to_write() -> None:
    """Times that name their offset need no zone; the others say what course.toml lacks."""
    assert read_times(["2026-11-01 19:00 UTC"], None) == [EVENING]
    with pytest.raises(UnreadableTimeError, match="no UTC offset") as caught:
        read_times(["01.11.2026 20:00"], None)
    assert 'timezone = "Europe/Paris"' in caught.value.hint


def test_a_time_that_clocks_show_twice_is_the_first_of_the_two() -> None:
    """In the hour that is put back the earlier reading counts, unless the text names the zone's winter time."""
    texts = ["2026-10-25 02:30", "2026-10-25 02:30 CET"]

    first, second = read_times(texts, PARIS)

    assert (first.utcoffset(), second.utcoffset()) == (timedelta(hours=2), timedelta(hours=1))


def test_clocks_show_a_time_once_twice_or_never() -> None:
    """Every moment at which a time is shown, in order."""
    hours = [
        [moment.utcoffset() for moment in occurrences(wall, PARIS)]
        for wall in (
            datetime(2026, 10, 25, 1, 30),  # noqa: DTZ001
            datetime(2026, 10, 25, 2, 30),  # noqa: DTZ001
            datetime(2026, 3, 29, 2, 30),  # noqa: DTZ001
        )
    ]

    assert hours == [[timedelta(hours=2)], [timedelta(hours=2), timedelta(hours=1)], []]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_iso_times_come_back_to_the_second(moment: datetime) -> None:
    """The form that every hint names is read exactly."""
    moment = moment.replace(microsecond=0)

    assert read_times([moment.isoformat()], None) == [moment]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)), st.integers(4, 12))  # noqa: DTZ001
@example(datetime(2000, 1, 1, 1, 21), 4)  # noqa: DTZ001  (half way between two numbers)
def test_serial_numbers_of_spreadsheets_keep_the_minute(wall: datetime, decimals: int) -> None:
    """Four decimals are enough for the minute, however a spreadsheet rounds."""
    wall = wall.replace(second=0, microsecond=0)
    days = (wall - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001

    assert read_times([f"{days:.{decimals}f}"], UTC) == [wall.replace(tzinfo=UTC)]
