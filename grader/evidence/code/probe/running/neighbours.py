"""Scripts of the submission that its other files import."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
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

    def install(self) -> None:
        """Look here before anywhere else, but for what is imported already."""
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A script by its name, in whatever folder it lies; folders are packages."""
        if fullname in self._units:
            return ModuleSpec(fullname, self)
        own = [name for name in self._units if name.split(".")[-1] == fullname]
        if len(own) == 1 and path is None:
            return ModuleSpec(fullname, self, origin=own[0])
        if any(name.startswith(f"{fullname}.") for name in self._units):
            return ModuleSpec(fullname, self, is_package=True)
        return None

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
        guards = LoopGuards()
        if unit.errors and not unit.body:
            raise SyntaxError(unit.errors[0][1])
        for statement in unit.body:
            code = compile(guards.guarded(statement), register(unit), "exec")
            exec(code, module.__dict__)  # noqa: S102  (this is what the sandbox is for)
