from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib import metadata
from typing import Any

import pytest

from grader import registry
from grader.datasets.base import Dataset
from grader.errors import UnknownNameError
from grader.records.lab import Lab
from grader.registry import COMMANDS, DATASETS, LABS, REGISTRIES, Registry
from tests.factories import lab, threshold


class Point:
    """An entry point of another package."""

    dist = None

    def __init__(self, value: Any, name: str = "theirs") -> None:
        self.name = name
        self._value = value

    def load(self) -> Any:
        if isinstance(self._value, Exception):
            raise self._value
        return self._value


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def install(group: str, *points: Point) -> None:
        here = {group: list(points)}
        monkeypatch.setattr(metadata, "entry_points", lambda group: here.get(group, []))
        for each in REGISTRIES:
            each.refresh()

    yield install
    for each in REGISTRIES:
        each.refresh()


def test_labs_are_listed_by_slug() -> None:
    """Every lab is found under its slug, in the order of the slugs."""
    found = registry.labs()

    assert list(found) == sorted(found)
    assert all(item.slug == slug for slug, item in found.items())
    assert {"ml-assignment2", "mnist-cifar100", "playground-cifar10"} <= found.keys()


def test_datasets_go_by_the_name_of_their_module() -> None:
    """The name by which a dataset is found without importing it is its own."""
    assert {name: item.name for name, item in DATASETS.all().items()} == {
        name: name for name in DATASETS.names()
    }


@pytest.mark.parametrize("each", REGISTRIES, ids=lambda each: str(each._what))
def test_everything_of_the_grader_itself_can_be_used(each: Registry) -> None:
    """No entry is left out, and nothing installed here is broken."""
    assert tuple(each.all()) == each.names()
    assert each.problems() == ()


@pytest.mark.parametrize(
    ("each", "name", "close"),
    [
        (LABS, "mnist-cifar10", "mnist-cifar100"),
        (DATASETS, "minst", "mnist"),
        (COMMANDS, "gardes", "grade"),
    ],
)
def test_an_unknown_name_is_answered_with_the_closest(
    each: Registry, name: str, close: str
) -> None:
    """A typing error is answered with the name that was meant."""
    with pytest.raises(UnknownNameError, match=f"named '{name}'") as caught:
        each.get(name)
    assert f"did you mean '{close}'" in caught.value.hint


def test_entries_of_other_packages_are_found(install: Any) -> None:
    """An entry point of the right type is an entry like ours."""
    theirs: Lab = lab(threshold(), slug="theirs")
    install("grader.labs", Point(theirs, "any-name"))

    assert registry.lab("theirs") is theirs
    assert "theirs" in registry.labs()


def test_names_import_nothing(install: Any) -> None:
    """Where entries go by their module's name, another package is imported only when it is asked for."""
    install("grader.datasets", Point(ImportError("no module")))

    assert "theirs" in DATASETS.names()
    with pytest.raises(UnknownNameError):
        DATASETS.get("theirs")
    assert "theirs" not in DATASETS.names()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (lab(threshold(), slug="mnist-cifar100"), "the name 'mnist-cifar100' is taken already"),
        ({"slug": "x"}, "it is no Lab but dict"),
        (ImportError("no module"), "it cannot be imported: ImportError: no module"),
    ],
    ids=["name taken", "wrong type", "import error"],
)
def test_a_broken_plug_in_stops_nobody(
    install: Any, caplog: pytest.LogCaptureFixture, value: Any, reason: str
) -> None:
    """It is logged once, kept as a problem, and everything else works on."""
    ours = registry.labs()
    install("grader.labs", Point(value))
    with caplog.at_level(logging.WARNING):
        found = registry.labs()
        registry.labs()

    assert found == ours
    assert [problem.reason for problem in LABS.problems()] == [reason]
    assert [record.getMessage() for record in caplog.records] == [
        f"the lab 'theirs' of another package is ignored: {reason}"
    ]


def test_a_plug_in_does_not_replace_a_dataset_of_the_grader(install: Any) -> None:
    """The name of a dataset of ours stays with it."""
    install("grader.datasets", Point(DATASETS.get("digits"), "mnist"))

    assert isinstance(DATASETS.get("mnist"), Dataset)
    assert DATASETS.get("mnist").name == "mnist"
    assert [problem.name for problem in DATASETS.problems()] == ["mnist"]


def test_the_summary_of_a_command_is_its_first_line() -> None:
    """A built-in command is summarised from its source, without importing it."""
    assert COMMANDS.summary("doctor") == "Show versions, data and limits, and what is missing."


def test_the_summary_of_another_packages_command_names_the_package(install: Any) -> None:
    """Nothing of another package is imported to list its command."""
    install("grader.commands", Point(ImportError("no module")))

    assert COMMANDS.summary("theirs") == "Added by another package."
