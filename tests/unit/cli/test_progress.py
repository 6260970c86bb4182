from __future__ import annotations

import sys

import pytest

from grader.cli.progress import submissions_progress
from grader.grading.schedule import ProgressEvent


def event(done: int, *failures: str, kept: bool = False, total: int = 3) -> ProgressEvent:
    return ProgressEvent(done, total, f"s{done}", failures, 1.0, kept=kept)


def test_plain_lines_show_failures_and_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Into a file go single lines: what failed, and the last one; quick successes are not repeated."""
    with submissions_progress() as show:
        show(event(1, total=4))
        show(event(2, total=4))
        show(event(3, "corrupt", total=4))
        show(event(4, total=4))
    shown = capsys.readouterr()

    assert shown.out == ""
    lines = shown.err.splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        "[1/4] s1: ok",
        "[3/4] s3: corrupt",
        "[4/4] s4: ok",
    ]
    assert " s left" in lines[1]


def test_an_unchanged_run_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """What was kept from before is reported once, at the end."""
    with submissions_progress() as show:
        for done in (1, 2, 3):
            show(event(done, kept=True))

    assert capsys.readouterr().err.splitlines() == ["[3/3] s3: kept"]


def test_a_terminal_gets_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal progress is drawn on standard error, with a line for each failure."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    with submissions_progress() as show:
        show(event(1, "corrupt"))
        show(event(3))
    shown = capsys.readouterr()

    assert shown.out == ""
    assert "s1: corrupt" in shown.err
    assert "3/3" in shown.err
