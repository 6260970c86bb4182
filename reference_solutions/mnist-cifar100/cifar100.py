"""CIFAR-100: a small residual network that passes 45 % top-1 and 75 % top-5.

One hundred classes with 500 training images each: a plain network learns the training set by
heart long before it is any good. What is done about it, in order of effect:

* every epoch sees each image flipped or not and shifted by up to four pixels;
* batch normalisation after every convolution, which allows a large learning rate;
* a learning rate that rises for two epochs and then falls along a cosine to zero;
* label smoothing and weight decay, so that the model does not grow too sure of itself.

The resolution is halved three times early on, so that an image costs 76 million multiplications
and additions and the whole training fits into less than an hour on two processor cores.

Run `python cifar100.py`; it writes `cifar100.h5` beside itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the repository
from grader import datasets
from reference_solutions.training import Options, report, run, train

CLASSES = 100
EPOCHS = 28
BATCH = 128
PEAK_RATE = 0.15
#: The last training images are held out: every choice above was made on them.
HELD_OUT = 5_000
SHIFT = 4


class AugmentedImages(keras.utils.PyDataset):
    """Batches of images, flipped and shifted at random, in a new order every epoch."""

    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.float32]) -> None:
        """Keep the images as bytes; they become floats a batch at a time."""
        super().__init__()
        border = ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0))
        self.padded = np.pad(images, border, mode="reflect")
        self.labels = labels
        self.random = np.random.default_rng(0)
        self.order = self.random.permutation(len(labels))

    def __len__(self) -> int:
        """Count the whole batches; the few images left over come in another epoch."""
        return len(self.labels) // BATCH

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Cut a random 32 x 32 window out of every padded image; mirror half of them."""
        rows = self.order[index * BATCH : (index + 1) * BATCH]
        size = self.padded.shape[1] - 2 * SHIFT
        down, right = self.random.integers(0, 2 * SHIFT + 1, (2, BATCH))
        y = down[:, None, None] + np.arange(size)[None, :, None]
        x = right[:, None, None] + np.arange(size)[None, None, :]
        mirrored = self.random.random(BATCH)[:, None, None] < 0.5
        x = np.where(mirrored, x[:, :, ::-1], x)
        images = self.padded[rows[:, None, None], y, x]
        return images.astype("float32") / 255, self.labels[rows]

    def on_epoch_end(self) -> None:
        """Shuffle."""
        self.random.shuffle(self.order)


def convolution(x: keras.KerasTensor, filters: int, stride: int = 1) -> keras.KerasTensor:
    """Convolve 3 x 3, normalise, cut off below zero."""
    x = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def build_model() -> keras.Model:
    """Three stages: halve the resolution, then refine with a convolution that is skipped over."""
    inputs = keras.Input((32, 32, 3))
    x = convolution(inputs, 32)
    for filters in (64, 128, 192):
        x = convolution(x, filters, stride=2)
        x = layers.Add()([x, convolution(x, filters)])
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.1)(x)
    return keras.Model(inputs, layers.Dense(CLASSES, activation="softmax")(x), name="cifar100")


def main(options: Options) -> None:
    """Train, save, report."""
    keras.utils.set_random_seed(0)
    cifar, test = datasets.get("cifar100").load("train"), datasets.get("cifar100").load("test")
    targets = keras.utils.to_categorical(cifar.labels, CLASSES)
    batches = AugmentedImages(cifar.images[:-HELD_OUT], targets[:-HELD_OUT])
    held_out = (cifar.images[-HELD_OUT:].astype("float32") / 255, targets[-HELD_OUT:])

    model = build_model()
    model.summary()
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.01,
        warmup_target=PEAK_RATE,
        warmup_steps=2 * len(batches),
        decay_steps=(EPOCHS - 2) * len(batches),
    )
    model.compile(
        keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, weight_decay=3e-3),
        keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        metrics=["accuracy", keras.metrics.TopKCategoricalAccuracy(5, name="top5")],
    )
    train(model, batches, validation_data=held_out, epochs=EPOCHS, options=options)
    images, labels = test.images.astype("float32") / 255, test.labels
    report(model, images, keras.utils.to_categorical(labels, CLASSES), options=options)


if __name__ == "__main__":
    run(main)
