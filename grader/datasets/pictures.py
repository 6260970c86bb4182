"""Opening image files of any kind as grey pictures."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from grader.datasets.mnist_form import Grey

#: Pixels a picture may have: a phone's photograph, not a decompression bomb.
MAX_PIXELS = 100_000_000


class UnreadablePictureError(ValueError):
    """A file is no picture, is damaged, or is too big."""


def open_grey(path: Path) -> Grey:
    """Open an image file, turned upright, as grey values.

    Colour, transparency, palettes and 16 bits a channel are understood; of an animation the first
    frame is taken. Transparent parts become the ground on which the visible ones stand out.

    Args:
        path: The file.

    Returns:
        Shape (height, width), 0 black to 255 white.

    Raises:
        UnreadablePictureError: The file is no picture, is damaged, or is too big.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of much that it reads well; its bomb warning is the check below.
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise UnreadablePictureError(
                        f"{picture.width} x {picture.height} pixels are too many"
                    )
                return _grey(ImageOps.exif_transpose(picture))
    except UnreadablePictureError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise UnreadablePictureError("no picture that can be read") from error


def _grey(picture: Image.Image) -> Grey:
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, np.float32)
        top = float(values.max(initial=0))
        if not np.isfinite(top + values.min(initial=0)):
            raise UnreadablePictureError("pixels that are no numbers")
        # Wider modes have no fixed white: 16 bits where 8 do not suffice.
        return values * np.float32(1 if top <= 255 else 255 / max(top, 65_535))
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("L"), np.float32)
    bands = picture.convert("RGBA").convert("LA").split()
    grey, alpha = (np.asarray(band, np.float32) for band in bands)
    if not alpha.any():
        raise UnreadablePictureError("wholly transparent")
    ground = 0 if np.average(grey, weights=alpha) > 127 else 255
    return np.asarray(ground + (grey - ground) * (alpha / 255), np.float32)
