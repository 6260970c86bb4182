"""Read the times that learning management systems, spreadsheets and people write.

Nothing is guessed: what may be read in two ways is refused, unless another time of the same column decides it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from grader.intake.month_names import MONTHS, WEEKDAYS

_ISO = "2026-11-01T20:00:00+01:00"
_FIRST_DAY_OF_SPREADSHEETS = datetime(1899, 12, 30)  # noqa: DTZ001  (a wall clock's)
_YEARS = range(1990, 2100)

_CLOCK = re.compile(
    r"(?:(?:at|à|um|a las?|a les) ?)?(\d{1,2})(?::| ?h ?|\.)(\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?"
    r" ?(a\.? ?m\.?|p\.? ?m\.?|uhr|h)?(?: ?(utc|gmt|z|[a-z]{3,5})?(?: ?([+-]\d{2}:?\d{2}|[+-]\d{2}))?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})[ ,t]+(.+)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})[ ,]+(.+)")
_WORDS = re.compile(
    r"(?:([^\W\d]+)\.?,? )?(?:"
    r"(?P<day>\d{1,2})(?:\.|er|st|nd|rd|th)? (?:de |d')?(?P<month>[^\W\d]+)\.?"
    r"|(?P<month_first>[^\W\d]+)\.? (?P<day_second>\d{1,2})(?:st|nd|rd|th)?"
    r"),? (?:del? )?(?P<year>\d{4})(?:,| -)? (?P<clock>.+)"
)
_SERIAL = re.compile(r"(\d{5})[.,](\d+)")
_SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}(?!\d)")
_ONLY_A_DAY = re.compile(r"\d{5}|\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4}")


class UnreadableTimeError(ValueError):
    """A time of a column that cannot be read, or may mean two.

    Args:
        place: Which of the texts, counted from 0.
        message: What is wrong with it.
        hint: How to write it.
    """

    def __init__(self, place: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.place = place
        self.hint = hint


@dataclass(frozen=True)
class _Reading:
    """A time as its text gives it."""

    wall: datetime
    """What the clock showed."""
    zone: tzinfo | None = None
    """Where the text names an offset."""
    abbreviation: str = ""
    """Such as ``CET``, where the text names a zone that way."""


@dataclass(frozen=True)
class _Readings:
    """What a text may mean, with the day before the month and with the month before the day."""

    day_first: _Reading | None
    month_first: _Reading | None

    @property
    def is_ambiguous(self) -> bool:
        return None not in (self.day_first, self.month_first) and self.day_first != self.month_first


def read_times(texts: Sequence[str], zone: tzinfo | None) -> list[datetime]:
    """Read the times of one column, in the order given, each with a UTC offset.

    Read are ISO 8601; numbers with the day or the month first, which one the whole column decides; dates in English,
    French, German, Spanish and Catalan words; and days since 1900 as spreadsheets count. A time that clocks show
    twice is the first of the two.

    Args:
        texts: None of them empty.
        zone: Where times without an offset were taken; None refuses those.

    Raises:
        UnreadableTimeError: Of the first text that cannot be read, or may mean two times.
    """
    readings = [_read(place, text) for place, text in enumerate(texts)]
    month_first = _is_month_first(texts, readings)
    chosen = [reading.month_first if month_first else reading.day_first for reading in readings]
    return [
        _resolve(place, text, reading, zone)
        for place, (text, reading) in enumerate(zip(texts, chosen, strict=True))
        if reading is not None
    ]


def occurrences(wall: datetime, zone: tzinfo) -> list[datetime]:
    """The moments at which clocks of a zone show a time: one; two where they are put back; none where put forward.

    Args:
        wall: What the clock shows, without an offset.
        zone: Whose clocks.

    Returns:
        The moments in order, each with its UTC offset.
    """
    found: dict[datetime, datetime] = {}
    for fold in (0, 1):
        moment = wall.replace(tzinfo=zone, fold=fold)
        utc = moment.astimezone(UTC)
        if utc.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
            found[utc] = utc.astimezone(timezone(moment.utcoffset() or timedelta()))
    return [found[utc] for utc in sorted(found)]


def _read(place: int, text: str) -> _Readings:
    plain = _plain(text)
    readings = _year_first(plain) or _year_last(plain) or _in_words(plain) or _serial(plain)
    if readings is None:
        if _SHORT_YEAR.match(plain):
            raise UnreadableTimeError(
                place, f"'{text}' has a year of two digits, or a day", f"write {_ISO}"
            )
        if _ONLY_A_DAY.fullmatch(plain):
            raise UnreadableTimeError(
                place, f"'{text}' names a day without a time of day", f"write {_ISO}"
            )
        raise UnreadableTimeError(place, f"'{text}' is no time that can be read", f"write {_ISO}")
    return readings


def _plain(text: str) -> str:
    """Small letters, single blanks, no accents but those of words, straight apostrophes."""
    text = unicodedata.normalize("NFKC", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(text.casefold().split())


def _year_first(text: str) -> _Readings | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        return None
    year, _, month, day, clock = match.groups()
    reading = _at(int(year), int(month), int(day), clock)
    return None if reading is None else _Readings(reading, reading)


def _year_last(text: str) -> _Readings | None:
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return None
    first, sign, second, year, clock = match.groups()
    day_first = _at(int(year), int(second), int(first), clock)
    # Nobody writes points between numbers and means the month by the first.
    month_first = day_first if sign == "." else _at(int(year), int(first), int(second), clock)
    if day_first is None and month_first is None:
        return None
    return _Readings(day_first, month_first)


def _in_words(text: str) -> _Readings | None:
    match = _WORDS.fullmatch(text)
    if match is None:
        return None
    month = MONTHS.get(match["month"] or match["month_first"])
    if month is None:
        return None
    reading = _at(
        int(match["year"]), month, int(match["day"] or match["day_second"]), match["clock"]
    )
    weekday = match[1]
    if reading is None or (weekday and WEEKDAYS.get(weekday) != reading.wall.weekday()):
        return None
    return _Readings(reading, reading)


def _serial(text: str) -> _Readings | None:
    """Days since the end of 1899, rounded to the minute or second that the decimals allow for."""
    match = _SERIAL.fullmatch(text)
    if match is None:
        return None
    seconds = float(f"0.{match[2]}") * 86400
    slack = 86400 * 0.5 / 10 ** len(match[2]) + 1e-6  # half a place may be a hair more as a float
    unit = next(
        (unit for unit in (60, 1) if abs(seconds - round(seconds / unit) * unit) <= slack), 1
    )
    wall = _FIRST_DAY_OF_SPREADSHEETS + timedelta(
        days=int(match[1]), seconds=round(seconds / unit) * unit
    )
    return _Readings(_Reading(wall), _Reading(wall)) if wall.year in _YEARS else None


def _at(year: int, month: int, day: int, clock: str) -> _Reading | None:
    match = _CLOCK.fullmatch(clock)
    if match is None or year not in _YEARS:
        return None
    hour, half = int(match[1]), (match[4] or "")[:1]
    if half in ("a", "p"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        wall = datetime(year, month, day, hour, int(match[2]), int(match[3] or 0))  # noqa: DTZ001
        return _Reading(wall, *_offset(match[5] or "", match[6] or ""))
    except ValueError:
        return None


def _offset(name: str, digits: str) -> tuple[tzinfo | None, str]:
    """The offset a text names, or the abbreviation of a zone without one."""
    if digits:
        sign = -1 if digits[0] == "-" else 1
        minutes = int(digits[1:3]) * 60 + int(digits[3:].strip(":") or 0)
        return timezone(sign * timedelta(minutes=minutes)), ""
    if name in ("utc", "gmt", "z"):
        return UTC, ""
    return None, name.upper()


def _is_month_first(texts: Sequence[str], readings: Sequence[_Readings]) -> bool:
    """Whether the column has the month before the day."""
    only_day = [place for place, item in enumerate(readings) if item.month_first is None]
    only_month = [place for place, item in enumerate(readings) if item.day_first is None]
    if only_day and only_month:
        place = max(only_day[0], only_month[0])
        other = min(only_day[0], only_month[0])
        raise UnreadableTimeError(
            place,
            f"'{texts[place]}' and '{texts[other]}' above it have the day and the month in different orders",
            f"write every time as {_ISO}",
        )
    unclear = next((place for place, item in enumerate(readings) if item.is_ambiguous), None)
    if unclear is not None and not only_day and not only_month:
        raise UnreadableTimeError(
            unclear,
            f"'{texts[unclear]}' may have the day or the month first, and no time of the column decides it",
            f"write {_iso(readings[unclear].day_first)} or {_iso(readings[unclear].month_first)}, "
            "with the UTC offset unless course.toml names a time zone",
        )
    return bool(only_month)


def _iso(reading: _Reading | None) -> str:
    return "" if reading is None else reading.wall.isoformat()


def _resolve(place: int, text: str, reading: _Reading, zone: tzinfo | None) -> datetime:
    if reading.zone is not None:
        return reading.wall.replace(tzinfo=reading.zone)
    if zone is None:
        raise UnreadableTimeError(
            place,
            f"'{text}' has no UTC offset, and course.toml names no time zone",
            f'write timezone = "Europe/Paris" (yours) at the top of course.toml, or {_ISO} here',
        )
    moments = occurrences(reading.wall, zone)
    if not moments:
        raise UnreadableTimeError(
            place,
            f"'{text}' was shown by no clock in {zone}: they were put forward over it",
            f"write it with the UTC offset it was taken with: {_ISO}",
        )
    named = [moment for moment in moments if _names(moment, zone, reading.abbreviation)]
    if not named:
        raise UnreadableTimeError(
            place,
            f"'{text}' names the zone {reading.abbreviation}, which clocks in {zone} did not show then",
            f"write it with its UTC offset: {_ISO}",
        )
    return named[0]


def _names(moment: datetime, zone: tzinfo, abbreviation: str) -> bool:
    return not abbreviation or moment.astimezone(zone).tzname() == abbreviation
