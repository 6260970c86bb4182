"""The only place that knows where the files beside the code are: templates, references, samples."""

from __future__ import annotations

from pathlib import Path

from grader.registry import plugin_folders

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
    return _of_lab("reference_solutions", lab)


def samples(lab: str) -> Path:
    """The sample submissions of a lab; it may not exist."""
    return _of_lab("submissions", lab)


def _of_lab(name: str, lab: str) -> Path:
    """A folder of one lab: ours, else beside the module of the package that adds the lab."""
    ours = _folder(name) / lab
    others = (folder / name / lab for folder in plugin_folders())
    return ours if ours.is_dir() else next((path for path in others if path.is_dir()), ours)
