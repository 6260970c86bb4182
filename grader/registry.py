"""Find labs, kinds of evidence, datasets, layouts, exporters and commands by name.

What the grader has itself is found by looking into a package for modules that define an attribute; what other
packages add comes through an entry point group. A new lab, dataset or command is a new file and nothing else.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import logging
import pkgutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import UnknownNameError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from grader.records.lab import Lab

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """An entry of another package that cannot be used."""

    what: str
    """What it should have been, such as ``"lab"``."""
    name: str
    """As its entry point is called."""
    reason: str
    """Why it is ignored."""

    def __str__(self) -> str:
        return f"the {self.what} '{self.name}' of another package is ignored: {self.reason}"


@dataclass(frozen=True)
class Source:
    """Where an entry comes from: a module of the grader, or an entry point of another package."""

    name: str
    """The module's last name with dashes, or the entry point's name."""
    module: str = ""
    entry_point: EntryPoint | None = None


class Registry:
    """All entries of one sort, by name.

    Args:
        what: What an entry is called in messages, such as ``"lab"``.
        package: Its modules and sub-packages that define `attribute` are entries.
        attribute: The name a module gives its entry.
        group: The entry point group through which other packages add entries.
        type_path: ``"module:Class"`` every entry is an instance of.
        key: The attribute of an entry that holds its name. None: it is named after its module or entry point, so
            that `names` imports nothing.
    """

    def __init__(
        self,
        *,
        what: str,
        package: str,
        attribute: str,
        group: str,
        type_path: str,
        key: str | None = None,
    ) -> None:
        self._what = what
        self._package = package
        self._attribute = attribute
        self.group = group
        self._type_path = type_path
        self._key = key
        self._entries: dict[str, Any] = {}
        self._problems: dict[str, Problem] = {}

    def names(self) -> tuple[str, ...]:
        """The names of all entries, sorted. An entry of another package may turn out to be unusable later."""
        return tuple(sorted(self.sources))

    def get(self, name: str) -> Any:
        """The entry of that name, imported if need be.

        Raises:
            UnknownNameError: There is none; the hint names the closest ones.
        """
        source = self.sources.get(name)
        if source is None or not self._load(name, source):
            raise UnknownNameError(self._what, name, self.sources)
        return self._entries[name]

    def all(self) -> dict[str, Any]:
        """Every entry by its name, in the order of the names."""
        for name, source in list(self.sources.items()):
            self._load(name, source)
        return {name: self._entries[name] for name in self.names()}

    def problems(self) -> tuple[Problem, ...]:
        """What other packages add and cannot be used; imports all entries to find out."""
        self.all()
        return tuple(self._problems.values())

    def refresh(self) -> None:
        """Forget what was found; the next call looks again."""
        self.__dict__.pop("sources", None)
        self._entries.clear()
        self._problems.clear()

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Where each entry comes from, by its name."""
        found: dict[str, Source] = {}
        for source in [*self._built_in(), *self._plug_ins()]:
            name = source.name if self._key is None else self._name_of(source)
            if name is None:
                continue
            if name in found:
                self._ignore(source, f"the name '{name}' is taken already")
                continue
            found[name] = source
        return found

    def _built_in(self) -> list[Source]:
        spec = importlib.util.find_spec(self._package)
        folders = spec.submodule_search_locations if spec else None
        return [
            Source(module.name.replace("_", "-"), module=f"{self._package}.{module.name}")
            for folder in folders or ()
            for module in pkgutil.iter_modules([folder])
            if _definition(_source_file(folder, module), self._attribute) is not None
        ]

    def _plug_ins(self) -> list[Source]:
        from importlib import metadata

        points = sorted(metadata.entry_points(group=self.group), key=lambda point: point.name)
        return [Source(point.name, entry_point=point) for point in points]

    def _name_of(self, source: Source) -> str | None:
        """The name an entry gives itself; None where it cannot be used."""
        entry = self._import(source)
        if entry is None:
            return None
        name: str = getattr(entry, self._key or "")
        self._entries.setdefault(name, entry)
        return name

    def _load(self, name: str, source: Source) -> bool:
        """Import an entry unless it is there already; one that cannot be used is removed."""
        if name not in self._entries:
            entry = self._import(source)
            if entry is None:
                del self.sources[name]
                return False
            self._entries[name] = entry
        return True

    def _import(self, source: Source) -> Any:
        """The entry; None where another package's cannot be used. Errors in modules of the grader are raised."""
        if source.entry_point is None:
            return getattr(importlib.import_module(source.module), self._attribute)
        try:
            entry = source.entry_point.load()
        except Exception as error:
            self._ignore(source, f"it cannot be imported: {type(error).__name__}: {error}")
            return None
        module, _, name = self._type_path.partition(":")
        expected: type = getattr(importlib.import_module(module), name)
        if not isinstance(entry, expected):
            self._ignore(source, f"it is no {name} but {type(entry).__name__}")
            return None
        return entry

    def _ignore(self, source: Source, reason: str) -> None:
        problem = Problem(self._what, source.name, reason)
        if self._problems.setdefault(source.name, problem) is problem:
            _LOGGER.warning("%s", problem)

    def summary(self, name: str) -> str:
        """The first line of an entry's docstring, read without importing it."""
        source = self.sources[name]
        if source.entry_point is not None:
            package = getattr(source.entry_point.dist, "name", "another package")
            return f"Added by {package}."
        spec = importlib.util.find_spec(source.module)
        node = _definition(Path(spec.origin), self._attribute) if spec and spec.origin else None
        docstring = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
        return (docstring or "").partition("\n")[0]


