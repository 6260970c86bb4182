from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.datasets.base import Split
from grader.datasets.contact_sheet import contact_sheet

ORANGE = (255, 158, 59)


@pytest.mark.parametrize("shape", [(28, 28), (32, 32, 3)])
def test_every_image_is_on_the_sheet(tmp_path: Path, shape: tuple[int, ...]) -> None:
    """Grey and colour images appear at twice their size, 20 in a row, each below its label."""
    split = Split(np.full((21, *shape), 200, np.uint8), np.zeros(21, np.uint8))

    contact_sheet(split, tmp_path / "sheet.png", names=["a long name of a class"])

    with Image.open(tmp_path / "sheet.png") as sheet:
        pixels = np.asarray(sheet)
    assert (pixels == 200).all(axis=2).sum() == 21 * 4 * shape[0] * shape[1]
    assert pixels.shape[1] == 20 * (2 * shape[1] + 6)


def test_doubtful_images_are_framed(tmp_path: Path) -> None:
    """A marked image has a frame in another colour, the others have none."""
    split = Split(np.zeros((2, 28, 28), np.uint8), np.array([3, 4], np.uint8))

    contact_sheet(split, tmp_path / "sheet.png", marked=[1])

    with Image.open(tmp_path / "sheet.png") as sheet:
        framed = (np.asarray(sheet) == ORANGE).all(axis=2)
    assert not framed[:, :62].any()
    assert framed[:, 62:].sum() == 62 * 62 - 56 * 56
