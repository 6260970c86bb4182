"""Call the command line as a shell would, in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from grader.cli import main


@dataclass(frozen=True)
class Called:
    """What a call came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Called]:
    """Run `grader` with arguments through `main`, exit code and all."""

    def call(*arguments: object) -> Called:
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        shown = capsys.readouterr()
        return Called(code, shown.out, shown.err)

    return call
