from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from grader.evidence.models.probe import hdf5_check
from grader.evidence.models.probe.hdf5_check import check_hdf5
from grader.records.evidence import Failure
from grader.records.message import Name

Maker = Callable[[h5py.File, Path], object]


def refusal(path: Path) -> Failure | None:
    with h5py.File(path, "r") as store:
        return check_hdf5(store, "m.h5")


def test_an_ordinary_file_passes(tmp_path: Path) -> None:
    """Groups, attributes, packed and shared data are what saved models are made of."""
    with h5py.File(tmp_path / "m.h5", "w") as store:
        store.attrs["model_config"] = "{}"
        store.attrs["weight_names"] = []
        group = store.create_group("model_weights/dense")
        group.create_dataset("kernel", data=np.ones((10, 10)), compression="gzip", shuffle=True)
        group.create_dataset("bias", data=np.ones(10), compression="lzf")
        group["again"] = group["kernel"]
        group["self"] = store["model_weights"]

    assert refusal(tmp_path / "m.h5") is None


def external_storage(store: h5py.File, canary: Path) -> object:
    return store.create_dataset("x/w", (4,), "u1", external=[(str(canary), 0, 4)])


def virtual(store: h5py.File, canary: Path) -> object:
    layout = h5py.VirtualLayout((4,), "u1")
    layout[:] = h5py.VirtualSource(str(canary), "w", (4,))
    return store.create_virtual_dataset("x/w", layout)


def deep(store: h5py.File, canary: Path) -> object:
    return store.create_group("x/" + "/".join(["g"] * 100))


@pytest.mark.parametrize(
    ("make", "why", "place"),
    [
        (lambda s, c: s.__setitem__("x/w", h5py.ExternalLink(str(c), "/")), "hdf5-link", "/x/w"),
        (lambda s, c: s.__setitem__("w", h5py.SoftLink("/elsewhere")), "hdf5-link", "/w"),
        (lambda s, c: s.__setitem__("g", h5py.ExternalLink("other.h5", "/g")), "hdf5-link", "/g"),
        (external_storage, "hdf5-external", "/x/w"),
        (virtual, "hdf5-external", "/x/w"),
        (lambda s, c: s.create_dataset("w", (10 << 30,), "f4", chunks=(1024,)), "hdf5-size", "/w"),
        (deep, "hdf5-objects", ""),
    ],
    ids=["external", "soft", "external-group", "storage", "virtual", "40-GiB", "deep"],
)
def test_what_points_outside_or_lies_is_refused(
    tmp_path: Path, make: Maker, why: str, place: str
) -> None:
    """Links, data in other files and sizes out of proportion are named with the place they stand at."""
    canary = tmp_path / "canary"
    canary.write_bytes(b"secret")
    with h5py.File(tmp_path / "m.h5", "w") as store:
        make(store, canary)
    failure = refusal(tmp_path / "m.h5")

    assert failure is not None
    assert failure.why == (why,)
    named = failure.values["place"]
    assert isinstance(named, Name)
    assert named.text.startswith(place)


def test_unknown_filters_are_refused(tmp_path: Path) -> None:
    """A filter that is no part of HDF5 would be looked for in plug-ins."""
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((4,))
    plan.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
    with h5py.File(tmp_path / "m.h5", "w") as store:
        space = h5py.h5s.create_simple((4,))
        h5py.h5d.create(store.id, b"w", h5py.h5t.NATIVE_FLOAT, space, plan)

    failure = refusal(tmp_path / "m.h5")
    assert failure is not None
    assert failure.why == ("hdf5-filter",)


def test_too_many_objects_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that would take long to walk is not walked to its end."""
    monkeypatch.setattr(hdf5_check, "MAX_OBJECTS", 20)
    with h5py.File(tmp_path / "m.h5", "w") as store:
        for name in range(30):
            store.create_group(str(name))

    failure = refusal(tmp_path / "m.h5")
    assert failure is not None
    assert failure.why == ("hdf5-objects",)
