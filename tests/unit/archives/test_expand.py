"""What lies in an archive is resolved like files handed in; what the sandbox says of it is not believed."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from grader.archives.expand import ResolvedSubmission, expand_archives
from grader.archives.probe.serve import Session
from grader.archives.protocol import (
    Allowance,
    ArchiveAnswer,
    ArchiveRequest,
    Fetch,
    Fetched,
    Member,
    Unpack,
    Unpacked,
)
from grader.grading.plan import format_table
from grader.intake import find_submission
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.records.message import Name
from grader.sandbox import Limits, Outcome, Sandboxes, SandboxProfile

HDF5 = b"\x89HDF\r\n\x1a\n"
ARTEFACTS = (
    Artefact(id="mnist", title="MNIST", patterns=("*mnist*.h5", "*mnist*.keras")),
    Artefact(id="cifar", title="CIFAR", patterns=("*cifar*.h5",)),
)
LAB = Lab(slug="lab", title="Lab", version="1", artefacts=ARTEFACTS, exercises=())
MODELS = format_table()
NOTHING = Allowance(bytes=0, files=0, entries=0, seconds=0)
LIMITS = Limits(wall_s=20, file_bytes=1 << 20)

Answers = Callable[[ArchiveRequest], tuple[ArchiveAnswer, bytes]]


@pytest.fixture(autouse=True)
def _temporary_files(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a sandbox would remove is left in a folder of the test's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))


class Box:
    """Answers in this process."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    time_to_open = LIMITS.wall_s

    def bring(self, path: Path) -> str:
        return str(path)

    def ask(
        self, request: bytes, payload: bytes = b"", *, expect: int = 0, **more: object
    ) -> Outcome:
        answer, body = self._answers(msgspec.json.decode(request, type=ArchiveRequest))
        if len(body) not in (0, expect):
            return Outcome(status="RE", message="another number of bytes")
        return Outcome(status="ok", answer=msgspec.json.encode(answer), payload=body)


class Boxes:
    """Opens boxes that all answer alike; honest ones where nothing is said."""

    limits = LIMITS

    def __init__(self, answers: Answers | None = None) -> None:
        self._answers = answers
        self.opened = 0

    def open(self, profile: SandboxProfile) -> Box:
        self.opened += 1
        session = Session(LIMITS)
        return Box(self._answers or session.answer)


