"""Times as learning platforms write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from grader.intake.month_names import MONTHS

_WRITTEN = re.compile(
    r"((?P<day>\d{1,2})\.? (?P<month>[^\W\d]+)|(?P<month_first>[^\W\d]+)\.? (?P<day_after>\d{1,2}))[.,]*"
    r" (?P<year>\d{4}),? (?P<hour>\d{1,2})[:h_.]?(?P<minute>\d\d)( ?(?P<half>[AP])\.?M\.?)?",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"(?P<moment>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?)([.,](?P<fraction>\d+))?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d|[A-Za-z_]+(/[A-Za-z0-9_+-]+)*)?"
)


def written_time(text: str) -> datetime | None:
    """A time as people write it, ``1 Nov, 2026 8:00 PM`` or ``Nov 1, 2026 800 PM``, without a zone; None for others."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return None
    month = MONTHS.get((match["month"] or match["month_first"]).casefold())
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    try:
        return datetime(  # noqa: DTZ001 - there is none
            *(int(match["year"]), month or 0, int(match["day"] or match["day_after"])),
            *(hour, int(match["minute"])),
        )
    except ValueError:
        return None


def stamped_time(text: str) -> datetime | None:
    """A time as programs write it, ``2026-11-01 12:00:00.123456789 Z``; UTC where no zone is named, None for others."""
    match = _STAMP.fullmatch(text.strip())
    if match is None:
        return None
    zone = match["zone"] or "UTC"
    try:
        moment = datetime.fromisoformat(match["moment"].replace(" ", "T"))
        if zone[0] in "+-" or zone == "Z":
            return datetime.fromisoformat(f"{moment.isoformat()}{zone}")
        return moment.replace(tzinfo=UTC if zone == "UTC" else ZoneInfo(zone))
    except (ValueError, OSError):  # no such day, no such zone
        return None
    except KeyError:  # ZoneInfoNotFoundError
        return None
