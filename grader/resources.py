"""The only place that knows where the files beside the code are: templates, references, samples."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_resources"
_CHECKOUT = _PACKAGE.parent


def _folder(name: str) -> Path:
    """A resource folder: inside the installed package, else beside it in a checkout."""
    installed = _INSTALLED / name
    return installed if installed.is_dir() else _CHECKOUT / name


def templates() -> Path:
    """The Jinja2 templates."""
    return _folder("templates")


def catalogues() -> Path:
    """The message catalogues."""
    return _PACKAGE / "messages"


def reference_solution(lab: str) -> Path:
    """The reference solution of a lab; it may not exist."""
    return _folder("reference_solutions") / lab


def samples(lab: str) -> Path:
    """The sample submissions of a lab; it may not exist."""
    return _folder("submissions") / lab
