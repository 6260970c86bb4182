"""Time zones by their names in the IANA database."""

from __future__ import annotations

import difflib
from zoneinfo import ZoneInfo, available_timezones


def time_zone(name: str) -> ZoneInfo:
    """The time zone of that name, such as ``Europe/Paris``.

    Raises:
        ValueError: There is none; the message names those that are close.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a folder of zones, such as "Europe", is an OSError
        raise ValueError(f"no time zone is called '{name}'; {_suggestion(name)}") from None


def _suggestion(name: str) -> str:
    """The zones meant by a wrong case, a city alone, or a slip of the pen."""
    places = sorted(zone for zone in available_timezones() if "/" in zone)
    cities = {_key(zone.rsplit("/", 1)[-1]): zone for zone in reversed(places)}
    known = cities | {_key(zone): zone for zone in [*places, "UTC"]}
    close = difflib.get_close_matches(_key(name), known, n=3, cutoff=0.8)
    if not close:
        return "names are those of the IANA database, such as 'Europe/Paris'"
    meant = list(dict.fromkeys(known[key] for key in close))[:2]
    return "did you mean " + " or ".join(f"'{zone}'" for zone in meant) + "?"


def _key(name: str) -> str:
    return name.casefold().replace(" ", "_").strip("_")
