"""Makers of hostile submissions: each writes files into a folder, and knows a canary that nobody may read."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from tests.model.models import classifier, edit_hdf5_config, layers, save
from tests.model.sandbox.hostile import carrying

Maker = Callable[[Path, Path], object]

Put = Callable[[h5py.File, str, Path], object]
"""Puts something else into a file, at a place, that leads to the canary."""


def with_layer(kind: str, **config: Any) -> Maker:
    """A model with one more layer in its description; `CANARY` in its settings becomes the canary's path."""

    def make(folder: Path, canary: Path) -> object:
        settings = json.loads(json.dumps(config).replace("CANARY", str(canary)))
        more = {"class_name": kind, "config": {"name": "trojan", **settings}}
        path = save(classifier(), folder / "digits.h5")
        return edit_hdf5_config(path, lambda saved: saved["config"]["layers"].append(more))

    return make


def with_activation(module: str, name: str) -> Maker:
    """A model whose last layer is to call a function of any module."""
    call = {"class_name": "function", "module": module, "config": name, "registered_name": name}

    def make(folder: Path, canary: Path) -> object:
        path = save(classifier(), folder / "digits.h5")
        return edit_hdf5_config(
            path, lambda saved: saved["config"]["layers"][-1]["config"].update(activation=call)
        )

    return make


def with_code(ending: str) -> Maker:
    """A model with a Lambda layer that overwrites the canary."""

    def make(folder: Path, canary: Path) -> object:
        return carrying(f"open({str(canary)!r}, 'w').write('x')", folder / f"digits.{ending}")

    return make


def with_weight(put: Put) -> Maker:
    """A model of which a kernel is replaced."""

    def make(folder: Path, canary: Path) -> object:
        path = save(classifier(), folder / "digits.h5")
        with h5py.File(path, "r+") as store:
            places: list[str] = []
            store.visit(places.append)
            kernel = next(place for place in places if place.endswith("kernel"))
            del store[kernel]
            put(store, kernel, canary)
        return path

    return make


def external_storage(store: h5py.File, place: str, canary: Path) -> object:
    return store.create_dataset(place, (784, 10), "f4", external=[(str(canary), 0, 784 * 40)])


def virtual_dataset(store: h5py.File, place: str, canary: Path) -> object:
    layout = h5py.VirtualLayout((784, 10), "f4")
    layout[:] = h5py.VirtualSource(str(canary), "kernel", (784, 10))
    return store.create_virtual_dataset(place, layout)


def external_link(store: h5py.File, place: str, canary: Path) -> None:
    store[place] = h5py.ExternalLink(str(canary), "/kernel")


def external_group(store: h5py.File, place: str, canary: Path) -> None:
    del store["model_weights"]
    store["model_weights"] = h5py.ExternalLink(str(canary), "/")


def soft_link(store: h5py.File, place: str, canary: Path) -> None:
    store[place] = h5py.SoftLink("/model_weights/elsewhere")


def unwritten(gibibytes: float) -> Put:
    """A weight of which nothing was written: a small file that asks for all memory there is."""
    rows = int(gibibytes * (1 << 30)) // 40
    return lambda store, place, canary: store.create_dataset(
        place, (rows, 10), "f4", chunks=(1 << 16, 10)
    )


def saved_model(make: Callable[[], keras.Model], name: str = "digits.keras") -> Maker:
    return lambda folder, canary: save(make(), folder / name)


def stacked(*more: Any, shape: tuple[int, ...] = (28, 28)) -> Callable[[], keras.Model]:
    return lambda: keras.Sequential([keras.Input(shape), *more])


def poisoned(value: float) -> Callable[[], keras.Model]:
    def make() -> keras.Model:
        model = classifier(last="linear")
        kernel, bias = model.layers[-1].get_weights()
        bias[3] = value
        model.layers[-1].set_weights([kernel, bias])
        return model

    return make


def whole_numbers() -> keras.Model:
    inputs = keras.Input((28, 28))
    outputs = layers.Dense(10)(layers.Flatten()(inputs))
    return keras.Model(inputs, keras.ops.cast(outputs, "int32"))


def edited(change: Callable[[dict[str, Any]], object]) -> Maker:
    return lambda folder, canary: edit_hdf5_config(save(classifier(), folder / "digits.h5"), change)


def twenty_thousand_layers(saved: dict[str, Any]) -> None:
    saved["config"]["layers"] += [saved["config"]["layers"][-1]] * 20_000


def units(count: int) -> Callable[[dict[str, Any]], object]:
    return lambda saved: saved["config"]["layers"][-1]["config"].update(units=count)


def renamed(saved: dict[str, Any]) -> None:
    saved["config"]["layers"][-1] |= {"class_name": "MyAttention", "module": "student.layers"}


def nested(depth: int) -> Callable[[dict[str, Any]], object]:
    def change(saved: dict[str, Any]) -> None:
        inner = saved["config"]["layers"][-1]
        for _ in range(depth):
            config = {"name": "wrapping", "layer": inner}
            inner = {"class_name": "TimeDistributed", "config": config}
        saved["config"]["layers"][-1] = inner

    return change


def with_description(text: str | bytes) -> Maker:
    def make(folder: Path, canary: Path) -> object:
        path = save(classifier(), folder / "digits.h5")
        with h5py.File(path, "r+") as store:
            del store.attrs["model_config"]
            store.create_dataset("spare", data=0)
            store.attrs["model_config"] = np.bytes_(text) if isinstance(text, bytes) else text
        return path

    return make


def huge_description(folder: Path, canary: Path) -> object:
    """A quarter of a gibibyte of description in less than a mebibyte of zip."""
    with zipfile.ZipFile(folder / "digits.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.5.0"}')
        with archive.open("config.json", "w") as stream:
            for _ in range(64):
                stream.write(b" " * (4 << 20))
        archive.writestr("model.weights.h5", b"")
    return folder


def cut(keep: float) -> Maker:
    def make(folder: Path, canary: Path) -> object:
        path = save(classifier(), folder / "digits.h5")
        data = path.read_bytes()
        return path.write_bytes(data[: int(len(data) * keep)])

    return make


def file(data: bytes, name: str = "digits.h5") -> Maker:
    return lambda folder, canary: (folder / name).write_bytes(data)


def zip_named_h5(folder: Path, canary: Path) -> object:
    with zipfile.ZipFile(folder / "digits.h5", "w") as archive:
        archive.writestr("readme.txt", "no model")
    return folder


def tar_leading_out(folder: Path, canary: Path) -> object:
    with tarfile.open(folder / "work.tar", "w") as archive:
        member = tarfile.TarInfo("../../../escaped.h5")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"evil"))
    return folder


def tar_with_link(folder: Path, canary: Path) -> object:
    with tarfile.open(folder / "work.tar", "w") as archive:
        member = tarfile.TarInfo("digits.h5")
        member.type, member.linkname = tarfile.SYMTYPE, str(canary)
        archive.addfile(member)
    return folder


def link_to_canary(folder: Path, canary: Path) -> object:
    return (folder / "digits.h5").symlink_to(canary)
