from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.records.evidence import Failure
from grader.runs.store import RunStore
from grader.sandbox import Limits
from grader.similarity import baselines, starter_files
from grader.similarity.baselines import (
    Baseline,
    StarterModels,
    known_baselines,
    model_versions,
    read_starter_models,
    stored_starter_models,
)
from tests.factories import model
from tests.factory_similarity import fingerprint_of, trained

LAB = "ml-assignment2"


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    store = RunStore(tmp_path / "run")
    with store.locked():
        return store


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    file = tmp_path / "start.h5"
    file.write_bytes(b"\x89HDF\r\n\x1a\n")
    return file


def keep(store: RunStore, file: Path, **more: str) -> Baseline:
    """Store the starter as if it had been opened."""
    baseline = Baseline(
        name="start.h5",
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        fingerprint=fingerprint_of(trained(1)),
    )
    starter_models = StarterModels(versions=model_versions() | more, models=(baseline,))
    store.write_record("starter_models.json", starter_models)
    return baseline


def without_references(found: tuple[Baseline, ...]) -> list[Baseline]:
    return [baseline for baseline in found if not baseline.name.startswith("reference/")]


@pytest.fixture(autouse=True)
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model is opened, unless a test replaces this."""

    def refuse(*_: object) -> None:
        raise AssertionError("a model is opened")

    monkeypatch.setattr(starter_files, "Sandboxes", refuse)


def test_the_reference_is_known_without_a_course(store: RunStore) -> None:
    """Its fingerprint comes with the lab; of its file nothing is known."""
    (reference,) = known_baselines(LAB, {}, store)

    assert (reference.name, reference.sha256) == ("reference/3-handwritten", "")
    assert reference.fingerprint is not None


def test_a_course_without_starters_leaves_no_file(store: RunStore) -> None:
    """Nothing is opened and nothing written."""
    read_starter_models({}, store, Limits(), "none")

    assert stored_starter_models(store) is None


def test_an_absent_starter_is_reported_before_anything_is_graded(store: RunStore) -> None:
    """By the name it has in course.toml."""
    with pytest.raises(CourseError, match=r"'start\.h5' does not exist") as caught:
        read_starter_models({"start.h5": store.folder / "start.h5"}, store, Limits(), "none")
    assert "course.toml" in caught.value.hint


def test_a_starter_that_was_opened_is_not_opened_again(store: RunStore, starter: Path) -> None:
    """If its file and the libraries are unchanged; another name is another entry."""
    baseline = keep(store, starter)
    read_starter_models({"other.h5": starter}, store, Limits(), "none")
    kept = stored_starter_models(store)

    assert kept is not None
    assert [(item.name, item.fingerprint) for item in kept.models] == [
        ("other.h5", baseline.fingerprint)
    ]


@pytest.mark.parametrize("change", ["file", "versions"])
def test_a_changed_starter_is_opened_anew(change: str, store: RunStore, starter: Path) -> None:
    """Other bytes, or another Keras."""
    keep(store, starter, **({"keras": "0.1"} if change == "versions" else {}))
    if change == "file":
        starter.write_bytes(b"another")

    with pytest.raises(AssertionError, match="opened"):
        read_starter_models({"start.h5": starter}, store, Limits(), "none")


def test_what_the_run_folder_holds_of_a_starter_is_used(store: RunStore, starter: Path) -> None:
    """Rescoring opens nothing, and does not need the file."""
    baseline = keep(store, starter)

    assert without_references(known_baselines(LAB, {"start.h5": starter}, store)) == [baseline]
    starter.unlink()
    assert without_references(known_baselines(LAB, {"start.h5": starter}, store)) == [baseline]
    assert without_references(known_baselines(LAB, {}, store)) == []


def test_of_a_new_starter_only_copies_of_the_file_are_recognised(
    store: RunStore, starter: Path
) -> None:
    """Until the class is graded again, its fingerprint is not known."""
    keep(store, starter)
    starter.write_bytes(b"another")
    (baseline,) = without_references(known_baselines(LAB, {"start.h5": starter}, store))

    assert baseline.sha256 == hashlib.sha256(b"another").hexdigest()
    assert baseline.fingerprint is None


def test_a_damaged_file_is_ignored(store: RunStore, starter: Path) -> None:
    """A file that is half written or of another version counts as absent."""
    keep(store, starter)
    (store.folder / "starter_models.json").write_bytes(b"{")

    assert stored_starter_models(store) is None


class OpenedModels:
    """Stands in for the sandbox: every file holds the same model, except those named `broken`."""

    def __init__(self, limits: Limits, level: str) -> None:
        self.limits = limits
        self.opened: list[str] = []

    def __enter__(self) -> OpenedModels:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def open(self, profile: object) -> OpenedModels:
        """A box is the same object."""
        return self


class Client:
    """Stands in for the client of the sandbox."""

    def __init__(self, box: OpenedModels, file: str, limits: Limits) -> None:
        self.box, self.file = box, file

    def open(self, path: Path, form: str) -> object:
        """Record what is opened."""
        self.box.opened.append(f"{self.file} {form}")
        if "broken" in self.file:
            return Failure(reason="corrupt")
        return model(fingerprint=fingerprint_of(trained(3)))


def test_starters_are_opened_in_the_sandbox(
    store: RunStore, starter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file once, and only files that may be models; what does not open has no fingerprint."""
    boxes: list[OpenedModels] = []

    def sandboxes(limits: Limits, level: str) -> OpenedModels:
        boxes.append(OpenedModels(limits, level))
        return boxes[-1]

    monkeypatch.setattr(starter_files, "Sandboxes", sandboxes)
    monkeypatch.setattr(baselines, "ModelClient", Client)
    text, broken = starter.with_name("notes.txt"), starter.with_name("broken.h5")
    text.write_text("no model")
    broken.write_bytes(starter.read_bytes() + b"cut off")
    paths = {"start.h5": starter, "again.h5": starter, "notes.txt": text, "broken.h5": broken}
    read_starter_models(paths, store, Limits(), "none")
    kept = stored_starter_models(store)

    assert kept is not None
    assert boxes[0].opened == ["start.h5 hdf5", "broken.h5 hdf5"]
    found = {item.name: item.fingerprint for item in kept.models}
    opened = fingerprint_of(trained(3))
    assert found == {
        "start.h5": opened, "again.h5": opened, "notes.txt": None, "broken.h5": None,
    }  # fmt: skip
