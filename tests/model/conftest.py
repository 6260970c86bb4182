"""The model tier: real networks, opened in sandboxed processes."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from grader.grading.batch import open_sandbox
from grader.sandbox import Limits, Sandbox


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/model" in item.nodeid:
            item.add_marker("model")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for the whole tier, so that TensorFlow is imported once."""
    with open_sandbox(Limits(wall_s=60)) as opened:
        yield opened
