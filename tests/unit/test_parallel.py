"""Work spread over the cores: all of it is done, and what went wrong reaches the caller."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.parallel import WORTH_IT, over_cores, usable_cores


@pytest.mark.parametrize("count", [0, 1, WORTH_IT - 1, WORTH_IT, 3 * WORTH_IT + 1])
def test_every_item_is_done_once(tmp_path: Path, count: int) -> None:
    """However many items there are, each leaves its result."""

    def work(number: int) -> None:
        with (tmp_path / str(number)).open("a") as stream:
            stream.write("done")

    over_cores(work, range(count), cores=2)

    assert {path.name for path in tmp_path.iterdir()} == {str(number) for number in range(count)}
    assert all(path.read_text() == "done" for path in tmp_path.iterdir())


def test_an_error_reaches_the_caller(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What failed in a process of its own is tried again here, so that its error is seen."""

    def work(number: int) -> None:
        if number == WORTH_IT:
            raise OSError("no room")
        (tmp_path / str(number)).touch()

    with pytest.raises(OSError, match="no room"):
        over_cores(work, range(2 * WORTH_IT), cores=2)
    assert "Traceback" not in capfd.readouterr().err


def test_there_is_a_core() -> None:
    """A process may use at least one core."""
    assert usable_cores() >= 1
