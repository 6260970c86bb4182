from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grader.evidence.models.layout import Layout, find_layout, in_shape, to_channels, to_size

GREY, COLOUR = (28, 28), (32, 32, 3)


@pytest.mark.parametrize(
    ("image", "wanted", "channels", "order"),
    [
        (GREY, (28, 28), 1, "channels-last"),
        (GREY, (784,), 1, "channels-last"),
        (GREY, (None, 28), 1, "channels-last"),
        (GREY, (784, 1), 1, "channels-last"),
        (GREY, (28, 28, 1), 1, "channels-last"),
        (GREY, (None, None, 1), 1, "channels-last"),
        (GREY, (1, 28, 28), 1, "channels-first"),
        (GREY, (28, 28, 3), 3, "channels-last"),
        (GREY, (3, 28, 28), 3, "channels-first"),
        (GREY, (1, 28, 28, 1), 1, "channels-last"),
        (GREY, (32, 32, 1), 1, "channels-last"),
        (GREY, (3, 224, 224), 3, "channels-first"),
        (COLOUR, (32, 32, 3), 3, "channels-last"),
        (COLOUR, (3, 32, 32), 3, "channels-first"),
        (COLOUR, (3072,), 3, "channels-last"),
        (COLOUR, (32, 96), 3, "channels-last"),
        (COLOUR, (1024, 3), 3, "channels-last"),
        (COLOUR, (32, 32, 1), 1, "channels-last"),
        (COLOUR, (1024,), 1, "channels-last"),
    ],
)
def test_layouts_students_use(
    image: tuple[int, ...], wanted: tuple[int | None, ...], channels: int, order: str
) -> None:
    """Flat, rows, channels before or behind, three for grey, one for colour, other sizes."""
    layout = find_layout(image, wanted)

    assert layout is not None
    assert (layout.channels, layout.order) == (channels, order)


@pytest.mark.parametrize("wanted", [(10,), (28, 29), (5, 5, 5, 5), (784, 2), (32, 32, 2), ()])
def test_what_images_cannot_lie_in_is_no_layout(wanted: tuple[int | None, ...]) -> None:
    """Inputs for something else than images are told so."""
    assert find_layout(GREY, wanted) is None


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ((28, 28, 1), ("as-is",)),
        ((784,), ("as-is",)),
        ((32, 32, 1), ("padded", "resized")),
        ((20, 20, 1), ("resized",)),
        ((20, 32, 1), ("resized",)),
    ],
)
def test_ways_to_the_size_of_a_model(wanted: tuple[int, ...], fits: tuple[str, ...]) -> None:
    """Larger inputs can be padded or resized to, smaller ones only resized."""
    layout = find_layout(GREY, wanted)

    assert layout is not None
    assert layout.fits(GREY) == fits


@given(st.permutations([2, 3, 5]), st.booleans())
def test_every_pixel_arrives(sizes: list[int], first: bool) -> None:
    """Channels first is the transposition of channels last, and nothing is lost on the way."""
    height, width = sizes[:2]
    images = np.random.default_rng(0).random((4, height, width, 3), np.float32)
    shape = (3, height, width) if first else (height, width, 3)
    layout = Layout(height, width, 3, "channels-first" if first else "channels-last", shape)
    laid = in_shape(images, layout)

    assert laid.shape == (4, *shape)
    np.testing.assert_array_equal(laid.transpose(0, 2, 3, 1) if first else laid, images)


def test_padding_puts_images_in_the_middle() -> None:
    """Two black rows above and below, two black columns on each side."""
    layout = find_layout(GREY, (32, 32, 1))
    assert layout is not None
    padded = to_size(np.ones((1, 28, 28, 1), np.float32), layout, "padded")

    assert padded.shape == (1, 32, 32, 1)
    assert padded[0, 2:30, 2:30].min() == 1
    assert padded.sum() == 28 * 28


@pytest.mark.parametrize("size", [40, 56, 96])
def test_resizing_up_is_the_bilinear_of_pillow(size: int) -> None:
    """Enlarged images are those of a known imaging library, but for rounding."""
    rng = np.random.default_rng(3)
    picture = rng.random((28, 28), np.float32)
    layout = find_layout(GREY, (size, size, 1))
    assert layout is not None
    resized = to_size(picture[np.newaxis, ..., np.newaxis], layout, "resized")[0, ..., 0]
    known = np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR))

    np.testing.assert_allclose(resized, known, atol=1e-5)


def test_brightness_and_three_equal_channels() -> None:
    """White stays white in either direction; green is brighter than blue."""
    white = np.full((1, 1, 1, 3), 255, np.float32)
    green, blue = np.eye(3, dtype=np.float32)[1:].reshape(2, 1, 1, 1, 3)

    np.testing.assert_allclose(to_channels(white, 1), 255, rtol=1e-5)
    assert to_channels(green, 1).item() > to_channels(blue, 1).item()
    assert to_channels(to_channels(white, 1), 3).shape == (1, 1, 1, 3)
