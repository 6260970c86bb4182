"""Find the tests in a lab's test files, with their marks; runs in the child process alone."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.datasets.secret_images import image_digest
from grader.hidden.files import FOUND_FILE
from grader.hidden.places import describe, message_of
from grader.hidden.session import STORED, evidence_fixtures, fixture_module, run_pytest
from grader.records.base import to_json
from grader.records.hidden_test import FoundTest, FoundTests

#: More images than these take too long with the slowest models.
MOST_IMAGES = 10_000

_VISIBILITIES = ("visible", "result-only", "hidden")


def find_tests(folder: Path, out: Path) -> None:
    """Write what the test files hold: ``found.json``, and ``<number>.npy`` for images that are drawn.

    Args:
        folder: Holds the test files.
        out: An empty folder.
    """
    finder = _Finder(folder, _DrawnImages(out))
    names = [STORED, "submission", *evidence_fixtures()]
    fixtures = fixture_module({name: _nothing(name) for name in names})
    run_pytest(folder, "--collect-only", plugins=(fixtures, finder))
    (out / FOUND_FILE).write_bytes(to_json(finder.found()))


def _nothing(name: str) -> Callable[[], None]:
    def fixture() -> None:
        raise AssertionError(f"{name} has no value before tests are run")

    return fixture


class _MarkError(ValueError):
    """A mark that cannot be used; says why and what to write."""


class _DrawnImages:
    """The images test files draw, each set once."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._numbers: dict[str, int] = {}

    def number(self, draw: Callable[[], Any]) -> int:
        """The number of the file with the images a function returns.

        Raises:
            _MarkError: It returns something else.
        """
        images = draw()
        _refuse_odd_images(images, getattr(draw, "__name__", "the function"))
        digest = image_digest(images)
        if digest not in self._numbers:
            self._numbers[digest] = len(self._numbers)
            np.save(self._out / f"{self._numbers[digest]}.npy", images, allow_pickle=False)
        return self._numbers[digest]


def _refuse_odd_images(images: Any, name: str) -> None:
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
        found = images.dtype if isinstance(images, np.ndarray) else type(images).__name__
        raise _MarkError(f"{name}() returns {found}, not a NumPy array of uint8")
    if not (images.ndim == 3 or (images.ndim == 4 and images.shape[3] == 3)):
        raise _MarkError(
            f"{name}() returns shape {images.shape}, not (N, height, width) or (N, height, width, 3)"
        )
    if not 1 <= len(images) <= MOST_IMAGES:
        raise _MarkError(f"{name}() returns {len(images)} images, not 1 to {MOST_IMAGES:,}")


class _Finder:
    """Notes what pytest collects."""

    def __init__(self, folder: Path, drawn: _DrawnImages) -> None:
        self._folder = folder
        self._drawn = drawn
        self._tests: dict[str, FoundTest] = {}
        self._problems: dict[str, str] = {}

    def found(self) -> FoundTests:
        """All of it."""
        return FoundTests(tests=tuple(self._tests.values()), problems=self._problems)

    def pytest_exception_interact(self, node: pytest.Collector, call: Any) -> None:
        """Note why a file cannot be read."""
        error: BaseException = call.excinfo.value
        file = node.nodeid.partition("::")[0]
        cause = error.__cause__ if isinstance(error, pytest.Collector.CollectError) else None
        self._problems[file] = describe(cause or error, self._folder, file)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note each function once, whatever its parameters; those with the mark ``skip`` are left out."""
        for item in session.items:
            test = item.nodeid.partition("[")[0]
            if isinstance(item, pytest.Function) and not item.get_closest_marker("skip"):
                self._tests.setdefault(test, self._read(test, item))

    def _read(self, test: str, item: pytest.Function) -> FoundTest:
        line = item.function.__code__.co_firstlineno
        found = FoundTest(test=test, line=line, docstring=inspect.getdoc(item.function) or "")
        try:
            return msgspec.structs.replace(found, **dict(self._marks(item)))
        except _MarkError as error:
            return msgspec.structs.replace(found, problem=f"{found.place}: {error}")
        except Exception as error:
            return msgspec.structs.replace(
                found, problem=describe(error, self._folder, found.place)
            )

    def _marks(self, item: pytest.Function) -> Iterator[tuple[str, Any]]:
        if inspect.iscoroutinefunction(item.function):
            raise _MarkError("a hidden test is a plain function, not `async def`")
        if not inspect.getdoc(item.function):
            raise _MarkError("the test has no docstring, and that is what students read")
        yield "points", _points(item)
        yield "exercise", _text(item, "exercise")
        yield "looks_at", _texts(item, "looks_at")
        visibility = _text(item, "visibility") or "result-only"
        if visibility not in _VISIBILITIES:
            raise _MarkError(f"visibility is one of {', '.join(_VISIBILITIES)}, not '{visibility}'")
        yield "visibility", visibility
        yield "fixtures", tuple(name for name in item.fixturenames if name != STORED)
        yield "images", self._images(item)
        mark = item.get_closest_marker("images")
        yield "like", str(mark.kwargs.get("like", "")) if mark else ""
        yield "marks", dict(_marks_of_kinds(item))

    def _images(self, item: pytest.Function) -> tuple[int | str, ...]:
        given = [argument for mark in item.iter_markers("images") for argument in mark.args]
        return tuple(dict.fromkeys(self._drawn_or_named(item, argument) for argument in given))

    def _drawn_or_named(self, item: pytest.Function, argument: Any) -> int | str:
        if isinstance(argument, str):
            draw = getattr(item.module, argument, None)
            return self._drawn.number(draw) if callable(draw) else argument
        if callable(argument):
            return self._drawn.number(argument)
        raise _MarkError(
            "the mark images takes names of functions of the file and of datasets, "
            f"not {type(argument).__name__}"
        )


def _points(item: pytest.Function) -> float:
    mark = item.get_closest_marker("points")
    if mark is None:
        raise _MarkError("the test has no points: add @pytest.mark.points(1)")
    match mark.args:
        case [bool()]:
            pass
        case [int() | float() as points] if math.isfinite(points) and points >= 0:
            return float(points)
    raise _MarkError("the mark points takes one number, 0 or more")


def _texts(item: pytest.Function, name: str) -> tuple[str, ...]:
    mark = item.get_closest_marker(name)
    given = mark.args if mark else ()
    if not all(isinstance(argument, str) for argument in given) or (mark and not given):
        raise _MarkError(f'the mark {name} takes a text: @pytest.mark.{name}("...")')
    return tuple(given)


def _text(item: pytest.Function, name: str) -> str:
    given = _texts(item, name)
    if len(given) > 1:
        raise _MarkError(f"the mark {name} takes one text, not {len(given)}")
    return given[0] if given else ""


def _marks_of_kinds(item: pytest.Function) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The arguments of marks that fixtures of kinds take, as JSON has them; functions are called first."""
    names = {name for fixture in evidence_fixtures().values() for name in fixture.marks}
    for name in sorted(names - {"images"}):
        given = tuple(value for mark in item.iter_markers(name) for value in mark.args)
        if given:
            yield name, tuple(_plain(name, value) for value in given)


def _plain(name: str, value: Any) -> Any:
    value = value() if callable(value) else value
    try:
        plain = msgspec.json.decode(msgspec.json.encode(value, enc_hook=_plain_array))
    except (TypeError, ValueError) as error:
        raise _MarkError(f"the mark {name} takes plain values: {message_of(error)}") from error
    return plain


def _plain_array(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is none")
