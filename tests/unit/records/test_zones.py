from __future__ import annotations

import pytest

from grader.records.zones import time_zone


@pytest.mark.parametrize("name", ["Europe/Paris", "America/New_York", "UTC"])
def test_zones_are_known_by_name(name: str) -> None:
    """The names are those of the IANA database."""
    assert time_zone(name).key == name


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Pari", "did you mean 'Europe/Paris'"),
        ("europe/paris", "did you mean 'Europe/Paris'"),
        ("Paris", "did you mean 'Europe/Paris'"),
        ("New York", "'America/New_York'"),
        ("CEST", "such as 'Europe/Paris'"),
        ("", "such as 'Europe/Paris'"),
        ("Europe", "such as 'Europe/Paris'"),
        ("../etc/passwd", "such as 'Europe/Paris'"),
        ("Romance Standard Time", "such as 'Europe/Paris'"),
    ],
)
def test_an_unknown_zone_is_refused_with_those_that_are_close(name: str, hint: str) -> None:
    """A city, another case and a slip are answered with the zone that was meant."""
    with pytest.raises(ValueError, match="no time zone") as caught:
        time_zone(name)
    assert hint in str(caught.value)
