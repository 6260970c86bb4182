"""Progress of code that runs."""

from __future__ import annotations

import pytest

from grader.cli import progress
from grader.cli.progress import check_progress, steps_progress


def test_steps_are_plain_lines_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are far between: here every one is shown."""
    monkeypatch.setattr(progress, "_PLAIN_STEP_S", 0.0)
    with steps_progress() as show:
        show(1, 3, "lab.ipynb, cell 2")
        show(2, 3, "lab.ipynb, cell 4")

    assert capsys.readouterr().err == "[1/3] lab.ipynb, cell 2\n[2/3] lab.ipynb, cell 4\n"


def test_quick_steps_are_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """A run of a moment prints nothing."""
    with check_progress() as (_, show):
        show(1, 3, "lab.ipynb, cell 2")

    assert capsys.readouterr().err == ""
