"""Exercise 3: a classifier for digits written by people who are not in MNIST.

Trained on MNIST alone, a model knows one way of writing and one way of scanning: it reads more
than 99 % of MNIST's test set and then stumbles over a ball pen or a low-resolution picture. So
every batch is written anew: digits are bent, slanted, turned, stretched and moved; their strokes
are made thicker or thinner; the picture is blurred, made coarse, faded or stained. Everything is
done to a whole batch at once with NumPy, because 60,000 pictures an epoch leave no time for loops.

Run `python 3-handwritten.py`; it writes `3-handwritten.h5` beside itself.
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

EPOCHS = 12
BATCH = 128
#: The last training images are held out, and written anew once, to choose the settings on.
HELD_OUT = 5_000
SIDE = 28

Images = NDArray[np.float32]


def warp(images: Images, random: np.random.Generator) -> Images:
    """Turn, slant, stretch, move and bend every image in its own way."""
    count = len(images)
    turn, slant = random.normal(0, 0.15, count), random.normal(0, 0.2, count)
    wide, high = np.exp(random.normal(0, 0.13, (2, count)))
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shaped = np.array([[1 / high, 0 * slant], [slant, 1 / wide]])
    matrix = np.einsum("ijn,jkn->nik", turned, shaped)
    grid = np.stack(np.meshgrid(*2 * [np.arange(SIDE) - (SIDE - 1) / 2], indexing="ij"))
    source = np.einsum("nij,jyx->niyx", matrix, grid)
    source += random.normal(0, 1.2, (count, 2, 1, 1))
    # Random pulls at 4 x 4 points, interpolated in between, bend the strokes smoothly.
    pulls = random.normal(0, 1.1, (count, 2, 4, 4))
    source += resize(pulls, SIDE)
    return sample(images, source + (SIDE - 1) / 2)


def sample(images: Images, source: NDArray[np.float64]) -> Images:
    """Read each image at fractional positions, shape (N, 2, height, width)."""
    source = np.clip(source, 0, SIDE - 1.001)
    corner = source.astype(int)
    (y, x), (part_y, part_x) = corner.swapaxes(0, 1), (source - corner).swapaxes(0, 1)
    n = np.arange(len(images))[:, None, None]
    upper = images[n, y, x] * (1 - part_x) + images[n, y, x + 1] * part_x
    lower = images[n, y + 1, x] * (1 - part_x) + images[n, y + 1, x + 1] * part_x
    return (upper * (1 - part_y) + lower * part_y).astype("float32")


def resize(images: NDArray, side: int) -> NDArray:
    """Scale the last two axes linearly; the weights of the old pixels are one small matrix."""
    old = images.shape[-1]
    # Enlarging interpolates between neighbours; shrinking averages over a new pixel's width.
    reach = max(1, old / side)
    middles = (np.arange(side) + 0.5) * old / side - 0.5
    weights = np.maximum(0, 1 - abs(np.arange(old) - middles[:, None]) / reach)
    weights /= weights.sum(1, keepdims=True)
    return weights @ images @ weights.T


def rub(images: Images, random: np.random.Generator) -> Images:
    """Change the pen, the sharpness and the ink of random shares of the images."""

    def some(share: float) -> NDArray[np.intp]:
        return np.flatnonzero(random.random(len(images)) < share)

    images = images.copy()
    for rows, widest in ((some(0.25), np.max), (some(0.15), np.min)):
        pen = widest(neighbours(images[rows]), axis=0)
        amount = random.random((len(rows), 1, 1))
        images[rows] += amount * (pen - images[rows])
    rows = some(0.3)
    images[rows] = neighbours(images[rows]).mean(0)
    for side in (10, 12, 14):
        rows = some(0.12)
        images[rows] = resize(resize(images[rows], side), SIDE)
    # Ink: from faint to saturated, from soft to hard edges.
    peak = np.maximum(images.max((1, 2), keepdims=True), 0.1)
    softness = np.exp(random.normal(0, 0.35, peak.shape))
    images = np.clip((images / peak) ** softness * random.uniform(0.7, 1.3, peak.shape), 0, 1)
    rows = some(0.2)
    images[rows] += random.normal(0, 0.06, images[rows].shape)
    return np.clip(images, 0, 1).astype("float32")


def neighbours(images: Images) -> Images:
    """Each pixel with the four beside it, along a new first axis."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    inner = slice(1, -1)
    shifts = [(inner, inner), (inner, slice(2, None)), (inner, slice(-2))]
    shifts += [(slice(2, None), inner), (slice(-2), inner)]
    return np.stack([padded[:, rows, columns] for rows, columns in shifts])


class Rewritten(keras.utils.PyDataset):
    """Batches of MNIST, written anew every time they are asked for."""

    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
        """Keep the images as they are."""
        super().__init__()
        self.images, self.labels = images, labels
        self.random = np.random.default_rng(0)
        self.order = self.random.permutation(len(labels))

    def __len__(self) -> int:
        """Count the whole batches."""
        return len(self.labels) // BATCH

    def __getitem__(self, index: int) -> tuple[Images, NDArray[np.uint8]]:
        """Warp and rub one batch."""
        rows = self.order[index * BATCH : (index + 1) * BATCH]
        images = self.images[rows].astype("float32") / 255
        return rub(warp(images, self.random), self.random)[..., None], self.labels[rows]

    def on_epoch_end(self) -> None:
        """Shuffle."""
        self.random.shuffle(self.order)


def build_model() -> keras.Model:
    """Five normalised convolutions and a hidden layer: 217,000 parameters."""
    model = keras.Sequential([keras.Input((SIDE, SIDE, 1))], name="handwritten")
    for filters, stride in ((24, 1), (32, 2), (48, 1), (64, 2), (96, 1)):
        model.add(layers.Conv2D(filters, 3, stride, padding="same", use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
    model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.4))
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dropout(0.4))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def main(options: Options) -> None:
    """Train, save, report."""
    keras.utils.set_random_seed(0)
    mnist, test = datasets.get("mnist").load("train"), datasets.get("mnist").load("test")
    batches = Rewritten(mnist.images[:-HELD_OUT], mnist.labels[:-HELD_OUT])
    held_out = Rewritten(mnist.images[-HELD_OUT:], mnist.labels[-HELD_OUT:])
    images, labels = zip(*[held_out[i] for i in range(len(held_out))], strict=True)

    model = build_model()
    model.summary()
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, EPOCHS * len(batches))),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    train(
        model,
        batches,
        validation_data=(np.concatenate(images), np.concatenate(labels)),
        epochs=EPOCHS,
        options=options,
    )
    report(model, test.images[..., None].astype("float32") / 255, test.labels, options=options)


if __name__ == "__main__":
    run(main)
