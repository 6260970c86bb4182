"""Models that carry code, and a loader that trusts them: only the isolation protects then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import msgspec
import numpy as np

from grader.evidence.models.protocol import ModelRequest, OpenModel, Predict, Predicted
from grader.records.evidence import Failure
from grader.sandbox import Limits
from grader.sandbox.channel import Connection
from grader.sandbox.serving import send_reply


def careless(connection: Connection, limits: Limits) -> None:
    """Open whatever comes with every guard of Keras switched off, and let it predict."""
    import keras

    keras.config.enable_unsafe_deserialization()
    model: Any = None
    while True:
        try:
            request: ModelRequest = msgspec.json.decode(connection.recv_bytes(), type=ModelRequest)
        except EOFError:
            return
        try:
            if isinstance(request, OpenModel):
                named = Path(request.path).with_suffix("." + request.file.rpartition(".")[2])
                named.symlink_to(request.path)
                model = keras.models.load_model(named, compile=False, safe_mode=False)
                _reply(connection, "opened")
            elif isinstance(request, Predict):
                images = np.frombuffer(connection.recv_payload(), np.uint8).reshape(request.shape)
                outputs = np.asarray(model(images.astype(np.float32) / 255), "<f4")
                send_reply(connection, msgspec.json.encode(Predicted()), outputs.tobytes())
        except Exception as error:
            _reply(connection, f"{type(error).__name__}: {error}")


def _reply(connection: Connection, text: str) -> None:
    answer = Failure(reason="refused", detail=text[:4000])
    send_reply(connection, msgspec.json.encode(answer))


def asks_tensorflow(connection: Connection, limits: Limits) -> None:
    """What TensorFlow's own operations can reach; the request's `file` names one, its `path` the canary."""
    import tensorflow as tf

    attempts: dict[str, Callable[[str], object]] = {
        "read": lambda path: tf.io.read_file(path),
        "list": lambda path: tf.io.gfile.listdir(str(Path(path).parent)),
        "match": lambda path: tf.io.matching_files(f"{Path(path).parent}/*").numpy().tolist(),
        "lines": lambda path: list(tf.data.TextLineDataset(path)),
        "records": lambda path: list(tf.data.FixedLengthRecordDataset(path, 1)),
        "write": lambda path: tf.io.write_file(path, "forged"),
        "copy": lambda path: tf.io.gfile.copy(path, "copy"),
        "remove": lambda path: tf.io.gfile.remove(path),
        "table": lambda path: tf.lookup.StaticHashTable(
            tf.lookup.TextFileInitializer(
                path, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, 0
            ),
            -1,
        ),
        "server": lambda path: tf.distribute.Server.create_local_server(),
        "library": lambda path: tf.load_op_library(path),
        "saved model": lambda path: tf.saved_model.load(str(Path(path).parent)),
        "script": lambda path: tf.py_function(lambda: Path(path).read_bytes(), [], tf.string),
    }
    while True:
        try:
            request = msgspec.json.decode(connection.recv_bytes(), type=OpenModel)
        except EOFError:
            return
        try:
            got = attempts[request.file](request.path)
        except Exception as error:
            _reply(connection, f"denied: {type(error).__name__}: {error}")
        else:
            _reply(connection, f"got {got!r}")


def carrying(code: str, path: Path) -> Path:
    """Save a model with a Lambda layer that runs `code` when it is opened, and passes its input on."""
    import keras

    layer = keras.layers.Lambda(lambda x: x, output_shape=(28, 28), name="innocent")
    inputs = keras.Input((28, 28))
    outputs = keras.layers.Dense(10)(keras.layers.Flatten()(layer(inputs)))
    model = keras.Model(inputs, outputs)
    layer.function = eval(f"lambda x: exec({code!r}) or x")  # noqa: S307
    layer._already_warned = True
    path.parent.mkdir(parents=True, exist_ok=True)
    model.save(path)
    return path


def linked_to(canary: Path, path: Path, how: str) -> Path:
    """An HDF5 file whose only dataset lies in another file."""
    size = canary.stat().st_size
    with h5py.File(path, "w") as store:
        if how == "external storage":
            store.create_dataset("leak", (size,), "u1", external=[(str(canary), 0, size)])
        elif how == "external link":
            store["leak"] = h5py.ExternalLink(str(canary), "/leak")
        else:
            layout = h5py.VirtualLayout((size,), "u1")
            layout[:] = h5py.VirtualSource(str(canary), "leak", (size,))
            store.create_virtual_dataset("leak", layout)
    return path


def reads_a_dataset(connection: Connection, limits: Limits) -> None:
    """Read the dataset of a file as if it were weights."""
    request = msgspec.json.decode(connection.recv_bytes(), type=OpenModel)
    try:
        with h5py.File(request.path) as store:
            _reply(connection, f"got {bytes(np.asarray(store['leak']))!r}")
    except (OSError, KeyError) as error:
        _reply(connection, f"denied: {type(error).__name__}: {error}")
