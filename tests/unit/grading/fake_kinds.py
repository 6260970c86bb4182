"""Two kinds of evidence that open nothing, and a lab that needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np
import pytest

from grader import registry
from grader.checks import CheckContext, CheckKind
from grader.course import Course
from grader.datasets.pool import DatasetPool, LoadedDataset
from grader.evidence.base import CollectContext, Collected, CollectTask, EvidenceKind, StoredRecord
from grader.evidence.need import Need
from grader.grading.collect_worker import local_worker
from grader.grading.plan import CollectionPlan
from grader.grading.schedule import ProgressEvent, collect_class, find_kept
from grader.intake import find_submission
from grader.records.base import Record
from grader.records.evidence import Evidence, Failure
from grader.records.lab import Artefact, Exercise, Lab
from grader.records.result import CheckResult
from grader.records.run import DatasetRecord
from grader.runs.store import RunStore
from grader.sandbox import Limits

PNG = b"\x89PNG\r\n\x1a\n"


class Seen(Record, frozen=True, kw_only=True):
    """What was seen of an artefact."""

    files: tuple[str, ...]
    declared: str = ""
    images: int = 0
    """Of the dataset, where it is a real one."""


class Declared(Record, frozen=True, kw_only=True):
    """What a student may declare."""

    note: str = ""


class TextNeed(Need[Seen], frozen=True):
    """A check looks at texts, compared with a dataset."""

    kind: ClassVar[str] = "texts"
    dataset: str = ""

    @property
    def datasets(self) -> tuple[str, ...]:
        return (self.dataset,) if self.dataset else ()


class PhotoNeed(Need[Seen], frozen=True):
    """A check looks at a photo."""

    kind: ClassVar[str] = "photos"


TASKS: list[CollectTask] = []
"""What was to be collected, in order."""

FAILURES: dict[str, Failure | Exception] = {}
"""Need id to what comes of it instead of a record."""


def collect(task: CollectTask, context: CollectContext) -> Collected:
    """See the files; arrays count the tasks, so that those of different runs differ."""
    TASKS.append(task)
    collected = Collected()
    for need in task.needs:
        found = FAILURES.get(need.id)
        if isinstance(found, Exception):
            raise found
        if found is not None:
            collected.records[need] = found
            continue
        collected.records[need] = Seen(
            files=tuple(path.read_text("latin-1") for _, path in task.files),
            declared=task.declared.note if isinstance(task.declared, Declared) else "",
            images=_images(need, context),
        )
        collected.arrays[need] = {"count": np.array([len(TASKS)])}
    return collected


def _images(need: Need[Any], context: CollectContext) -> int:
    if "digits" not in need.datasets:
        return 0
    loaded = context.datasets.get("digits", file="")
    return len(loaded.images()) if isinstance(loaded, LoadedDataset) else 0


def decode(need: Need[Any], stored: StoredRecord) -> Seen:
    return msgspec.json.decode(stored.raw, type=Seen)


TEXTS = EvidenceKind(
    name="texts",
    version=1,
    needs=(TextNeed,),
    accepts={"text": "text"},
    collect=f"{__name__}:collect",
    decode=f"{__name__}:decode",
    libraries=("alpha",),
    many=True,
    declaration=Declared,
)
PHOTOS = EvidenceKind(
    name="photos",
    version=1,
    needs=(PhotoNeed,),
    accepts={"image": "image"},
    collect=f"{__name__}:collect",
    decode=f"{__name__}:decode",
    libraries=("beta",),
    declaration=Declared,
)


def fake_kinds() -> Mapping[str, EvidenceKind]:
    return {"photos": PHOTOS, "texts": TEXTS}


def register() -> None:
    """Make them the kinds of a process of its own."""
    registry.KINDS.all = fake_kinds  # type: ignore[method-assign,assignment]


class Looks(CheckKind, tag="looks", frozen=True, kw_only=True):
    """Earns its points where an artefact was seen."""

    dataset: str = ""
    threshold: int = 0

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        return tuple(
            PhotoNeed(artefact=name)
            if name == "photo"
            else TextNeed(artefact=name, dataset=self.dataset)
            for name in exercise.artefacts_of(self)
        )

    def judge(self, context: CheckContext) -> CheckResult:
        for need in self.needs(context.exercise):
            found = context.evidence.get(need)
            if isinstance(found, Failure):
                return self.judge_failure(found)
        return self.result("passed", 1)


ARTEFACTS = (
    Artefact(id="texts", title="the texts", patterns=("*.txt",), formats=("text",), many=True),
    Artefact(id="photo", title="the photo", patterns=("*.png",), formats=("image",)),
)

ONE, TWO = TextNeed(artefact="texts", dataset="one"), TextNeed(artefact="texts", dataset="two")
PHOTO = PhotoNeed(artefact="photo")


def looks_lab(*, threshold: int = 0, dataset: str = "one") -> Lab:
    """A lab of one exercise with two artefacts, of which each check names one or looks at both."""
    checks = (
        Looks(id="texts", title="T", points=1, artefacts=("texts",), dataset=dataset),
        Looks(id="photo", title="P", points=1, artefacts=("photo",), threshold=threshold),
        Looks(id="both", title="B", points=1, dataset="two"),
    )
    exercise = Exercise(id="e", title="E", points=3, artefacts=("texts", "photo"), checks=checks)
    return Lab(slug="looks", title="Looks", version="1", artefacts=ARTEFACTS, exercises=(exercise,))


def dataset_record(name: str, digest: str = "d") -> DatasetRecord:
    return DatasetRecord(
        name=name,
        title=name,
        secret=False,
        images=1,
        class_names=(),
        digest=digest,
        origin="embedded",
        fingerprint="",
    )


def looks_plan(**more: Any) -> CollectionPlan:
    """How the lab is collected, with two datasets that are never read."""
    defaults: dict[str, Any] = {
        "lab": looks_lab(),
        "course": Course(),
        "datasets": (dataset_record("one"), dataset_record("two")),
        "unavailable": {},
        "limits": Limits(),
        "level": "none",
    }
    return CollectionPlan(**defaults | more)


class Synchronous(Executor):
    """Carries out every job at once, in this thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@dataclass
