"""Files by the paths of another machine: read from beside the code, written below the working folder."""

from __future__ import annotations

import builtins
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

from grader.evidence.code.probe.running.shims import hooks
from grader.evidence.code.probe.running.shims.patching import Function, Used, in_place_of, library

#: Paths of the machine itself that are read as they are: the libraries, the devices, and what the system keeps.
_SYSTEM = ("/usr", "/lib", "/dev", "/proc", "/sys", "/etc", "/opt", "/bin")

#: How many files of the hand-in are looked through for a name.
_LIMIT = 20_000

_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")

#: What functions that read a file call it.
_PATH_NAMES = (
    "file",
    "fname",
    "filepath_or_buffer",
    "io",
    "path_or_buf",
    "path",
    "fp",
    "file_name",
    "filepath",
)

_started: list[Path] = []


def is_foreign(path: str) -> bool:
    """Whether a path is one of Windows."""
    return bool(_DRIVE.match(path)) or ("\\" in path and os.sep != "\\")


def _root() -> Path:
    """The folder of the hand-in: where the process was when paths were installed."""
    return _started[0] if _started else Path.cwd()


def parts_of(path: str) -> list[str]:
    """The parts of a path of any system, without the drive and without ``..``."""
    if _DRIVE.match(path):
        path = path[2:]
    if "\\" in path:
        path = path.replace("\\", "/")
    return [part for part in path.split("/") if part not in ("", ".", "..")]


def beside(path: str) -> Path | None:
    """What has the same name in the tree of the hand-in; the one that shares most of the path's end."""
    wanted = parts_of(path)
    if not wanted or not os.path.isdir(_root()):  # noqa: PTH112 - the code may have removed it
        return None
    best, shared, seen = None, 0, 0
    for folder, folders, files in os.walk(_root()):
        for name in (*files, *folders):
            seen += 1
            if name.lower() != wanted[-1].lower():
                continue
            found = Path(folder) / name
            common = 0
            for one, other in zip(reversed(found.parts), reversed(wanted), strict=False):
                if one.lower() != other.lower():
                    break
                common += 1
            if common > shared:
                best, shared = found, common
        if seen > _LIMIT:
            break
    return best


def readable(path: str) -> str:
    """The path to read from: itself where it exists, else what has its name beside the code."""
    try:
        if os.path.exists(path):  # noqa: PTH110 - students' paths may hold what pathlib refuses
            return path
    except (OSError, ValueError):
        return path
    found = beside(path)
    if found is not None:
        return str(found)
    landed = Path(writable(path))
    if landed.exists():
        return str(landed)
    return path


def writable(path: str) -> str:
    """The path to write to: below the working folder, with its folder made."""
    foreign = is_foreign(path)
    absolute = Path(path).is_absolute()
    if not foreign and absolute:
        writes = any(Path(path).is_relative_to(folder) for folder in (_root(), Path.cwd()))
        if path.startswith(_SYSTEM) or (writes and os.access(_nearest(Path(path)), os.W_OK)):
            return path
    target = Path(*parts_of(path)) if foreign or absolute else Path(path)
    if ".." in target.parts and not os.access(_nearest(target), os.W_OK):
        target = Path(*parts_of(path))
    return str(_root() / target if foreign or absolute else target)


def _nearest(path: Path) -> Path:
    """The closest folder above a path that exists."""
    for folder in (path, *path.parents):
        if folder.exists():
            return folder
    return Path.cwd()


def missing(path: str) -> None:
    """Tell the run that a file is not at hand; what libraries look for on their own is not told."""
    if hooks.on_missing_file is not None and not _of_the_machine(path):
        hooks.on_missing_file(path)


def _of_the_machine(path: str) -> bool:
    """Whether a path is one that libraries, not the code, ask for."""
    return path.startswith((*_SYSTEM, sys.prefix, sys.base_prefix))


def _path_in(positional: tuple[Any, ...], named: dict[str, Any]) -> str | None:
    """The path among the arguments of a function that reads a file."""
    values = positional[:1] or tuple(named[name] for name in _PATH_NAMES if name in named)[:1]
    if not values or not isinstance(values[0], (str, os.PathLike)):
        return None
    path = os.fspath(values[0])
    if not isinstance(path, str) or path.startswith(("http:", "https:")):
        return None
    return path


def _with_path(
    path: str, positional: tuple[Any, ...], named: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if positional:
        return (path, *positional[1:]), named
    name = next(name for name in _PATH_NAMES if name in named)
    return positional, {**named, name: path}


def _reader(original: Function, used: Used, what: str) -> Function:
    """A function that reads a file, given another path where the first does not exist."""

    def read(*positional: Any, **named: Any) -> Any:
        try:
            return original(*positional, **named)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            path = _path_in(positional, named)
            if path is None or _of_the_machine(path):
                raise
            found = readable(path)
            if found == path:
                missing(path)
                raise
        used(f"{what} path")
        positional, named = _with_path(found, positional, named)
        return original(*positional, **named)

    return in_place_of(original, read)


def _opener(original: Function, used: Used) -> Function:
    read = _reader(original, used, "open")

    def open_(*positional: Any, **named: Any) -> Any:
        mode = positional[1] if len(positional) > 1 else named.get("mode", "r")
        path = _path_in(positional, named)
        if path is None or not isinstance(mode, str) or not set(mode) & set("wax"):
            return read(*positional, **named)
        if not is_foreign(path):
            try:
                return original(*positional, **named)
            except FileExistsError:
                raise
            except OSError:
                if path.startswith(_SYSTEM):
                    raise
        target = Path(writable(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        used("open path")
        positional, named = _with_path(str(target), positional, named)
        return original(*positional, **named)

    return in_place_of(original, open_)


def _folder_maker(original: Function, used: Used) -> Function:
    def make(name: Any, *positional: Any, **named: Any) -> Any:
        try:
            return original(name, *positional, **named)
        except FileExistsError:
            raise
        except OSError:
            path = os.fspath(name)
            target = Path(writable(path) if isinstance(path, str) else path)
            if str(target) == path:
                raise
            used("mkdir path")
            os.makedirs(target, exist_ok=True)  # noqa: PTH103 - the one that is in place

    return in_place_of(original, make)


#: Functions whose first argument is a file they read.
_READERS = (
    ("numpy", "load"), ("numpy", "loadtxt"), ("numpy", "genfromtxt"), ("numpy", "fromfile"),
    ("pandas", "read_csv"), ("pandas", "read_excel"), ("pandas", "read_json"), ("pandas", "read_table"),
    ("pandas", "read_pickle"), ("pandas", "read_hdf"), ("PIL.Image", "open"), ("os", "listdir"), ("os", "chdir"),
    ("os", "scandir"), ("scipy.io", "loadmat"), ("matplotlib.image", "imread"), ("matplotlib.pyplot", "imread"),
)  # fmt: skip


def install_paths(used: Used) -> None:
    """Let paths of other machines lead to what was handed in, and writing stay below the working folder."""
    _started[:] = [Path.cwd()]
    for module, name in _READERS:
        found = library(module)
        if found is not None and hasattr(found, name):
            setattr(found, name, _reader(getattr(found, name), used, name))
    builtins.open = io.open = _opener(builtins.open, used)
    for name in ("mkdir", "makedirs"):
        setattr(os, name, _folder_maker(getattr(os, name), used))
