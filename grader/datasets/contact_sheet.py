"""Contact sheets: all images of a split on one PNG, as models will see them."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from grader.datasets.base import Split
from grader.files import write_whole

_COLUMNS = 20
_SCALE = 2
_FRAME = 3
_TEXT = 11
_GROUND, _INK, _MARK = "#20242c", "#d8dee9", "#ff9e3b"


def contact_sheet(
    split: Split,
    path: Path,
    *,
    names: Sequence[str] | None = None,
    marked: Collection[int] = (),
) -> None:
    """Write a PNG with every image at twice its size and its label above it.

    Args:
        split: The images; grey or RGB.
        path: The file to write.
        names: What each label stands for; the labels themselves when left out.
        marked: Rows of the split to frame in another colour, such as doubtful pictures.

    Raises:
        StorageError: The file cannot be written.
    """
    height, width = (_SCALE * side for side in split.images.shape[1:3])
    step_x, step_y = width + 2 * _FRAME, height + 2 * _FRAME + _TEXT
    rows = -(-len(split) // _COLUMNS)
    sheet = Image.new("RGB", (min(len(split), _COLUMNS) * step_x, rows * step_y), _GROUND)
    draw = ImageDraw.Draw(sheet)
    for index, (image, label) in enumerate(zip(split.images, split.labels, strict=True)):
        x, y = index % _COLUMNS * step_x, index // _COLUMNS * step_y
        text = names[label] if names else str(label)
        draw.text((x + _FRAME, y), text[: width // 6], fill=_INK)
        if index in marked:
            corner = (x + step_x - 1, y + step_y - 1)
            draw.rectangle(((x, y + _TEXT), corner), fill=_MARK)
        enlarged = Image.fromarray(image).resize((width, height), Image.Resampling.NEAREST)
        sheet.paste(enlarged, (x + _FRAME, y + _TEXT + _FRAME))
    buffer = io.BytesIO()
    sheet.save(buffer, format="PNG")
    write_whole(path, buffer.getvalue())
