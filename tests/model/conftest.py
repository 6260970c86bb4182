"""The model tier: real models, opened in sandboxed processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault(
    "TF_ENABLE_ONEDNN_OPTS", "1"
)  # as in the sandbox; convolutions need it for channels first

from grader.sandbox import Limits, Sandboxes
from grader.sandbox.selftest import assess


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/model" in item.nodeid:
            item.add_marker("model")


@pytest.fixture(scope="session", autouse=True)
def _elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Not in the repository, which is a course directory with hidden tests of its own."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    yield
    os.chdir(before)


@pytest.fixture(scope="session")
def sandboxes() -> Iterator[Sandboxes]:
    """The sandboxes of the whole tier, so that TensorFlow is imported once."""
    with Sandboxes(Limits(wall_s=60), assess().level) as opened:
        yield opened