def zipped(path: Path, **members: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def expand(
    folder: Path, boxes: Boxes, read: Callable[[ResolvedSubmission], Any] = lambda found: found
) -> Any:
    with expand_archives(find_submission(folder), LAB, MODELS, cast(Sandboxes, boxes)) as resolved:
        return read(resolved)


def chosen(resolved: ResolvedSubmission) -> dict[str, str]:
    return {name: file.path for name, (file,) in resolved.assignment.chosen.items()}


def test_files_in_an_archive_serve_where_none_beside_it_does(tmp_path: Path) -> None:
    """What was handed in itself stays chosen, even where a better name lies in the archive."""
    zipped(tmp_path / "s/all.zip", **{"models/mnist.h5": HDF5, "models/cifar.h5": HDF5 + b"c"})
    (tmp_path / "s/my_mnist.keras").write_bytes(
        b"PK\x03\x04" + b"\0" * 22 + b"\x0b\0\0\0config.json"
    )
    found = expand(tmp_path / "s", Boxes())

    assert chosen(found) == {"mnist": "my_mnist.keras", "cifar": "all.zip/models/cifar.h5"}
    assert found.assignment.alternatives == {}


def test_an_archive_is_left_closed_where_files_beside_it_serve(tmp_path: Path) -> None:
    """No box is opened for it."""
    zipped(tmp_path / "s/all.zip", **{"mnist.h5": HDF5})
    for name in ("mnist.h5", "cifar.h5"):
        (tmp_path / "s" / name).write_bytes(HDF5)
    boxes = Boxes()
    found = expand(tmp_path / "s", boxes)

    assert boxes.opened == 0
    assert [file.path for file in found.located.submission.files] == [
        "all.zip", "cifar.h5", "mnist.h5",
    ]  # fmt: skip


def test_alternatives_are_listed(tmp_path: Path) -> None:
    """Alternatives within archives are listed like any other."""
    zipped(tmp_path / "s/one.zip", **{"mnist.h5": HDF5, "old/mnist.h5": HDF5})
    found = expand(tmp_path / "s", Boxes())

    assert chosen(found) == {"mnist": "one.zip/mnist.h5"}
    assert found.assignment.alternatives == {"mnist": ("one.zip/old/mnist.h5",)}


def test_only_what_may_matter_is_fetched(tmp_path: Path) -> None:
    """Its bytes lie there while it is looked at, hashed by this side, and are gone afterwards."""
    declaration = b"[models]\n"
    zipped(
        tmp_path / "s/w.zip",
        **{"mnist.h5": HDF5, "submission.toml": declaration, "notes.txt": b"secret diary"},
    )

    def read(resolved: ResolvedSubmission) -> dict[str, Path]:
        files = resolved.located.submission.files
        places = {file.path: resolved.located.path_of(file.path) for file in files}
        assert places["w.zip/mnist.h5"].read_bytes() == HDF5
        assert places["w.zip/submission.toml"].read_bytes() == declaration
        assert not places["w.zip/notes.txt"].exists()
        assert {file.path: bool(file.sha256) for file in files}["w.zip/mnist.h5"]
        return places

    places = expand(tmp_path / "s", Boxes(), read)
    assert not any(place.exists() for place in places.values())


def test_a_refused_archive_is_the_reason_for_what_is_missing(tmp_path: Path) -> None:
    """One archive that is refused does not shut another."""
    zipped(tmp_path / "s/bad.zip", **{"../cifar.h5": HDF5})
    zipped(tmp_path / "s/good.zip", **{"mnist.h5": HDF5})
    found = expand(tmp_path / "s", Boxes())
    failure = found.failure_for("cifar")

    assert chosen(found) == {"mnist": "good.zip/mnist.h5"}
    assert (failure.reason, failure.values["file"]) == ("refused", Name(text="bad.zip"))
    assert found.failure_for("mnist") is None


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

    def answers(request: ArchiveRequest) -> tuple[ArchiveAnswer, bytes]:
        if isinstance(request, Unpack):
            return Unpacked(members=members, spent=NOTHING), b""
        assert isinstance(request, Fetch)
        return Fetched(), bytes(request.length)

    zipped(tmp_path / "s/w.zip", a=b"")
    found = expand(tmp_path / "s", Boxes(answers))

    assert found.failures["w.zip"].reason == "crashed"


@pytest.mark.parametrize(
    "answers",
    [lambda request: (Fetched(), b""), lambda request: (Unpacked(members=(), spent=NOTHING), b"")],
    ids=["bytes for names", "nothing"],
)
def test_other_answers_than_asked_for_are_the_submissions_fault(
    tmp_path: Path, answers: Answers
) -> None:
    """No trick in a file makes the failure ours."""
    zipped(tmp_path / "s/w.zip", a=b"")
    found = expand(tmp_path / "s", Boxes(answers))

    assert all(failure.reason == "crashed" for failure in found.failures.values())
    assert chosen(found) == {}


def test_paths_a_sandbox_made_up_lead_nowhere(tmp_path: Path) -> None:
    """Names are shown, never opened: bytes lie under numbers of ours."""
    secret = tmp_path / "secret.h5"
    secret.write_bytes(HDF5 + b"labels")
    made_up = (Member(path="../../secret.h5", size=8), Member(path="../mnist.h5", size=8))

    def answers(request: ArchiveRequest) -> tuple[ArchiveAnswer, bytes]:
        if isinstance(request, Unpack):
            return Unpacked(members=made_up, spent=NOTHING), b""
        return Fetched(), HDF5[: request.length] if isinstance(request, Fetch) else b""

    def read(resolved: ResolvedSubmission) -> bytes:
        assert chosen(resolved) == {"mnist": "w.zip/../mnist.h5"}
        return resolved.located.path_of("w.zip/../mnist.h5").read_bytes()

    zipped(tmp_path / "s/w.zip", a=b"")
    assert expand(tmp_path / "s", Boxes(answers), read) == HDF5
    assert secret.read_bytes() == HDF5 + b"labels"


def test_a_folder_of_arrays_and_a_model_is_an_archive_all_the_same(tmp_path: Path) -> None:
    """An array that comes first makes no NumPy file of it; a NumPy file stays one."""
    zipped(tmp_path / "s/work.zip", **{"data/x.npy": b"\x93NUMPY", "mnist.h5": HDF5})
    zipped(tmp_path / "s/arrays.npz", **{"x.npy": b"\x93NUMPY"})
    found = expand(tmp_path / "s", Boxes())

    assert chosen(found) == {"mnist": "work.zip/mnist.h5"}
    paths = [file.path for file in found.located.submission.files]
    assert paths == ["arrays.npz", "work.zip/data/x.npy", "work.zip/mnist.h5"]
    assert not any(isinstance(failure, Failure) for failure in found.failures.values())


def packed(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_archives_in_archives_are_opened_three_deep(tmp_path: Path) -> None:
    """Whatever packs the levels; the fourth stays closed."""
    inner = packed("inner/mnist.h5.gz", gzip.compress(HDF5))
    deep = packed("d.zip", packed("c.zip", packed("b.zip", packed("cifar.h5", HDF5))))
    zipped(tmp_path / "s/OneDrive.zip", **{"work/inner.zip": inner, "a.zip": deep})
    found = expand(tmp_path / "s", Boxes())

    assert chosen(found) == {
        "mnist": "OneDrive.zip/work/inner.zip/inner/mnist.h5.gz/mnist.h5",
    }
    paths = [file.path for file in found.located.submission.files]
    assert "OneDrive.zip/a.zip/d.zip/c.zip" in paths


def test_archives_in_an_archive_stay_closed_where_its_files_serve(tmp_path: Path) -> None:
    """A packed data set beside the models is never unpacked."""
    data = packed("cifar.h5", HDF5)
    zipped(tmp_path / "s/w.zip", **{"mnist.h5": HDF5, "cifar.h5": HDF5, "data.zip": data})
    boxes = Boxes()
    found = expand(tmp_path / "s", boxes)

    assert boxes.opened == 1
    assert chosen(found) == {"mnist": "w.zip/mnist.h5", "cifar": "w.zip/cifar.h5"}


def test_all_levels_share_one_allowance(tmp_path: Path) -> None:
    """Many archives that are small enough each are too much together."""
    zeros = bytes(900_000)
    inner = {f"{number}.zip": packed("x.bin", zeros) for number in range(3)}
    zipped(tmp_path / "s/w.zip", **inner)
    found = expand(tmp_path / "s", Boxes())

    assert [failure.why for failure in found.failures.values()] == [("archive-size",)] * 3


def test_what_belongs_to_weights_comes_out_of_the_archive_with_them(tmp_path: Path) -> None:
    """An unpacked Keras file that was zipped with its folder is one model, named after the folder."""
    folder = {
        "mnist.keras/config.json": b'{"module": "keras", "class_name": "Sequential", "config": {}}',
        "mnist.keras/metadata.json": b'{"keras_version": "3.15.1", "date_saved": "2026-11-26"}',
        "mnist.keras/model.weights.h5": HDF5,
    }
    zipped(tmp_path / "s/w.zip", **folder)

    def read(resolved: ResolvedSubmission) -> None:
        beside = resolved.assignment.companions["mnist"]
        assert [file.path for file in beside] == [
            "w.zip/mnist.keras/config.json",
            "w.zip/mnist.keras/metadata.json",
        ]
        for file in beside:
            assert resolved.located.path_of(file.path).read_bytes() == folder[file.path[6:]]
        assert chosen(resolved) == {"mnist": "w.zip/mnist.keras/model.weights.h5"}

    expand(tmp_path / "s", Boxes(), read)
