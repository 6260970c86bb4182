from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.grading import known
from grader.grading.collecting import runtime_versions
from grader.grading.known import known_networks, read_starters
from grader.grading.store import RunStore
from grader.records.similarity import KnownNetwork, Starters
from grader.sandbox import Limits
from tests.factory_similarity import print_of, trained

LAB = "ml-assignment2"


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    store = RunStore(tmp_path / "run")
    with store.locked():
        return store


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    file = tmp_path / "start.h5"
    file.write_bytes(b"a network")
    return file


def keep(store: RunStore, file: Path, **more: str) -> KnownNetwork:
    """Write down what the starter is, as if it had been opened."""
    network = KnownNetwork(
        name="start.h5",
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        fingerprint=print_of(trained(1)),
    )
    store.write_starters(Starters(versions=runtime_versions() | more, networks=(network,)))
    return network


def without_references(networks: tuple[KnownNetwork, ...]) -> list[KnownNetwork]:
    return [network for network in networks if not network.name.startswith("reference/")]


@pytest.fixture(autouse=True)
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in this tier opens a network."""

    def refuse(*_: object) -> None:
        raise AssertionError("a network is opened")

    monkeypatch.setattr(known, "open_sandbox", refuse)


def test_the_reference_is_known_without_a_course(store: RunStore) -> None:
    """Its fingerprint comes with the lab; of its file nothing is known."""
    (reference,) = known_networks(LAB, {}, store)

    assert (reference.name, reference.sha256) == ("reference/3-handwritten", "")
    assert reference.fingerprint is not None


def test_a_course_without_starters_leaves_no_file(store: RunStore) -> None:
    """Nothing is opened and nothing written."""
    read_starters({}, store, Limits(), "none")

    assert store.read_starters() is None


def test_an_absent_starter_is_told_before_anything_is_graded(store: RunStore) -> None:
    """By the name it has in course.toml."""
    with pytest.raises(CourseError, match=r"'start\.h5' is not there") as caught:
        read_starters({"start.h5": store.folder / "start.h5"}, store, Limits(), "none")
    assert "course.toml" in caught.value.hint


def test_a_starter_that_was_opened_is_not_opened_again(store: RunStore, starter: Path) -> None:
    """Its file is as it was, and so are the libraries; another name is another entry."""
    network = keep(store, starter)
    read_starters({"other.h5": starter}, store, Limits(), "none")
    kept = store.read_starters()

    assert kept is not None
    assert [(item.name, item.fingerprint) for item in kept.networks] == [
        ("other.h5", network.fingerprint)
    ]


@pytest.mark.parametrize("change", ["file", "versions"])
def test_a_changed_starter_is_opened_anew(change: str, store: RunStore, starter: Path) -> None:
    """Other bytes, or another Keras."""
    keep(store, starter, **({"keras": "0.1"} if change == "versions" else {}))
    if change == "file":
        starter.write_bytes(b"another")

    with pytest.raises(AssertionError, match="opened"):
        read_starters({"start.h5": starter}, store, Limits(), "none")


def test_what_the_run_folder_knows_of_a_starter_is_taken(store: RunStore, starter: Path) -> None:
    """Judging again opens nothing, and goes without the file."""
    network = keep(store, starter)

    assert without_references(known_networks(LAB, {"start.h5": starter}, store)) == [network]
    starter.unlink()
    assert without_references(known_networks(LAB, {"start.h5": starter}, store)) == [network]
    assert without_references(known_networks(LAB, {}, store)) == []


def test_of_a_new_starter_only_the_file_is_known(store: RunStore, starter: Path) -> None:
    """Until the class is graded again, copies of it are recognised and no more."""
    keep(store, starter)
    starter.write_bytes(b"another")
    (network,) = without_references(known_networks(LAB, {"start.h5": starter}, store))

    assert network.sha256 == hashlib.sha256(b"another").hexdigest()
    assert network.fingerprint is None


def test_damaged_knowledge_is_none(store: RunStore, starter: Path) -> None:
    """A file half written or of another version is as good as absent."""
    keep(store, starter)
    (store.folder / "starters.json").write_bytes(b"{")

    assert store.read_starters() is None
