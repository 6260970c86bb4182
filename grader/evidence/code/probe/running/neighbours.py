"""Scripts of the submission that its other files import."""

from __future__ import annotations

import codeop
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from grader.evidence.code.probe.reading.source import Unit
from grader.evidence.code.probe.running.guards import LoopGuards
from grader.evidence.code.probe.running.places import register


class Neighbours(MetaPathFinder, Loader):
    """Imports the scripts of a submission, with their loops guarded.

    Args:
        units: By what they are imported as.
    """

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self._units = units
        self.loaded: dict[str, ModuleType] = {}
        """The modules that were imported, by their files."""

    def install(self) -> None:
        """Look here before anywhere else, but for what is imported already."""
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A script by its name, in whatever folder it lies; folders are packages."""
        script = self._only([name for name in self._units if _ends(name, fullname)], fullname)
        if script is not None:
            return ModuleSpec(fullname, self, origin=script)
        folders = {name.rpartition(".")[0] for name in self._units}
        above = {part for folder in folders for part in _with_parents(folder)}
        package = self._only([name for name in above if _ends(name, fullname)], fullname)
        if package is not None:
            return ModuleSpec(fullname, self, origin=f"{package}.__init__", is_package=True)
        return None

    def _only(self, names: Sequence[str], wanted: str) -> str | None:
        """The name itself, or else the only one in whatever folder."""
        if wanted in names:
            return wanted
        return names[0] if len(names) == 1 else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """A usual one."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the script, statement by statement.

        Raises:
            SyntaxError: Some of it is no Python, and nothing else is there.
        """
        spec = module.__spec__
        name = spec.origin if spec is not None and spec.origin else module.__name__
        unit = self._units.get(name)
        if unit is None:
            return
        module.__file__ = unit.file
        self.loaded[unit.file] = module
        guards, compiled = LoopGuards(), codeop.Compile()
        if unit.errors and not unit.body:
            raise SyntaxError(unit.errors[0][1])
        for statement in unit.body:
            code = compiled(guards.guarded(statement), register(unit), "exec")  # type: ignore[arg-type]
            exec(code, module.__dict__)  # noqa: S102  (this is what the sandbox is for)


def _ends(name: str, wanted: str) -> bool:
    return name == wanted or name.endswith(f".{wanted}")


def _with_parents(folder: str) -> Iterator[str]:
    """``a.b`` and ``a``."""
    while folder:
        yield folder
        folder = folder.rpartition(".")[0]
