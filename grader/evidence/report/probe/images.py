"""Images of a report: opened when they are wanted, and made small."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from PIL import Image

#: Pixels of an image that is opened; Pillow refuses twice of it on its own.
MOST_PIXELS = 40_000_000
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2

#: Formats that are opened: the usual ones, none of which is a language of its own.
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
#: The longer side of a small picture, and its bytes; one that is larger gets fewer colours.
_SIDE = 320
_MOST_BYTES = 60_000
_COLOURS = 32

_DATA_URI = re.compile(
    r"data:image/[\w.+-]{1,40}(?:;[\w=.-]{1,40}){0,3}?(?P<base64>;base64)?,(?P<content>[^\"'<>\s)]*)",
    re.IGNORECASE,
)

Load = Callable[[], Image.Image]


def bytes_loader(data: bytes) -> Load:
    """Opens an image from its bytes."""
    return lambda: Image.open(io.BytesIO(data), formats=_FORMATS)


def take_out_images(text: str) -> tuple[str, dict[str, Load]]:
    """A page without the images that are written into it, and what opens them by the name that is there instead.

    They are most of a page, and nothing that a parser of pages has to see.
    """
    taken: dict[str, Load] = {}

    def take(found: re.Match[str]) -> str:
        name = f"contained-image:{len(taken)}"
        content = found["content"]
        is_base64 = found["base64"] is not None
        taken[name] = (
            base64_loader(content) if is_base64 else bytes_loader(unquote_to_bytes(content))
        )
        return name

    return _DATA_URI.sub(take, text), taken


def base64_loader(content: str) -> Load:
    """Opens an image that is written as base64."""

    def load() -> Image.Image:
        try:
            data = base64.b64decode(content)
        except (binascii.Error, ValueError) as error:
            raise ValueError("no base64") from error
        return bytes_loader(data)()

    return load


def small_png(image: Image.Image) -> bytes | None:
    """An image of at most 320 pixels on its longer side; None for one that is too large to look at.

    Raises:
        Exception: Pillow's decoders raise all kinds on damaged data.
    """
    if image.width * image.height > MOST_PIXELS:
        return None
    image.draft("RGB", (_SIDE, _SIDE))
    image.thumbnail((_SIDE, _SIDE))
    shown = image.convert("RGBA")
    paper = Image.new("RGB", shown.size, "white")
    paper.paste(shown, mask=shown.getchannel("A"))
    data = _png(paper)
    return data if len(data) <= _MOST_BYTES else _png(paper.quantize(_COLOURS))


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
