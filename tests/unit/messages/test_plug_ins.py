"""The sentences of other packages."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from grader.messages import catalogue

Install = Callable[..., None]


def register(point: EntryPoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it the only entry point there is."""
    monkeypatch.setattr(
        metadata, "entry_points", lambda group: [point] if group == point.group else []
    )


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Make a package with catalogues and register it as a kind of evidence."""

    def install(**files: str) -> None:
        folder = tmp_path / "their_kind"
        folder.mkdir()
        (folder / "__init__.py").write_text("raise ImportError('not to be imported')")
        for language, text in files.items():
            (folder / f"messages.{language}.toml").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        point = EntryPoint("theirs", "their_kind:KIND", "grader.evidence")
        register(point, monkeypatch)
        catalogue.cache_clear()

    catalogue.cache_clear()
    yield install
    catalogue.cache_clear()


def test_sentences_of_another_package_are_merged(install: Install) -> None:
    """A package registers what it brings; its sentences are found without importing it."""
    install(en='[why]\ntoo-quiet = "it is too quiet"', fr='[why]\ntoo-quiet = "trop bas"')

    assert catalogue("en")("why.too-quiet") == "it is too quiet"
    assert catalogue("fr")("why.too-quiet") == "trop bas"
    assert "their_kind" not in sys.modules


def test_english_stands_in_for_a_language_a_package_does_not_have(install: Install) -> None:
    """A package with English sentences alone serves labs in other languages too."""
    install(en='[why]\ntoo-quiet = "it is too quiet"')

    assert catalogue("fr")("why.too-quiet") == "it is too quiet"


def test_another_package_does_not_change_sentences_of_the_grader(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    """A key that is there already stays as it is, and a warning says so."""
    install(en='[accuracy]\npassed = "Well done."\n[why]\nlambda = "ours"\nnew = "new"')
    with caplog.at_level(logging.WARNING):
        sentences = catalogue("en").sentences

    assert (sentences["accuracy.passed"], sentences["why.new"]) == ("Full points.", "new")
    assert "carries code" in sentences["why.lambda"]
    assert sorted(record.args[1] for record in caplog.records if record.args) == [
        "accuracy.passed",
        "why.lambda",
    ]


@pytest.mark.parametrize("text", ["[why", 'why = "no table"', "[why]\nx = 3"])
def test_a_damaged_catalogue_of_another_package_stops_nobody(
    install: Install, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    """It is reported, and the grader's own sentences are there."""
    install(en=text)
    with caplog.at_level(logging.WARNING):
        assert catalogue("en")("accuracy.passed") == "Full points."
    assert len(caplog.records) == 1


def test_an_entry_point_without_a_module_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A package that was removed by halves is reported."""
    point = EntryPoint("gone", "no_such_package.inner:KIND", "grader.evidence")
    register(point, monkeypatch)
    catalogue.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert catalogue("en")("accuracy.passed") == "Full points."
    catalogue.cache_clear()

    assert "'gone' has no module" in caplog.text