class Classroom:
    """A run folder, and folders of submissions."""

    folder: Path
    """Where submissions and the run folder lie."""
    events: list[ProgressEvent] = field(default_factory=list)

    @property
    def store(self) -> RunStore:
        return RunStore(self.folder / "run")

    def hand_in(self, student: str = "amina", **files: str | bytes) -> None:
        """Write files; ``a__txt`` is ``a.txt``."""
        for name, content in files.items():
            path = self.folder / student / name.replace("__", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def collect(
        self,
        *students: str,
        plan: CollectionPlan | None = None,
        executor: Executor | None = None,
        fresh: bool = False,
    ) -> list[str]:
        """Collect what is not kept, and say which needs that were."""
        plan = plan or looks_plan()
        located = [find_submission(self.folder / name) for name in students or ("amina",)]
        TASKS.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(RunStore, "read_arrays", _refuse)
            found = find_kept(located, plan, self.store, fresh=fresh)
        self.events.clear()
        pool = DatasetPool(plan.course.dataset, {}, {})
        with local_worker(plan, pool):
            collect_class(
                found.jobs,
                executor or Synchronous(),
                self.store,
                kept=len(found.kept),
                progress=self.events.append,
            )
        return [need.id for task in TASKS for need in task.needs]

    def evidence(self, student: str = "amina") -> Evidence:
        found = self.store.read_evidence(student)
        assert found is not None
        return found

    def seen(self, need: Need[Seen], student: str = "amina") -> Seen:
        """What was recorded for a need."""
        observation = self.evidence(student).find(need.id)
        assert observation is not None
        assert observation.failure is None, observation.failure
        return msgspec.json.decode(observation.record, type=Seen)

    def failure(self, need: Need[Seen], student: str = "amina") -> Failure:
        observation = self.evidence(student).find(need.id)
        assert observation is not None
        assert observation.failure is not None
        return observation.failure

    def counts(self, student: str = "amina") -> dict[str, int]:
        """Need id to the number its stored array holds."""
        arrays = self.store.read_arrays(student)
        return {need: int(named["count"][0]) for need, named in arrays.items()}


def _refuse(self: RunStore, student: str) -> None:
    raise AssertionError("arrays were read to find out what is kept")


def ids(*needs: Need[Any]) -> list[str]:
    return [need.id for need in needs]


def classroom(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    """A class of one, with one text and one photo, and no kinds but the fake ones."""
    monkeypatch.setattr(registry.KINDS, "all", fake_kinds)
    made = Classroom(folder)
    made.hand_in(a__txt="alpha", photo__png=PNG)
    yield made
    TASKS.clear()
    FAILURES.clear()


NEEDS: Sequence[Need[Any]] = (ONE, TWO, PHOTO)
