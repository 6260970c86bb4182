from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from grader import registry
from grader.errors import GraderError, UnknownNameError
from grader.records.lab import Lab
from tests.factories import lab, threshold


class Point:
    """An entry point of another package."""

    def __init__(self, value: Any) -> None:
        self.name = "theirs"
        self._value = value

    def load(self) -> Any:
        if isinstance(self._value, Exception):
            raise self._value
        return self._value


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def install(value: Any) -> None:
        monkeypatch.setattr(registry, "entry_points", lambda group: [Point(value)])
        registry.labs.cache_clear()

    yield install
    registry.labs.cache_clear()


def test_labs_are_listed_by_slug() -> None:
    """Every lab is found under its slug, in the order of the slugs."""
    found = registry.labs()

    assert list(found) == sorted(found)
    assert all(item.slug == slug for slug, item in found.items())
    assert {"ml-assignment2", "mnist-cifar100", "playground-cifar10"} <= found.keys()


def test_an_unknown_lab_names_the_closest() -> None:
    """A slip of the finger is answered with the name that was meant."""
    with pytest.raises(UnknownNameError, match="no lab named 'mnist-cifar10'") as caught:
        registry.lab("mnist-cifar10")
    assert "did you mean 'mnist-cifar100'" in caught.value.hint


def test_labs_of_other_packages_are_found(install: Any) -> None:
    """An entry point that is a `Lab` is a lab like ours."""
    theirs: Lab = lab(threshold(), slug="theirs")
    install(theirs)

    assert registry.lab("theirs") is theirs


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (lab(threshold(), slug="mnist-cifar100"), "two labs are called 'mnist-cifar100'"),
        ({"slug": "x"}, "is no Lab but dict"),
        (ImportError("no module"), "'theirs' of another package cannot be loaded: no module"),
    ],
)
def test_broken_labs_of_other_packages_are_named(install: Any, value: Any, message: str) -> None:
    """Duplicate names, things that are no labs and failing imports are told, not passed over."""
    install(value)

    with pytest.raises(GraderError, match=message):
        registry.labs()
