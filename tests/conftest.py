"""What all tiers share: an environment that no developer's shell reaches into, and golden files."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A busy machine is no fault of the code: how long an example takes is shown by benchmarks, never by a test.
settings.register_profile("grader", deadline=None)
settings.load_profile("grader")

#: Says where the real data lie; the tests that need them skip without it.
_KEPT = frozenset({"GRADER_SHARED"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write the golden files anew, for review"
    )


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what GitHub Actions and a developer's own set-up would change."""
    for name in os.environ:
        if name.startswith(("GRADER_", "GITHUB_")) and name not in _KEPT:
            monkeypatch.delenv(name)
