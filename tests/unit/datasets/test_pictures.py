from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.datasets import pictures
from grader.datasets.pictures import UnreadablePictureError, open_grey


def save(path: Path, picture: Image.Image, **options: object) -> Path:
    picture.save(path, **options)
    return path


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    """A 16-bit picture keeps its brightness instead of being cut off at 255."""
    values = np.array([[0, 32_896, 65_535]], np.uint16)
    path = save(tmp_path / "a.png", Image.fromarray(values))

    assert np.allclose(open_grey(path), [[0, 128, 255]], atol=0.5)


def test_wide_modes_within_a_byte_are_left_alone(tmp_path: Path) -> None:
    """A 32-bit picture whose values fit a byte is not darkened."""
    path = save(tmp_path / "a.tif", Image.fromarray(np.array([[0, 200]], np.int32)))

    assert open_grey(path).tolist() == [[0, 200]]


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0)])
def test_transparent_parts_become_the_opposite_ground(
    tmp_path: Path, ink: int, ground: int
) -> None:
    """Black ink on nothing stands on white, white ink on nothing on black."""
    values = np.zeros((1, 2, 4), np.uint8)
    values[0, 0] = (ink, ink, ink, 255)
    path = save(tmp_path / "a.png", Image.fromarray(values))

    assert open_grey(path).tolist() == [[ink, ground]]


def test_a_palette_may_be_transparent(tmp_path: Path) -> None:
    """A palette picture with a transparent entry is read like any other transparent one."""
    picture = Image.new("P", (2, 1))
    picture.putpalette([0, 0, 0, 9, 9, 9])
    picture.putpixel((1, 0), 1)
    path = save(tmp_path / "a.png", picture, transparency=1)

    assert open_grey(path).tolist() == [[0, 255]]


def test_photographs_are_turned_upright(tmp_path: Path) -> None:
    """The orientation a camera noted is applied."""
    exif = Image.Exif()
    exif[0x0112] = 6
    path = save(tmp_path / "a.png", Image.new("RGB", (20, 10), "red"), exif=exif)

    assert open_grey(path).shape == (20, 10)


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    """Text, half a file, and a wholly transparent picture raise with a reason."""
    text = tmp_path / "a.png"
    text.write_text("hello")
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    half = save(tmp_path / "b.png", Image.fromarray(noise))
    half.write_bytes(half.read_bytes()[:200])
    clear = save(tmp_path / "c.png", Image.new("RGBA", (3, 3)))

    nan = save(tmp_path / "d.tif", Image.fromarray(np.array([[np.nan, 1]], np.float32)))

    for path, words in (
        (nan, "no numbers"),
        (text, "no picture"),
        (half, "no picture"),
        (clear, "transparent"),
    ):
        with pytest.raises(UnreadablePictureError, match=words):
            open_grey(path)


def test_bombs_are_refused_before_they_unpack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture of too many pixels raises without being decoded."""
    path = save(tmp_path / "a.png", Image.new("1", (200, 100)))
    monkeypatch.setattr(pictures, "MAX_PIXELS", 19_999)
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))

    with pytest.raises(UnreadablePictureError, match="200 x 100 pixels are too many"):
        open_grey(path)
