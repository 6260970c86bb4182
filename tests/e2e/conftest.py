"""The end-to-end tier: whole labs through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e" in item.nodeid:
            item.add_marker("e2e")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets; the test is skipped where they are not."""
    if not (SHARED / "data" / "mnist.npz").is_file():
        pytest.skip(f"the real data are not at {SHARED / 'data'} (GRADER_SHARED)")
    return SHARED / "data"
