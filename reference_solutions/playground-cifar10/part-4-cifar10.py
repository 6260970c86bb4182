"""CIFAR-10 with the model of the lab's part 4, in the style of AlexNet.

The layers are prescribed: three 5 x 5 convolutions with pooling, a hidden layer of 1,000 units,
softmax. What is free is how they are trained. During training the images are mirrored and
shifted at random, and dropout sits between the layers; none of that has weights, so the saved
model consists of the prescribed layers and nothing else.

Run `python part-4-cifar10.py`; it writes `part-4-cifar10.h5` beside itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
from keras import layers

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the repository
from grader import datasets
from reference_solutions.training import Options, report, run, train

EPOCHS = 40
BATCH = 128
#: This share of the training images, the last ones, is held out to choose the settings on.
HELD_OUT = 0.1


def prescribed_layers() -> list[layers.Layer]:
    """The layers as the lab lists them."""
    return [
        layers.Conv2D(32, 5, padding="same", activation="relu", name="conv1"),
        layers.MaxPooling2D(2, name="pool1"),
        layers.Conv2D(64, 5, padding="same", activation="relu", name="conv2"),
        layers.MaxPooling2D(2, name="pool2"),
        layers.Conv2D(64, 5, padding="same", activation="relu", name="conv3"),
        layers.MaxPooling2D(2, name="pool3"),
        layers.Flatten(name="flatten"),
        layers.Dense(1000, activation="relu", name="fc4"),
        layers.Dense(10, activation="softmax", name="fc5"),
    ]


def with_obstacles(prescribed: list[layers.Layer]) -> keras.Model:
    """The same layers, made harder to train: changed images, and units that drop out."""
    conv1, pool1, conv2, pool2, conv3, pool3, flatten, fc4, fc5 = prescribed
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.RandomFlip("horizontal"),
            layers.RandomTranslation(0.1, 0.1, fill_mode="reflect"),
            *(conv1, pool1, layers.Dropout(0.1)),
            *(conv2, pool2, layers.Dropout(0.2)),
            *(conv3, pool3, layers.Dropout(0.3)),
            *(flatten, fc4, layers.Dropout(0.5), fc5),
        ]
    )


def main(options: Options) -> None:
    """Train, save, report."""
    keras.utils.set_random_seed(0)
    cifar, test = datasets.get("cifar10").load("train"), datasets.get("cifar10").load("test")
    images, labels = cifar.images.astype("float32") / 255, cifar.labels
    split = round(len(labels) * (1 - HELD_OUT))

    prescribed = prescribed_layers()
    training = with_obstacles(prescribed)
    rate = keras.optimizers.schedules.CosineDecay(1.2e-3, EPOCHS * (split // BATCH + 1))
    training.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.02),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model = keras.Sequential([keras.Input((32, 32, 3)), *prescribed], name="cifar10")
    model.summary()
    train(
        training,
        images[:split],
        labels[:split],
        validation_data=(images[split:], labels[split:]),
        batch_size=BATCH,
        epochs=EPOCHS,
        save=model,
        options=options,
    )
    model.compile(loss=training.loss, metrics=["accuracy"])
    report(model, test.images.astype("float32") / 255, test.labels, options=options)


if __name__ == "__main__":
    run(main)
