"""Build the network a repaired description stands for, and put the saved weights into it."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from grader.probes.repair.table import OLD_HARD_SIGMOID, Description


def build(description: Description) -> Any:
    """The network of a repaired description, with weights as they are drawn.

    Raises:
        Exception: Whatever Keras says of a description it cannot build.
    """
    import keras

    kind = keras.Sequential if description["class_name"] == "Sequential" else keras.Model
    with keras.saving.custom_object_scope(custom_objects()):
        return kind.from_config(description["config"])


def load_hdf5_weights(network: Any, path: Path) -> None:
    """Put the weights of a saved HDF5 file into a network, layer by layer in the order they were saved.

    Raises:
        ValueError: They do not fit it.
    """
    import h5py

    with h5py.File(path, "r") as store:
        group = store.get("model_weights", store)
        names = _names(group, "layer_names")
        saved = [arrays for name in names if (arrays := _arrays(group[name]))]
    targets = [layer for layer in network.layers if layer.weights]
    if len(saved) != len(targets):
        raise ValueError(f"{len(saved)} layers with weights were saved, {len(targets)} are there")
    for layer, arrays in zip(targets, saved, strict=True):
        _assign(layer, [*layer.trainable_weights, *layer.non_trainable_weights], arrays)


def load_zip_weights(network: Any, path: Path) -> None:
    """Put the weights of a ``.keras`` archive of Keras 2 into a network.

    They lie under the layer's class and a number, whatever the layer is called.

    Raises:
        ValueError: They do not fit it.
    """
    import h5py

    with zipfile.ZipFile(path) as archive:
        members = {name.replace("\\", "/"): name for name in archive.namelist()}
        data = archive.read(members["model.weights.h5"])
    with h5py.File(io.BytesIO(data), "r") as store:
        saved = _numbered_groups(store)
        for layer in network.layers:
            if not layer.weights:
                continue
            waiting = saved.get(_snake_case(type(layer).__name__))
            if not waiting:
                raise ValueError(f"the weights of {layer.name} are not in the file")
            group = waiting.pop(0)
            _assign(layer, layer.weights, [group[str(place)][()] for place in range(len(group))])


_CHECKPOINT = re.compile(r"^_layer_checkpoint_dependencies/(?P<kind>.+?)(?:_(?P<number>\d+))?$")


def _numbered_groups(store: Any) -> dict[str, list[Any]]:
    """The weights of an archive by the class of their layer, in the order of their numbers.

    Numbers skip, and Windows wrote backslashes into the names.
    """
    import h5py

    found: dict[str, list[tuple[int, Any]]] = defaultdict(list)

    def note(name: str, group: Any) -> None:
        match = _CHECKPOINT.match(name.replace("\\", "/"))
        if match and isinstance(group, h5py.Group) and len(group.get("vars", ())):
            found[match["kind"]].append((int(match["number"] or 0), group["vars"]))

    store.visititems(note)
    return {
        kind: [group for _, group in sorted(groups, key=lambda pair: pair[0])]
        for kind, groups in found.items()
    }


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _assign(layer: Any, variables: list[Any], arrays: list[Any]) -> None:
    shapes = [tuple(array.shape) for array in arrays]
    if shapes != [tuple(variable.shape) for variable in variables]:
        raise ValueError(f"the weights of {layer.name} have other shapes: {shapes}")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


#: What pruned training keeps beside the weights.
_BOOKKEEPING = ("mask", "threshold", "pruning_step")


def _arrays(group: Any) -> list[Any]:
    """The weights of one layer in the order they were saved, without the bookkeeping of pruning."""
    names = [
        name
        for name in _names(group, "weight_names")
        if not name.rsplit("/", 1)[-1].split(":")[0].startswith(_BOOKKEEPING)
    ]
    return [group[name][()] for name in names]


def _names(group: Any, attribute: str) -> list[str]:
    """A list of names, which long ones spread over several attributes."""
    if attribute in group.attrs:
        values = list(group.attrs[attribute])
    else:
        values, part = [], 0
        while f"{attribute}{part}" in group.attrs:
            values += list(group.attrs[f"{attribute}{part}"])
            part += 1
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]


def custom_objects() -> dict[str, Any]:
    """What older networks need and Keras 3 does not have, written anew."""
    import keras

    def keras2_hard_sigmoid(x: Any) -> Any:
        return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)

    class ThresholdedReLU(keras.layers.Layer):  # type: ignore[misc]
        """``x`` above `theta`, else 0."""

        def __init__(self, theta: float = 1.0, **settings: Any) -> None:
            super().__init__(**settings)
            self.theta = float(theta)

        def call(self, inputs: Any) -> Any:
            """Cut off."""
            return inputs * keras.ops.cast(inputs > self.theta, inputs.dtype)

    return {OLD_HARD_SIGMOID: keras2_hard_sigmoid, "ThresholdedReLU": ThresholdedReLU}
