"""What goes wrong with files that are handed in: damaged files, confused files, and files that are no model."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from PIL import Image


def not_a_number(model: keras.Model) -> None:
    """Set the weights of the last layer to NaN, as a training that diverged leaves them."""
    last = model.layers[-1]
    last.set_weights([np.full_like(weights, np.nan) for weights in last.get_weights()])


def cut_off(path: Path) -> None:
    """Keep the first two thirds of a file, as an interrupted upload does."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


def weights_only(path: Path) -> None:
    """Replace a saved model by its weights alone, under the same file name.

    `save_weights` insists on the ending `.weights.h5`; students rename the file afterwards.
    """
    model = keras.models.load_model(path, compile=False)
    weights = path.with_name("renamed.weights.h5")
    model.save_weights(weights)
    weights.replace(path)


@dataclass(frozen=True)
class Text:
    """A text file: notes, a program, a table."""

    content: str
    """What is in it."""

    def write(self, path: Path) -> None:
        """Write it."""
        path.write_text(self.content, encoding="utf-8")


@dataclass(frozen=True)
class Curves:
    """A PNG picture of a learning curve, whatever the file is called."""

    epochs: int = 20
    """How far the curve goes."""

    def write(self, path: Path) -> None:
        """Draw it, pixel by pixel."""
        height, width = 120, 200
        picture = np.full((height, width), 255, np.uint8)
        x = np.arange(10, width - 10)
        loss = np.exp(-(x - 10) / (2 * self.epochs))
        picture[10 : height - 10, 10] = picture[height - 10, 10 : width - 10] = 0
        picture[(height - 15 - loss * (height - 30)).astype(int), x] = 90
        Image.fromarray(picture).save(path, format="PNG")


@dataclass(frozen=True)
class Archive:
    """A zip of text files, whatever it is called."""

    members: dict[str, str]
    """Name and content of each."""

    def write(self, path: Path) -> None:
        """Pack them."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.members.items():
                # A fixed date, so that the same members give the same bytes.
                archive.writestr(zipfile.ZipInfo(name, (2024, 1, 15, 12, 0, 0)), content)
        path.write_bytes(packed.getvalue())
