"""``grader playground``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli.playground import command

LINK = "https://playground.tensorflow.org/#dataset=xor&networkShape=3&seed=0.31415&percTrainData=10"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--isolation", "none"], catch_exceptions=False)


def test_a_link_is_shown_with_its_losses() -> None:
    """Data, model, training, losses, and how certain they are."""
    lines = run(LINK, "--epochs", "10").output.splitlines()

    assert lines[0] == "Data      xor, seed 0.31415: 50 points to train on, 450 to test on"
    assert lines[1] == "Model     X1, X2 | 3 tanh: 1 hidden layer, 3 neurons, 9 weights"
    assert lines[2] == "Training  batch 10, rate 0.03"
    assert [line.split()[0] for line in lines[4:7]] == ["0", "1", "10"]
    assert lines[-1] == "State     replayed exactly"


def test_json_and_a_page_of_a_file(tmp_path: Path) -> None:
    """Each link with what was noted, and on the page its picture and its curves."""
    file, page = tmp_path / "links.toml", tmp_path / "page.html"
    file.write_text(f'[1-linear]\nlink = "{LINK}"\nepochs = 7\ntest_loss = 0.9\n')
    result = json.loads(run(str(file), "--epochs", "5", "--html", str(page), "--json").output)

    (link,) = result["links"]
    assert (link["exercise"], link["claim"]["epochs"]) == ("1-linear", 7)
    assert link["replay"]["losses"][-1]["epoch"] == 7
    assert link["replay"].get("skipped", 0) is None
    text = page.read_text()
    assert "the replay shows other losses" in text
    assert text.count("data:image/png;base64,") == 1
    assert text.count("<polyline") == 2


def test_a_link_that_cannot_be_replayed_names_its_key() -> None:
    """And ends well: it was read."""
    result = run(LINK.replace("&seed=0.31415", ""))

    assert result.exit_code == 0
    assert "has no seed" in result.output


@pytest.mark.parametrize("source", ["nothing.toml", "folder"])
def test_what_is_neither_a_link_nor_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """With its name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    result = run(source)

    assert result.exit_code == 2
    assert f"{source} is neither a link nor a file" in result.output
