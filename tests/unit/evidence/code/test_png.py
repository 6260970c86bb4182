"""Pictures that student code gave, told from what only looks like one."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from grader.evidence.code.png import is_small_png


def png(width: int = 40, height: int = 30, **options: object) -> bytes:
    file = io.BytesIO()
    picture = Image.effect_noise((width, height), 90).convert("RGB").quantize(16)
    picture.save(file, "PNG", **options)  # type: ignore[arg-type]
    return file.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def header(width: int, height: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = chunk(b"IEND", b"")
DATA = chunk(b"IDAT", zlib.compress(bytes(91)))


@pytest.mark.parametrize("size", [(1, 1), (480, 360), (1000, 20)])
def test_small_pictures_are_kept(size: tuple[int, int]) -> None:
    """As Pillow writes them, with few colours."""
    assert is_small_png(png(*size) if size[0] < 400 else png(size[0], 20))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SIGNATURE,
        b"<svg onload='alert(1)'/>",
        SIGNATURE + b"<script>alert(1)</script>",
        SIGNATURE + header(10, 3) + END,
        SIGNATURE + DATA + END,
        SIGNATURE + header(10, 3) + DATA,
        SIGNATURE + header(10, 3) + header(10, 3) + DATA + END,
        SIGNATURE + header(1_001, 3) + DATA + END,
        SIGNATURE + header(10, 1 << 31) + DATA + END,
        SIGNATURE + header(0, 3) + DATA + END,
        SIGNATURE + chunk(b"IHDR", b"short") + DATA + END,
        SIGNATURE + header(10, 3) + chunk(b"IDAT", bytes(60_000)) + END,
        SIGNATURE + header(10, 3) + chunk(b"zTXt", b"t\0\0" + zlib.compress(bytes(1 << 20))) + DATA + END,
        SIGNATURE + header(10, 3) + chunk(b"acTL", bytes(8)) + DATA + END,
        png() + b"<script>alert(1)</script>",
        png()[:-4] + b"0000",
        png()[:-30],
        png(pnginfo=PngImagePlugin.PngInfo()).replace(b"IDAT", b"IDAX"),
        SIGNATURE + (1 << 31).to_bytes(4) + b"IHDR",
    ],
)  # fmt: skip
def test_anything_else_is_not(data: bytes) -> None:
    """Lies about sizes, compressed texts, animations, what follows the image, and what is no image."""
    assert not is_small_png(data)
