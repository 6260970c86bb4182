"""Any picture of one digit, brought to the form of MNIST.

MNIST's form: 28 x 28, white ink on black, the ink's bounding box scaled to fit 20 x 20 with its
aspect ratio kept, and placed so that its centre of mass is the centre of the image.

The steps: find the ground (its level from the border, its shadows by a morphological closing),
turn the ink into the bright part, separate it (Otsu), leave out specks and neighbours, thicken
strokes that would vanish at 20 pixels, scale, place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
Box = tuple[slice, slice]

SIDE = 28
BOX = 20

#: Longest side the ink is looked for at: big enough for thin pens, small enough to be quick.
_WORK = (112, 336)
#: A ground structure narrower than this part of the picture counts as ink.
_STROKE = 0.35
#: Darkest shadow, as a factor on the light, in which ink counts for as much as outside.
_SHADOW = 3.0
#: Least difference of ink and ground, of 255, and in multiples of the ground's noise.
_CONTRAST = 18.0
_NOISES = 4.0
#: Pieces smaller than this part of the largest are specks.
_SPECK = 0.04
#: Thinnest stroke in the 20 x 20 box; nine in ten strokes of MNIST are thicker.
_THIN = 2.0


class NoInkError(ValueError):
    """A picture shows no ink that could be a digit."""


@dataclass(frozen=True)
class MnistForm:
    """A digit in MNIST's form."""

    image: NDArray[np.uint8]
    """Shape (28, 28), ink 255 on ground 0."""

    doubts: tuple[str, ...]
    """What a person should look at, in plain words; empty when nothing was unclear."""


def to_mnist_form(grey: Grey) -> MnistForm:
    """Bring a grey picture of one digit to MNIST's form.

    Args:
        grey: Shape (height, width), 0 black to 255 white; ink dark or light, ground uneven.

    Raises:
        NoInkError: Nothing stands out from the ground.
    """
    if is_mnist_form(grey):
        return MnistForm(np.rint(grey).astype(np.uint8), ())
    doubts: list[str] = []
    ink, mask = _separate(*_dark_on_light(_working_size(grey), doubts))
    mask = _main_pieces(mask, doubts)
    # A pixel around the mask keeps the soft edge of the strokes.
    digit = np.where(ndimage.binary_dilation(mask), ink, np.float32(0))
    return MnistForm(place(digit, thicken=True), tuple(dict.fromkeys(doubts)))


def is_mnist_form(grey: Grey) -> bool:
    """Whether a picture is in MNIST's form already, by measurement.

    True for 28 x 28, a black edge (strokes may touch it), white ink whose longest side is 20
    pixels, and a centre of mass at row and column 14 as in MNIST, each within a rounding error.
    """
    if grey.shape != (SIDE, SIDE) or grey.max() < 200:
        return False
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if np.mean(edge > 32) > 0.05:
        return False
    longest = max(side.stop - side.start for side in _box(grey > 32))
    off = float(abs(_centre(grey) - SIDE / 2).max())
    return abs(longest - BOX) <= 1 and off <= 0.75


def place(ink: Grey, *, thicken: bool = False) -> NDArray[np.uint8]:
    """Scale ink into the 20 x 20 box and centre it in 28 x 28 by its mass.

    Args:
        ink: Shape (height, width), ground 0; its largest value becomes white.
        thicken: Widen strokes that would be thinner than MNIST's.

    Returns:
        Shape (28, 28), 0 to 255.
    """
    if thicken:
        ink = _thickened(ink)
    ink = ink[_box(ink > 0.1 * ink.max())]
    scale = BOX / max(ink.shape)
    size = tuple(max(1, round(side * scale)) for side in reversed(ink.shape))
    small = np.asarray(
        Image.fromarray(np.ascontiguousarray(ink, np.float32)).resize(
            size, Image.Resampling.BICUBIC
        )
    )
    small = np.clip(small * (255 / np.percentile(small[small > 0.1 * small.max()], 75)), 0, 255)
    corner = np.rint(SIDE / 2 - _centre(small)).astype(int)
    top, left = np.clip(corner, 0, SIDE - np.array(small.shape))
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[top : top + small.shape[0], left : left + small.shape[1]] = np.rint(small)
    return image


def _working_size(grey: Grey) -> Grey:
    longest = max(grey.shape)
    scale = min(max(longest, _WORK[0]), _WORK[1]) / longest
    if scale == 1:
        return grey
    size = tuple(max(8, round(side * scale)) for side in reversed(grey.shape))
    filter_ = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BOX
    resized = Image.fromarray(np.ascontiguousarray(grey, np.float32)).resize(size, filter_)
    # Bicubic scaling overshoots.
    return np.clip(np.asarray(resized, np.float32), 0, 255)


def _dark_on_light(grey: Grey, doubts: list[str]) -> tuple[Grey, Grey]:
    """The picture with its ink dark, and the plane laid through its border, which is ground."""
    height, width = grey.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y], axis=-1)
    ring = np.maximum(abs(x), abs(y)) > 0.84
    use = ring
    for _ in range(4):
        plane = terms @ np.linalg.lstsq(terms[use], grey[use], rcond=None)[0]
        off = abs(grey - plane)
        use = ring & (off <= max(3.0, 2.5 * float(np.median(off[ring]))))
    # The third power lets a little strong ink count for more than a wide weak shadow.
    inside = ((grey - plane)[~ring] / 255) ** 3
    dark, light = -float(inside[inside < 0].sum()), float(inside[inside > 0].sum())
    if max(dark, light) < 4 * min(dark, light):
        doubts.append("hard to say whether the ink is dark or light")
    plane = plane.astype(np.float32)
    return (grey, plane) if dark >= light else (255 - grey, 255 - plane)


