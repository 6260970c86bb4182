"""What a process for untrusted work needs to read of this machine: Python, its libraries, this package."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable
from pathlib import Path

#: Programs and shared libraries. Nothing of a user, and nothing of how the machine is set up.
SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin"),
    *("/etc/ld.so.cache", "/etc/alternatives", "/nix/store", "/gnu/store"),
)

_SITE_FOLDERS = frozenset({"site-packages", "dist-packages"})


def readable_paths(modules: Iterable[str]) -> tuple[str, ...]:
    """Files and folders to read, none within another.

    The folder a package is developed in is not among them, only the package: other files in it may be private.

    Args:
        modules: Dotted names of modules that will be imported.
    """
    wanted = {
        *SYSTEM,
        *(sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix),
        *(entry for entry in sys.path if Path(entry).name in _SITE_FOLDERS),
        *_library_folders(),
    }
    for name in {name.partition(".")[0] for name in modules}:
        wanted |= _places(name)
    return outermost(wanted)


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Those absolute paths that exist and lie in no other, sorted; links both as they are and resolved."""
    absolute = {path.rstrip("/") for path in paths if path.startswith("/")} - {""}
    there = {path for path in absolute if Path(path).exists()}
    there |= {str(Path(path).resolve()) for path in there}
    there.discard("/")
    return tuple(
        sorted(path for path in there if not any(str(up) in there for up in Path(path).parents))
    )


def _library_folders() -> list[str]:
    """Further folders of shared libraries; none that contains the home or the current folder."""
    everything = {str(up) for place in (Path.home(), Path.cwd()) for up in (place, *place.parents)}
    found = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    return [folder for folder in found if folder and str(Path(folder).resolve()) not in everything]


def _places(package: str) -> set[str]:
    """Where a top-level package or module lies."""
    found = importlib.util.find_spec(package)
    if found is None:
        return set()
    if found.submodule_search_locations is not None:
        return set(found.submodule_search_locations)
    return {found.origin} if found.origin else set()
