"""Packages that only some labs need: extras of the grader, named by the kinds of evidence that use them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from grader.checks.needs import lab_needs
from grader.errors import MissingPackageError
from grader.evidence import kinds
from grader.evidence.base import EvidenceKind
from grader.records.lab import Lab


@dataclass(frozen=True)
class MissingExtra:
    """An extra of which packages are not installed."""

    extra: str
    packages: tuple[str, ...]

    @property
    def command(self) -> str:
        """What installs it."""
        return f"pip install 'grader[{self.extra}]'"


def extras(lab: Lab) -> list[str]:
    """The extras a lab needs, sorted."""
    return sorted({kind.extra for kind in _needed_kinds(lab) if kind.extra})


def missing_extras(lab: Lab) -> list[MissingExtra]:
    """The extras a lab needs that are not installed."""
    found = []
    for kind in _needed_kinds(lab):
        missing = tuple(name for name in kind.libraries if not _is_installed(name))
        if kind.extra and missing:
            found.append(MissingExtra(kind.extra, missing))
    return found


def _needed_kinds(lab: Lab) -> list[EvidenceKind]:
    """The kinds of evidence that the checks of a lab look at, by their names."""
    needed = {need.kind for needs in lab_needs(lab).values() for need in needs}
    return [kinds()[name] for name in sorted(needed) if name in kinds()]


def refuse_missing_extras(lab: Lab) -> None:
    """Refuse to judge a lab without the packages it needs, before anything is opened.

    Raises:
        MissingPackageError: One is not installed; the hint says how to install it.
    """
    for missing in missing_extras(lab):
        raise MissingPackageError(
            f"the lab '{lab.slug}' needs {' and '.join(missing.packages)}, which is not installed",
            hint=missing.command,
        )


def extra_of(package: str) -> str:
    """The extra that brings a package; empty where it is a dependency."""
    return next(
        (kind.extra for kind in kinds().values() if kind.extra and package in kind.libraries), ""
    )


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