def _source_file(folder: str, module: pkgutil.ModuleInfo) -> Path:
    return (
        Path(folder, module.name, "__init__.py")
        if module.ispkg
        else Path(folder, f"{module.name}.py")
    )


def _definition(file: Path, name: str) -> ast.stmt | None:
    """The statement at the top level of a module that defines `name`; None where there is none."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    if name not in text:
        return None
    for statement in ast.parse(text).body:
        match statement:
            case ast.FunctionDef(name=defined) | ast.ClassDef(name=defined):
                names = [defined]
            case ast.Assign(targets=targets):
                names = [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=defined)):
                names = [defined]
            case _:
                continue
        if name in names:
            return statement
    return None


LABS = Registry(
    what="lab",
    package="grader.labs",
    attribute="LAB",
    group="grader.labs",
    type_path="grader.records.lab:Lab",
    key="slug",
)
DATASETS = Registry(
    what="dataset",
    package="grader.datasets",
    attribute="DATASET",
    group="grader.datasets",
    type_path="grader.datasets.base:LabelledDataset",
)
KINDS = Registry(
    what="kind of evidence",
    package="grader.evidence",
    attribute="KIND",
    group="grader.evidence",
    type_path="grader.evidence.base:EvidenceKind",
    key="name",
)
LAYOUTS = Registry(
    what="layout",
    package="grader.intake.layouts",
    attribute="LAYOUT",
    group="grader.layouts",
    type_path="grader.intake.layouts:Layout",
)
EXPORTERS = Registry(
    what="exporter",
    package="grader.reporting.exporters",
    attribute="EXPORTER",
    group="grader.exporters",
    type_path="grader.reporting.exporters:ExportFormat",
)
COMMANDS = Registry(
    what="command",
    package="grader.cli",
    attribute="command",
    group="grader.commands",
    type_path="click:Command",
)
REGISTRIES = (LABS, DATASETS, KINDS, LAYOUTS, EXPORTERS, COMMANDS)


def plugin_folders() -> list[Path]:
    """The folders of the modules other packages register, without importing what they register.

    Sentences, reference solutions and samples of a plug-in lie beside such a module.
    """
    from importlib import metadata

    folders: dict[Path, None] = {}
    for registry in REGISTRIES:
        for point in metadata.entry_points(group=registry.group):
            try:
                spec = importlib.util.find_spec(point.module)
            except Exception as error:
                _LOGGER.warning("the entry point '%s' has no module: %s", point.name, error)
                continue
            if spec is not None and spec.origin is not None:
                folders[Path(spec.origin).parent] = None
    return list(folders)


def labs() -> dict[str, Lab]:
    """Every lab by its slug, in the order of the slugs."""
    return LABS.all()


def lab(slug: str) -> Lab:
    """The lab of that slug.

    Raises:
        UnknownNameError: There is none; the hint names the closest ones.
    """
    found: Lab = LABS.get(slug)
    return found
