"""What a kind of evidence gives to hidden tests: fixtures over its records, each with what must be collected for it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.evidence.need import Need


@dataclass(frozen=True)
class FixtureRequest:
    """What a hidden test asks of a fixture; known before anything is collected.

    `EvidenceFixture.needs` raises a ValueError for what cannot be collected; its text is shown to instructors.
    """

    artefact: str
    """Id of the artefact it looks at."""
    marks: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """The marks of `EvidenceFixture.marks` the test has, by name: their arguments as JSON has them."""
    images: tuple[str, ...] = ()
    """Names of the datasets of the mark ``images``: known ones, and those made of the images a test draws."""
    others: tuple[Need[Any], ...] = ()
    """What the lab's own checks ask about the artefact."""


@dataclass(frozen=True)
class FixtureEvidence:
    """What the value of a fixture is made from, for one test of one submission."""

    needs: tuple[Need[Any], ...]
    """What `EvidenceFixture.needs` asked for."""
    get: Callable[[Need[Any]], Any]
    """A need to what was collected for it."""
    images: Mapping[str, str] = field(default_factory=dict)
    """Digest of images, as `image_digest` gives it, to the dataset made of them."""


@dataclass(frozen=True)
class EvidenceFixture:
    """A pytest fixture of hidden tests. Functions are named as ``module:function``, as in `EvidenceKind`."""

    name: str
    about: str
    """What it is, in one sentence."""
    needs: str
    """``module:function`` of a FixtureRequest to the needs that must be collected, all about its artefact."""
    value: str
    """``module:function`` of a FixtureEvidence to what the test gets."""
    kinds: tuple[str, ...] = ()
    """Names of the kinds whose files it looks at; empty for those of the kind that defines it."""
    marks: tuple[str, ...] = ()
    """Names of the marks it takes, such as ``images``."""

    def needs_of(self, request: FixtureRequest) -> Sequence[Need[Any]]:
        """What must be collected.

        Raises:
            ValueError: The test asks for what cannot be collected; says what to write.
        """
        needs: Sequence[Need[Any]] = _load(self.needs)(request)
        return needs

    def value_of(self, evidence: FixtureEvidence) -> Any:
        """What the test gets."""
        return _load(self.value)(evidence)


def _load(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return loaded
