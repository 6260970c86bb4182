from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from grader.datasets.mnist_form import Grey, NoInkError, is_mnist_form, place, to_mnist_form

RNG = np.random.default_rng(1)


def paper(side: int = 200, ground: int = 230, ink: int = 40, width: int = 12) -> Grey:
    """A figure like a 7 with a bar, off the middle."""
    picture = Image.new("L", (side, side), ground)
    draw = ImageDraw.Draw(picture)
    corners = np.array([(0.3, 0.15), (0.7, 0.15), (0.45, 0.75)]) * side
    draw.line([tuple(corner) for corner in corners], fill=ink, width=width, joint="curve")
    draw.line([(0.4 * side, 0.45 * side), (0.7 * side, 0.45 * side)], fill=ink, width=width)
    return np.asarray(picture, np.float32)


def likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Cosine of two images, at best when one is moved a pixel: centres are rounded."""
    moves = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    a, b = other.astype(float), [np.roll(one.astype(float), move, (0, 1)) for move in moves]
    return max(float((a * moved).sum() / np.sqrt((a**2).sum() * (moved**2).sum())) for moved in b)


def ramp(side: int, low: float, high: float) -> Grey:
    return np.linspace(low, high, side, dtype=np.float32)[None, :].repeat(side, 0)


PLAIN = to_mnist_form(paper()).image
SHADOW = np.where(np.arange(200) < 90, 0.55, 1.0).astype(np.float32)[None, :]


def test_the_form_is_that_of_mnist() -> None:
    """The ink is light on black, 20 pixels long and centred by its mass at row and column 14."""
    rows, columns = np.nonzero(PLAIN > 32)
    y, x = np.indices(PLAIN.shape)

    assert PLAIN.shape == (28, 28)
    assert PLAIN.dtype == np.uint8
    assert PLAIN.max() == 255
    assert np.median(PLAIN) == 0
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in {19, 20}
    assert abs((y * PLAIN.astype(float)).sum() / PLAIN.sum() - 14) <= 0.51
    assert abs((x * PLAIN.astype(float)).sum() / PLAIN.sum() - 14) <= 0.51


@pytest.mark.parametrize(
    "picture",
    [
        255 - paper(),
        paper(side=800, width=48),
        paper().reshape(50, 4, 50, 4).mean((1, 3)),
        paper(ground=150, ink=100),
        paper() * ramp(200, 0.5, 1),
        paper() * SHADOW,
        np.clip(paper() + RNG.normal(0, 12, (200, 200)), 0, 255).astype(np.float32),
        np.pad(paper(), ((0, 0), (0, 150)), constant_values=230),
    ],
    ids=["inverted", "big", "small", "faint", "lighting", "sharp shadow", "noise", "oblong"],
)
def test_the_same_digit_gives_the_same_form(picture: Grey) -> None:
    """Polarity, size, contrast, shadows, noise and margins leave the result nearly as it was."""
    form = to_mnist_form(picture)

    assert likeness(form.image, PLAIN) > 0.93
    assert form.doubts == ()


def test_the_form_is_kept() -> None:
    """A picture in MNIST's form already comes back pixel by pixel."""
    grey = PLAIN.astype(np.float32)

    assert is_mnist_form(grey)
    assert np.array_equal(to_mnist_form(grey).image, PLAIN)


@pytest.mark.parametrize(
    "picture",
    [255 - PLAIN, np.roll(PLAIN, 3, 1), PLAIN // 2, np.pad(PLAIN, 2), np.zeros((28, 28))],
    ids=["inverted", "off centre", "dim", "another size", "black"],
)
def test_what_is_not_in_the_form_is_told(picture: NDArray[np.uint8]) -> None:
    """Dark ink, ink off the centre, dim ink and other sizes are measured as not of the form."""
    assert not is_mnist_form(picture.astype(np.float32))


def test_thin_pens_stay_visible() -> None:
    """A line that would shrink to a third of a pixel is widened instead of fading away."""
    image = to_mnist_form(paper(side=1200, width=14)).image

    assert (image > 200).sum() > 40
    assert likeness(image, PLAIN) > 0.8


@pytest.mark.parametrize(
    "picture",
    [
        np.full((100, 100), 255, np.float32),
        np.clip(RNG.normal(200, 15, (150, 150)), 0, 255).astype(np.float32),
        ramp(150, 90, 220),
    ],
    ids=["blank", "grainy paper", "shaded paper"],
)
def test_empty_paper_has_no_ink(picture: Grey) -> None:
    """Blank, grainy or shaded paper raises instead of giving a digit."""
    with pytest.raises(NoInkError):
        to_mnist_form(picture)


def test_specks_and_lines_at_the_edge_are_left_out() -> None:
    """A speck, a ruled line along the edge and the end of a neighbour do not change the digit."""
    picture = paper().copy()
    picture[180:184, 20:24] = 60
    picture[0:3, :] = 60
    picture[90:120, 193:] = 40

    form = to_mnist_form(picture)

    assert likeness(form.image, PLAIN) > 0.97
    assert form.doubts == ()


def test_a_margin_around_the_paper_is_no_digit() -> None:
    """A dark table edge that is bigger than the digit is still left out."""
    picture = paper().copy()
    picture[:, :12] = 20

    assert likeness(to_mnist_form(picture).image, PLAIN) > 0.9


def test_two_digits_are_doubtful() -> None:
    """Two or more pieces of ink of about the same size are told, once."""
    for count in (2, 3):
        doubts = to_mnist_form(np.hstack(count * [paper()])).doubts

        assert doubts == ("several pieces of ink of about the same size",)


def test_cut_off_ink_is_doubtful() -> None:
    """Ink that runs over the edge is told."""
    assert "the ink runs over the edge" in to_mnist_form(paper()[40:]).doubts


def test_unclear_polarity_is_doubtful() -> None:
    """A picture half black and half white is told to be unclear."""
    picture = np.full((120, 120), 128, np.float32)
    picture[30:90, 30:58] = 20
    picture[30:90, 62:90] = 236

    assert any("dark or light" in doubt for doubt in to_mnist_form(picture).doubts)


@pytest.mark.parametrize("shape", [(1, 60), (60, 1), (3, 3)])
def test_ink_of_any_shape_is_placed(shape: tuple[int, int]) -> None:
    """A stroke one pixel wide and a dot find their place in the box."""
    image = place(np.ones(shape, np.float32))

    assert image.shape == (28, 28)
    assert image.max() == 255


@settings(max_examples=60)
@given(
    picture=arrays(
        np.float32, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 255)
    )
)
def test_any_pixels_give_a_form_or_no_ink(picture: Grey) -> None:
    """Whatever the pixels, the outcome is an image of MNIST's shape or that there is no ink."""
    try:
        image = to_mnist_form(picture).image
    except NoInkError:
        return
    assert image.shape == (28, 28)
    assert image.max() > 200
