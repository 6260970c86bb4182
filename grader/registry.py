"""Find labs by name, ours and those other packages bring through the entry point group ``grader.labs``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from grader.errors import GraderError, UnknownNameError
from grader.records.lab import Lab

_ENTRY_POINTS = "grader.labs"


@cache
def labs() -> dict[str, Lab]:
    """Every lab by its slug, in the order of the slugs.

    Raises:
        GraderError: Two labs have the same slug, or a lab of another package cannot be loaded.
    """
    found: dict[str, Lab] = {}
    for lab in [*_own(), *_foreign()]:
        if lab.slug in found:
            raise GraderError(
                f"two labs are called '{lab.slug}'", hint="uninstall or rename one of them"
            )
        found[lab.slug] = lab
    return dict(sorted(found.items()))


def lab(slug: str) -> Lab:
    """The lab of that slug.

    Raises:
        UnknownNameError: There is none; the hint names the closest ones.
    """
    try:
        return labs()[slug]
    except KeyError:
        raise UnknownNameError("lab", slug, labs()) from None


def _own() -> list[Lab]:
    package = importlib.import_module("grader.labs")
    return [
        importlib.import_module(f"{package.__name__}.{module.name}").LAB
        for module in pkgutil.iter_modules(package.__path__)
    ]


def _foreign() -> list[Lab]:
    found = []
    for point in entry_points(group=_ENTRY_POINTS):
        try:
            value = point.load()
        except Exception as error:
            raise GraderError(
                f"the lab '{point.name}' of another package cannot be loaded: {error}",
                hint="update or uninstall that package",
            ) from error
        if not isinstance(value, Lab):
            raise GraderError(
                f"the entry point '{point.name}' is no Lab but {type(value).__name__}"
            )
        found.append(value)
    return found
