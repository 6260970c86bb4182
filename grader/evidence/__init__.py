"""The kinds of evidence, one folder each, and all the core sees of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from grader import registry

if TYPE_CHECKING:
    from grader.evidence.base import EvidenceKind


def kinds() -> Mapping[str, EvidenceKind]:
    """Every kind of evidence by its name, those of other packages among them."""
    found: dict[str, EvidenceKind] = registry.KINDS.all()
    return found


def collecting_kind(file_kind: str, formats: Iterable[str]) -> EvidenceKind | None:
    """The kind that collects from a file.

    Several kinds may read the same kind of file, each in a format of its own: a notebook is code to one and text to
    another. The first accepted format in which any kind reads the file decides.

    Args:
        file_kind: What its first bytes say it is.
        formats: The formats that are accepted, the preferred ones first.
    """
    for form in formats:
        for kind in kinds().values():
            if form in (kind.accepts.get(file_kind), kind.may_accept.get(file_kind)):
                return kind
    return None


def expected_kind(formats: Iterable[str]) -> EvidenceKind | None:
    """The kind that reads the first of some formats that any kind reads."""
    for form in formats:
        for kind in kinds().values():
            if form in kind.accepts.values():
                return kind
    return None
