from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from grader.reporting.pictures import heatmap, no_images, png

PREFIX = "data:image/png;base64,"


def decoded(address: str) -> NDArray[np.uint8]:
    assert address.startswith(PREFIX)
    data = base64.b64decode(address.removeprefix(PREFIX), validate=True)
    return np.asarray(Image.open(io.BytesIO(data)))


SIDES = st.integers(1, 8)


@given(
    arrays(np.uint8, st.tuples(SIDES, SIDES))
    | arrays(np.uint8, st.tuples(SIDES, SIDES, st.just(3)))
)
def test_an_address_holds_the_same_pixels(pixels: NDArray[np.uint8]) -> None:
    """Grey and RGB images come back as they were, value by value."""
    assert (decoded(png(pixels)) == pixels).all()


def test_parts_of_larger_arrays_are_pictures_too() -> None:
    """Views that do not lie together in memory, and those that cannot be written to, are read right."""
    whole = np.arange(4 * 4 * 4, dtype=np.uint8).reshape(4, 4, 4)
    whole.setflags(write=False)

    assert (decoded(png(whole[:, ::2, 1])) == whole[:, ::2, 1]).all()


def test_images_of_one_content_and_two_shapes_are_two_pictures() -> None:
    """The same bytes high or wide are different pictures."""
    pixels = np.arange(6, dtype=np.uint8)

    assert decoded(png(pixels.reshape(2, 3))).shape == (2, 3)
    assert decoded(png(pixels.reshape(3, 2))).shape == (3, 2)


@pytest.mark.parametrize("kind", [np.uint16, np.int64])
def test_a_heatmap_is_dark_where_much_is(kind: type) -> None:
    """A pixel a cell: paper where nothing is, ink where all of a row is, between for between."""
    counts = np.array([[60_000, 0, 0], [100, 300, 0], [0, 0, 0]], kind)
    found = decoded(heatmap(counts)).astype(int)

    assert found.shape == (3, 3, 3)
    assert found[0, 0].tolist() == [20, 60, 120]
    assert found[0, 1].tolist() == found[2, 2].tolist() == [250, 251, 253]
    assert (found[0, 0] < found[1, 1]).all()
    assert (found[1, 1] < found[1, 0]).all()
    assert (found[1, 0] < found[0, 1]).all()


def test_a_run_without_images_has_none() -> None:
    """Asking for a picture that is not kept gives nothing."""
    assert no_images("digits", 0) is None
