"""What this machine has: versions, limits, data, and whether a sandboxed TensorFlow starts."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from grader import datasets
from grader.course import load_course
from grader.datasets.base import LabelledDataset
from grader.datasets.texts import TextDataset
from grader.errors import GraderError, StorageError
from grader.evidence.models.client import ModelClient
from grader.evidence.models.profile import PROFILE
from grader.grading.extras import extra_of
from grader.grading.plan import runtime_versions
from grader.parallel import usable_cores
from grader.records.base import Record
from grader.registry import REGISTRIES, Problem
from grader.sandbox import Level, Limits, Sandboxes
from grader.sandbox.selftest import assess

_ISOLATION: dict[Level, str] = {
    "strong": "bubblewrap, Landlock and a filter of system calls around every submission",
    "medium": "Landlock and a filter of system calls around every submission",
    "container": "a container without network for every submission",
    "none": "limits only, submissions are not isolated",
}


class Item(Record, frozen=True, kw_only=True):
    """One thing looked at."""

    name: str
    state: Literal["ok", "note", "fail"]
    found: str
    fix: str = ""
    """What to do about it; empty where nothing is needed."""


def diagnose(course: Path | None = None) -> list[Item]:
    """Look at everything grading rests on. Starts sandboxed processes."""
    return [
        _python(),
        *(_library(name) for name in runtime_versions()),
        _machine(),
        _isolation(),
        _sandbox(),
        _course(course),
        *(_dataset(name) for name in datasets.names()),
        *(_plug_in(problem) for registry in REGISTRIES for problem in registry.problems()),
    ]


def _python() -> Item:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Item(name="python", state="ok", found=found)


def _library(name: str) -> Item:
    try:
        return Item(name=name, state="ok", found=version(name))
    except PackageNotFoundError:
        extra = extra_of(name)
        if extra:
            found = "not installed; only some labs need it"
            return Item(name=name, state="note", found=found, fix=f"pip install 'grader[{extra}]'")
        return Item(name=name, state="fail", found="not installed", fix=f"pip install {name}")


def _machine() -> Item:
    memory = ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / (1 << 30)
        memory = f", {total:.1f} GiB memory"
    limits = Limits()
    return Item(
        name="machine",
        state="ok",
        found=f"{usable_cores()} cores{memory}; a submission may use {limits.wall_s:g} s and "
        f"{limits.memory_bytes / (1 << 30):g} GiB",
    )


def _isolation() -> Item:
    """Attack the isolation from inside, as every grading does before it starts."""
    found = assess()
    higher = [f"level {level} would need more: {why}" for level, why in found.troubles.items()]
    limited = "; systemd limits the memory of each" if found.cgroups else ""
    return Item(
        name="isolation",
        state="note" if found.level == "none" else "ok",
        found=f"level {found.level}: {_ISOLATION[found.level]}{limited}",
        fix="; ".join([*higher, "see docs/security.md"]) if higher else "",
    )


def _sandbox() -> Item:
    """Start a sandboxed process and have it refuse an empty file: TensorFlow is then imported."""
    started = time.monotonic()
    try:
        with (
            tempfile.NamedTemporaryFile(prefix="grader-empty-") as empty,
            Sandboxes(Limits(), assess().level) as sandboxes,
            sandboxes.open(PROFILE) as box,
        ):
            answer = ModelClient(box, "nothing", sandboxes.limits).open(Path(empty.name), "hdf5")
    except (OSError, StorageError) as error:
        return Item(name="sandbox", state="fail", found=f"does not start: {error}")
    seconds = time.monotonic() - started
    if getattr(answer, "reason", "") != "corrupt":
        detail = getattr(answer, "detail", "")
        return Item(
            name="sandbox", state="fail", found=f"TensorFlow does not start in it: {detail}"
        )
    limited = "time and memory" if sys.platform == "linux" else "time, not memory"
    return Item(
        name="sandbox",
        state="ok",
        found=f"a process for each submission, with limits on {limited}; starts in {seconds:.1f} s",
    )


def _plug_in(problem: Problem) -> Item:
    """Something another package adds that cannot be used; everything else works without it."""
    return Item(
        name=f"{problem.what}: {problem.name}",
        state="note",
        found=f"ignored: {problem.reason}",
        fix="update or uninstall the package that adds it",
    )


def _course(course: Path | None) -> Item:
    try:
        settings = load_course(course)
        settings.roster()
    except GraderError as error:
        return Item(name="course", state="fail", found=str(error), fix=error.hint)
    where = str(settings.root / "course.toml") if settings.root else "none; labs as declared"
    return Item(name="course", state="ok", found=where)


def _bring(dataset: LabelledDataset) -> str:
    """How to get a dataset that is not on this machine."""
    if isinstance(dataset, TextDataset):
        return "docs/texts.md says where to get it; no lab needs it unless course.toml says so"
    if dataset.name == "handwritten":
        return "set [datasets.handwritten] in course.toml, or GRADER_DATA"
    return f"grader data fetch {dataset.name}"


def _dataset(name: str) -> Item:
    dataset = datasets.get(name)
    location = dataset.locate("test")
    if location is not None:
        return Item(name=f"data: {name}", state="ok", found=f"{location.path} ({location.origin})")
    return Item(
        name=f"data: {name}",
        state="note",
        found="not on this machine",
        fix=_bring(dataset),
    )
