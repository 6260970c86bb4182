"""Files that are cut off, and archives that hold something else: what they are is said before they are opened."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import h5py
import pytest

from grader.grading.asking import Conversation
from grader.probes.containers import look_at
from grader.records.evidence import Failure, ModelSummary
from grader.records.probe import OpenModel
from grader.sandbox import Sandbox
from tests.model.networks import classifier, save


def looked_at(path: Path, kind: Literal["hdf5", "keras-zip"] = "hdf5") -> Failure | None:
    return look_at(OpenModel(path=str(path), file=path.name, format=kind))


def opened(sandbox: Sandbox, path: Path, kind: Literal["hdf5", "keras-zip"]) -> object:
    with sandbox.open() as box:
        return Conversation(box, path.name, sandbox.limits).open(path, kind)


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return path


@pytest.mark.parametrize(
    ("oldest", "user_block"), [("earliest", 0), ("v110", 0), ("earliest", 512)]
)
def test_a_cut_hdf5_file_is_told_with_both_sizes(
    tmp_path: Path, oldest: str, user_block: int
) -> None:
    """Every form of the superblock names the size the file should have."""
    whole, cut = tmp_path / "whole.h5", tmp_path / "cut.h5"
    with h5py.File(whole, "w", libver=(oldest, "latest"), userblock_size=user_block) as store:
        store["kernel"] = list(range(5000))
    size = whole.stat().st_size
    cut.write_bytes(whole.read_bytes()[: size - 100])

    assert looked_at(whole) is None
    assert looked_at(cut) == Failure(
        reason="corrupt",
        args={"file": "cut.h5", "why": "cut-off", "size": str(size - 100), "whole": str(size)},
    )


@pytest.mark.parametrize("length", [8, 20, 40])
def test_a_file_cut_within_its_superblock_is_cut(tmp_path: Path, length: int) -> None:
    """Even where the size is not told, the bytes that are missing are."""
    path = save(classifier(), tmp_path / "m.h5")
    path.write_bytes(path.read_bytes()[:length])
    failure = looked_at(path)

    assert failure is not None
    assert failure.args["why"] == "cut-off"
    assert int(failure.args["whole"]) > length


def test_a_cut_zip_is_told(tmp_path: Path) -> None:
    """An archive without its table of contents broke off."""
    path = save(classifier(), tmp_path / "m.keras")
    path.write_bytes(path.read_bytes()[:5000])
    failure = looked_at(path, "keras-zip")

    assert failure is not None
    assert (failure.reason, failure.args["why"]) == ("corrupt", "cut-off-zip")
    assert failure.args["size"] == "5000"


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("assets/", "digits/saved_model.pb"), "kind-saved-model"),
        (("net/version", "net/data/0", "net/data.pkl"), "kind-pytorch"),
        (("kernel.npy", "bias.npy"), "kind-npz"),
        (("__MACOSX/._m.h5", "project/m.h5", "train.py"), "zip-with-networks"),
        (("__MACOSX/._m.h5", "train.py"), "zip-without-model"),
        ((), "zip-without-model"),
    ],
)
def test_archives_are_told_by_what_they_hold(
    tmp_path: Path, names: tuple[str, ...], why: str
) -> None:
    """Whatever comes first in it, an archive is known by all its members."""
    failure = looked_at(zipped(tmp_path / "m.zip", *names), "keras-zip")

    assert failure is not None
    assert (failure.reason, failure.args["why"]) == ("not-a-model", why)


def test_networks_in_an_archive_are_named(tmp_path: Path) -> None:
    """The student reads which file to hand in."""
    names = [f"{place}.h5" for place in range(5)]
    failure = looked_at(zipped(tmp_path / "m.zip", *names), "keras-zip")

    assert failure is not None
    assert failure.args["names"] == "0.h5, 1.h5, 2.h5, ..."


def packed_anew(path: Path) -> Path:
    """What unpacking and packing again leaves: another order, and a member of the packer's own."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._config.json", b"\0")
        for name in sorted(members, reverse=True):
            archive.writestr(name, members[name])
    return path


def with_user_block(path: Path) -> Path:
    copy = path.with_suffix(".copy")
    with h5py.File(path) as old, h5py.File(copy, "w", userblock_size=512) as new:
        for name in old:
            old.copy(name, new)
        for name, value in old.attrs.items():
            new.attrs[name] = value
    return Path(shutil.move(copy, path))


@pytest.mark.parametrize(
    ("name", "kind", "change"),
    [("m.keras", "keras-zip", packed_anew), ("m.h5", "hdf5", with_user_block)],
)
def test_unusual_containers_open(
    sandbox: Sandbox,
    tmp_path: Path,
    name: str,
    kind: Literal["hdf5", "keras-zip"],
    change: Callable[[Path], Path],
) -> None:
    """Members in another order and a block before the signature change nothing."""
    path = change(save(classifier(), tmp_path / name))

    assert isinstance(opened(sandbox, path, kind), ModelSummary)