def _separate(grey: Grey, plane: Grey) -> tuple[Grey, Mask]:
    """Dark ink as brightness 0 to 1, and where it is."""
    smooth = ndimage.gaussian_filter(ndimage.median_filter(grey, 3), 0.6)
    window = 2 * [max(3, round(_STROKE * min(grey.shape)))]
    # Two envelopes of the ground: the first is exact at the edge of a sharp shadow, the second
    # where light falls off towards the edge of the picture; the lower one is right in both.
    closed = ndimage.grey_closing(smooth, window)
    sloped = ndimage.grey_closing(smooth - plane, window) + plane
    light = np.clip(np.minimum(closed, sloped), 1, 255)
    # In a shadow ink and ground are both darker by the same factor.
    ink = (light - smooth) * np.minimum(light.max() / light, _SHADOW)
    ground = float(np.median(ink))
    # Ink lies above the ground alone, so the spread below its level is pure noise.
    noise = ground - float(np.percentile(ink, 16))
    threshold = max(_otsu(ink), ground + max(_CONTRAST, _NOISES * noise))
    strong = ink > threshold
    if not strong.any():
        raise NoInkError("no ink found: nothing stands out from the ground")
    low = max(0.5 * threshold, ground + 2 * noise)
    # Faint ends of a stroke count as ink where they hang on a strong part.
    pieces, _ = ndimage.label(ink > low, np.ones((3, 3)))
    mask = np.isin(pieces, np.unique(pieces[strong]))
    full = np.percentile(ink[strong], 75)
    soft = ground + 0.5 * (low - ground)
    return np.clip((ink - soft) / (full - soft), 0, 1).astype(np.float32), mask


def _otsu(values: Grey) -> float:
    """The threshold that leaves the least variance within the two sides."""
    counts, edges = np.histogram(values, 256)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    sums = np.cumsum(counts * middles)
    means = sums[:-1] / np.maximum(below, 1), (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    return float(edges[1 + np.argmax(below * above * (means[1] - means[0]) ** 2)])


def _main_pieces(mask: Mask, doubts: list[str]) -> Mask:
    """Leave out specks, neighbours at the edge, and what lies far from the largest piece."""
    pieces, count = ndimage.label(mask, np.ones((3, 3)))
    areas = np.bincount(pieces.ravel(), minlength=count + 1)[1:]
    boxes = ndimage.find_objects(pieces)
    inner = np.array([not _edges(box, mask.shape) for box in boxes])
    main = int(np.argmax(areas))
    # A ruled line or a dark margin runs from edge to edge; a digit hardly does.
    share = 0.1 if _edges(boxes[main], mask.shape) > 1 else 0.4
    if not inner[main] and (areas * inner).max() > share * areas[main]:
        main = int(np.argmax(areas * inner))
    if areas[main] < 0.002 * mask.size:
        raise NoInkError("no ink found: only specks stand out from the ground")
    if not inner[main]:
        doubts.append("the ink runs over the edge")
    length = max(side.stop - side.start for side in boxes[main])
    kept = [main]
    for piece in set(range(count)) - {main}:
        if not inner[piece] or areas[piece] < _SPECK * areas[main]:
            continue
        rival = areas[piece] > 0.5 * areas[main]
        if rival:
            doubts.append("several pieces of ink of about the same size")
        if _gap(boxes[piece], boxes[main]) <= length * (0.5 if rival else 0.25):
            kept.append(piece)
    return np.isin(pieces, np.array(kept) + 1)


def _edges(box: Box, shape: tuple[int, ...]) -> int:
    """How many edges of the picture a box touches."""
    ends = [(side.start == 0, side.stop == end) for side, end in zip(box, shape, strict=True)]
    return int(np.sum(ends))


def _gap(one: Box, other: Box) -> int:
    """Pixels between two boxes along the axis they are farther apart in."""
    gaps = [max(a.start - b.stop, b.start - a.stop) for a, b in zip(one, other, strict=True)]
    return int(max(gaps))


def _thickened(ink: Grey) -> Grey:
    """Ink whose strokes are `_THIN` pixels wide at least once it is scaled into the box."""
    mask = ink > 0.5 * ink.max()
    scale = BOX / max(side.stop - side.start for side in _box(mask))
    # Across a bar of width w the distance to its edge is w / 4 on average.
    width = 4 * float(ndimage.distance_transform_edt(mask)[mask].mean()) - 1
    radius = (_THIN / scale - width) / 2
    if radius < 0.5:
        return ink
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.hypot(x, y) <= radius + 0.25
    return np.asarray(ndimage.grey_dilation(np.pad(ink, reach), footprint=disc), np.float32)


def _box(mask: Mask) -> Box:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _centre(ink: NDArray[Any]) -> NDArray[np.float64]:
    """Centre of mass as (row, column)."""
    weights = ink.astype(float)
    y, x = np.indices(ink.shape)
    return np.array([np.average(y, weights=weights), np.average(x, weights=weights)])
