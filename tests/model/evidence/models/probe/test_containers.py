"""Files that are cut off, and archives that contain something else, are reported before they are opened."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import h5py
import pytest

from grader.evidence.models.probe.containers import check_container
from grader.evidence.models.protocol import OpenModel
from grader.evidence.models.record import ModelSummary
from grader.records.evidence import Failure, file_failure
from grader.records.message import Count, Name
from grader.sandbox import Sandboxes
from tests.model.models import classifier, open_model, save


def looked_at(path: Path, kind: Literal["hdf5", "keras-zip"] = "hdf5") -> Failure | None:
    return check_container(OpenModel(path=str(path), file=path.name, format=kind))


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
    assert looked_at(cut) == file_failure(
        "corrupt", "cut.h5", "cut-off", size=Count(value=size - 100), whole=Count(value=size)
    )


@pytest.mark.parametrize("length", [8, 20, 40])
def test_a_file_cut_within_its_superblock_is_cut(tmp_path: Path, length: int) -> None:
    """Also without a complete superblock the file is reported as cut off."""
    path = save(classifier(), tmp_path / "m.h5")
    path.write_bytes(path.read_bytes()[:length])
    failure = looked_at(path)

    assert failure is not None
    assert failure.why == ("cut-off",)
    whole = failure.values["whole"]
    assert isinstance(whole, Count)
    assert whole.value > length


def test_a_cut_zip_is_told(tmp_path: Path) -> None:
    """An archive without its table of contents broke off."""
    path = save(classifier(), tmp_path / "m.keras")
    path.write_bytes(path.read_bytes()[:5000])
    failure = looked_at(path, "keras-zip")

    assert failure is not None
    assert (failure.reason, failure.why) == ("corrupt", ("cut-off-zip",))
    assert failure.values["size"] == Count(value=5000)


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("assets/", "digits/saved_model.pb"), "kind-saved-model"),
        (("net/version", "net/data/0", "net/data.pkl"), "kind-pytorch"),
        (("kernel.npy", "bias.npy"), "kind-npz"),
        (("__MACOSX/._m.h5", "project/m.h5", "train.py"), "zip-with-models"),
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
    assert (failure.reason, failure.why) == ("wrong-format", (why,))


def test_models_in_an_archive_are_named(tmp_path: Path) -> None:
    """The student reads which file to hand in."""
    names = [f"{place}.h5" for place in range(5)]
    failure = looked_at(zipped(tmp_path / "m.zip", *names), "keras-zip")

    assert failure is not None
    assert failure.values["names"] == Name(text="0.h5, 1.h5, 2.h5, ...")


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
    sandboxes: Sandboxes,
    tmp_path: Path,
    name: str,
    kind: Literal["hdf5", "keras-zip"],
    change: Callable[[Path], Path],
) -> None:
    """Members in another order and a block before the signature change nothing."""
    path = change(save(classifier(), tmp_path / name))

    assert isinstance(open_model(sandboxes, path, kind), ModelSummary)
