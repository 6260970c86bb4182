"""Make the classes of models other benchmarks grade: ``python -m benchmarks.train_models FOLDER KIND COUNT``.

A few models are trained on MNIST for some epochs; the others of a class are copies whose weights differ by a
thousandth, so that no two files are the same and all take as long.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

_TRAINED = 3
_NOISE = 1e-3


def main(folder: Path, kind: str, count: int) -> None:
    """Write `count` models of a kind, each into a folder of its own."""
    import keras
    import numpy as np

    from grader import datasets

    train = datasets.get("mnist").load("train")
    images = train.images.astype("float32") / 255
    for place in range(min(count, _TRAINED)):
        keras.utils.set_random_seed(place)
        model = keras.Sequential(_LAYERS[kind](place))
        model.compile("adam", "sparse_categorical_crossentropy")
        few = _IMAGES[kind]
        shaped = images[:few].reshape(-1, *model.input_shape[1:])
        model.fit(shaped, train.labels[:few], batch_size=128, epochs=_EPOCHS[kind], verbose=0)
        weights = model.get_weights()
        for number in range(place, count, _TRAINED):
            rng = np.random.default_rng(number)
            shaken = [array * (1 + _NOISE * rng.standard_normal(array.shape)) for array in weights]
            model.set_weights(shaken)
            student = folder / f"{kind}{number:04}"
            student.mkdir(parents=True)
            model.save(student / "mnist.h5")


def _mlp(place: int) -> list[Any]:
    from keras import Input, layers

    return [
        Input((28, 28)),
        layers.Flatten(),
        layers.Dense(512 + 64 * place, activation="relu"),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def _cnn(place: int) -> list[Any]:
    from keras import Input, layers

    return [
        Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(96 + 16 * place, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def _heavy(place: int) -> list[Any]:
    """Convolutions of many channels, in which nearly all time is arithmetic."""
    from keras import Input, layers

    return [
        Input((28, 28, 1)),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(128, 3, padding="same", activation="relu"),
        layers.Conv2D(128 + 32 * place, 3, padding="same", activation="relu"),
        layers.Conv2D(128, 3, padding="same", activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ]


def _tiny(place: int) -> list[Any]:
    from keras import Input, layers

    return [
        Input((28, 28)),
        layers.Flatten(),
        layers.Dense(128 + place, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


_LAYERS = {"mlp": _mlp, "cnn": _cnn, "heavy": _heavy, "tiny": _tiny}
_EPOCHS = {"mlp": 4, "cnn": 2, "heavy": 3, "tiny": 8}
_IMAGES = {"mlp": 60_000, "cnn": 60_000, "heavy": 4_000, "tiny": 60_000}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
