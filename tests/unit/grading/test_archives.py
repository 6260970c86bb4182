"""What lies in an archive is considered like files handed in; what the sandbox says of it is not believed."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from grader.grading.archives import Considered, looked_into
from grader.intake import find_submission
from grader.probes.serve import Session
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.records.probe import Answer, Fetch, Fetched, Member, Request, Unpack, Unpacked
from grader.sandbox import Limits, Outcome, Sandbox

HDF5 = b"\x89HDF\r\n\x1a\n"
ARTEFACTS = (
    Artefact(id="mnist", title="MNIST", patterns=("*mnist*.h5", "*mnist*.keras")),
    Artefact(id="cifar", title="CIFAR", patterns=("*cifar*.h5",)),
)
LAB = Lab(slug="lab", title="Lab", version="1", artefacts=ARTEFACTS, exercises=())
LIMITS = Limits(wall_s=20, file_bytes=1 << 20)

Answers = Callable[[Request], tuple[Answer, bytes]]


@pytest.fixture(autouse=True)
def _room(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a sandbox would remove is left in a folder of the test's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("room")))


class Box:
    """Answers in this process."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def bring(self, path: Path) -> str:
        return str(path)

    def ask(self, request: Request, *, expect: int = 0) -> Outcome:
        answer, payload = self._answers(request)
        if isinstance(answer, Fetched) and len(payload) != expect:
            return Outcome(status="RE", message="another number of bytes")
        return Outcome(status="ok", answer=answer, payload=payload)


class Boxes:
    """Opens boxes that all answer alike; honest ones where nothing is said."""

    limits = LIMITS

    def __init__(self, answers: Answers | None = None) -> None:
        self._answers = answers
        self.opened = 0

    def open(self) -> Box:
        self.opened += 1
        session = Session(LIMITS)
        return Box(self._answers or (lambda request: session.answer(request, memoryview(b""))))


