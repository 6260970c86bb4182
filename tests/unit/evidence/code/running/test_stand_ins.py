"""What stands in for packages and environments that are not there."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from grader.evidence.code.probe.running.shims import absent
from grader.evidence.code.probe.running.shims.absent import Stub, StubModule
from grader.evidence.code.probe.running.shims.gym import EndingAtOnce, OldEnvironment
from grader.evidence.code.probe.running.shims.numpy_names import as_numbers


def test_a_stub_takes_part_in_everything() -> None:
    """It is called, entered, indexed, compared and counted with; loops over it end."""
    stub = Stub(1, two=2)

    assert list(stub) == [] and len(stub.a.b(3)["c"]) == 0 and bool(stub)
    assert math.isfinite(float(stub + 1)) and not stub > 3
    with stub as entered:
        assert entered is stub
    assert len([item for item, _ in zip(iter(stub), range(5), strict=False)]) == 0

    first, (second, third) = stub
    assert all(isinstance(item, Stub) for item in (first, second, third))

    @stub.cached
    def function() -> int:
        return 3

    assert function() == 3


def test_classes_of_a_stub_module_are_told_apart() -> None:
    """A name in capitals is a class of its own, which code derives from."""
    module = StubModule("absent")

    assert module.Thing is module.Thing
    assert module.Thing is not module.Other
    assert isinstance(type("Mine", (module.Thing,), {})(4), module.Thing)


@pytest.fixture
def stubs() -> Iterator[list[str]]:
    used: list[str] = []
    before, loaded = list(sys.meta_path), set(sys.modules)
    kept = {name: sys.modules.get(name) for name in absent._SCREEN}
    absent.install_absent_packages(used.append)
    yield used
    sys.meta_path[:] = before
    for name in set(sys.modules) - loaded:
        del sys.modules[name]
    for name, module in kept.items():
        if module is not None:
            sys.modules[name] = module


def test_absent_packages_are_served_and_noted(stubs: list[str]) -> None:
    """Submodules too; those of installed packages, and other frameworks, stay absent."""
    exec("import absent_package.inner as inner; inner.anything(1)")  # noqa: S102 - code of the test

    assert stubs == ["package absent_package"] * 2
    for program in ("import json.absent_part", "import torch", "from os import absent_name"):
        with pytest.raises(ImportError):
            exec(program)  # noqa: S102 - code of the test


def test_an_environment_gives_what_is_unpacked() -> None:
    """Four or five values, one or two, as the line that asks takes them."""
    env = OldEnvironment(EndingAtOnce(), lambda name: None)

    first = env.reset()
    state, told = env.reset()
    _, _, done, _ = env.step(0)
    _, _, ended, cut, _ = env.step(0)

    assert first.shape == state.shape == env.reset()[0].shape == (4,)
    assert (told, done, ended, cut) == ({}, True, True, False)


def test_one_element_is_a_number() -> None:
    """An array of one element is an integer, a float and an index; longer ones are refused."""
    labels = as_numbers(np.array([[3], [1]]))

    assert int(labels[0]) == 3
    assert float(labels[1]) == 1.0
    assert "abcd"[labels[0]] == "d"
    with pytest.raises(ValueError, match="size 1"):
        int(labels)