def zipped(path: Path, **members: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def look(folder: Path, boxes: Boxes, see: Callable[[Considered], Any] = lambda seen: seen) -> Any:
    with looked_into(find_submission(folder), LAB, cast(Sandbox, boxes)) as considered:
        return see(considered)


def chosen(considered: Considered) -> dict[str, str]:
    return {name: file.path for name, file in considered.assignment.chosen.items()}


def test_files_in_an_archive_serve_where_none_beside_it_does(tmp_path: Path) -> None:
    """What was handed in itself stays chosen, even where a better name lies in the archive."""
    zipped(tmp_path / "s/all.zip", **{"net/mnist.h5": HDF5, "net/cifar.h5": HDF5 + b"c"})
    (tmp_path / "s/my_mnist.keras").write_bytes(
        b"PK\x03\x04" + b"\0" * 22 + b"\x0b\0\0\0config.json"
    )
    found = look(tmp_path / "s", Boxes())

    assert chosen(found) == {"mnist": "my_mnist.keras", "cifar": "all.zip/net/cifar.h5"}
    assert found.assignment.ambiguous == {}


def test_an_archive_is_left_closed_where_files_beside_it_serve(tmp_path: Path) -> None:
    """No box is opened for it."""
    zipped(tmp_path / "s/all.zip", **{"mnist.h5": HDF5})
    for name in ("mnist.h5", "cifar.h5"):
        (tmp_path / "s" / name).write_bytes(HDF5)
    boxes = Boxes()
    found = look(tmp_path / "s", boxes)

    assert boxes.opened == 0
    assert [file.path for file in found.found.submission.files] == [
        "all.zip", "cifar.h5", "mnist.h5",
    ]  # fmt: skip


def test_several_that_fit_are_told(tmp_path: Path) -> None:
    """Rivals within archives are rivals like any other."""
    zipped(tmp_path / "s/one.zip", **{"mnist.h5": HDF5, "old/mnist.h5": HDF5})
    found = look(tmp_path / "s", Boxes())

    assert chosen(found) == {"mnist": "one.zip/mnist.h5"}
    assert found.assignment.ambiguous == {"mnist": ("one.zip/old/mnist.h5",)}


def test_only_what_may_matter_is_fetched(tmp_path: Path) -> None:
    """Its bytes lie there while it is looked at, hashed by this side, and are gone afterwards."""
    declaration = b"[models]\n"
    zipped(
        tmp_path / "s/w.zip",
        **{"mnist.h5": HDF5, "submission.toml": declaration, "notes.txt": b"secret diary"},
    )

    def see(considered: Considered) -> dict[str, Path]:
        files = considered.found.submission.files
        places = {file.path: considered.found.path_of(file.path) for file in files}
        assert places["w.zip/mnist.h5"].read_bytes() == HDF5
        assert places["w.zip/submission.toml"].read_bytes() == declaration
        assert not places["w.zip/notes.txt"].exists()
        assert {file.path: bool(file.sha256) for file in files}["w.zip/mnist.h5"]
        return places

    places = look(tmp_path / "s", Boxes(), see)
    assert not any(place.exists() for place in places.values())


def test_a_refused_archive_is_the_reason_for_what_is_missing(tmp_path: Path) -> None:
    """One archive that is refused does not shut another."""
    zipped(tmp_path / "s/bad.zip", **{"../cifar.h5": HDF5})
    zipped(tmp_path / "s/good.zip", **{"mnist.h5": HDF5})
    found = look(tmp_path / "s", Boxes())
    trouble = found.trouble_with(found.assignment.chosen.get("cifar"))

    assert chosen(found) == {"mnist": "good.zip/mnist.h5"}
    assert (trouble.reason, trouble.args["file"]) == ("refused", "bad.zip")
    assert found.trouble_with(found.assignment.chosen["mnist"]) is None


@pytest.mark.parametrize(
    "members",
    [
        (Member(path="mnist.h5", size=-1),),
        (Member(path="mnist.h5", size=1 << 40),),
        (Member(path="mnist.h5", size=8), Member(path="mnist.h5", size=8)),
        (Member(path="mnist.h5", size=0),) * 20_000,
    ],
    ids=["negative", "enormous", "twice", "many"],
)
def test_a_sandbox_that_was_taken_over_is_not_believed(
    tmp_path: Path, members: tuple[Member, ...]
) -> None:
    """What it says of sizes and names is looked at before anything is fetched or kept."""

    def answers(request: Request) -> tuple[Answer, bytes]:
        if isinstance(request, Unpack):
            return Unpacked(members=members), b""
        assert isinstance(request, Fetch)
        return Fetched(), bytes(request.length)

    zipped(tmp_path / "s/w.zip", a=b"")
    found = look(tmp_path / "s", Boxes(answers))

    assert found.troubles["w.zip"].reason == "crashed"


@pytest.mark.parametrize(
    "answers",
    [lambda request: (Fetched(), b""), lambda request: (Unpacked(members=()), b"")],
    ids=["bytes for names", "nothing"],
)
def test_other_answers_than_asked_for_are_the_submissions_fault(
    tmp_path: Path, answers: Answers
) -> None:
    """No trick in a file makes the trouble ours."""
    zipped(tmp_path / "s/w.zip", a=b"")
    found = look(tmp_path / "s", Boxes(answers))

    assert all(trouble.reason == "crashed" for trouble in found.troubles.values())
    assert chosen(found) == {}


def test_paths_a_sandbox_made_up_lead_nowhere(tmp_path: Path) -> None:
    """Names are shown, never opened: bytes lie under numbers of ours."""
    secret = tmp_path / "secret.h5"
    secret.write_bytes(HDF5 + b"labels")
    made_up = (Member(path="../../secret.h5", size=8), Member(path="../mnist.h5", size=8))

    def answers(request: Request) -> tuple[Answer, bytes]:
        if isinstance(request, Unpack):
            return Unpacked(members=made_up), b""
        return Fetched(), HDF5[: request.length] if isinstance(request, Fetch) else b""

    def see(considered: Considered) -> bytes:
        assert chosen(considered) == {"mnist": "w.zip/../mnist.h5"}
        return considered.found.path_of("w.zip/../mnist.h5").read_bytes()

    zipped(tmp_path / "s/w.zip", a=b"")
    assert look(tmp_path / "s", Boxes(answers), see) == HDF5
    assert secret.read_bytes() == HDF5 + b"labels"


def test_a_folder_of_arrays_and_a_network_is_an_archive_all_the_same(tmp_path: Path) -> None:
    """An array that comes first makes no NumPy file of it; a NumPy file stays one."""
    zipped(tmp_path / "s/work.zip", **{"data/x.npy": b"\x93NUMPY", "mnist.h5": HDF5})
    zipped(tmp_path / "s/arrays.npz", **{"x.npy": b"\x93NUMPY"})
    found = look(tmp_path / "s", Boxes())

    assert chosen(found) == {"mnist": "work.zip/mnist.h5"}
    paths = [file.path for file in found.found.submission.files]
    assert paths == ["arrays.npz", "work.zip/data/x.npy", "work.zip/mnist.h5"]
    assert not any(isinstance(trouble, Failure) for trouble in found.troubles.values())
