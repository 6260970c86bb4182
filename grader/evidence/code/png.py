"""Whether bytes that student code gave are a small PNG image, told without decoding it."""

from __future__ import annotations

import struct
import zlib

#: Bytes of an image, and pixels of a side.
MOST_BYTES, MOST_PIXELS = 60_000, 1_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
#: What a still image needs. Others hold texts, profiles and animations, which may be compressed beyond measure.
_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"pHYs", b"IDAT", b"IEND"})


def is_small_png(data: bytes) -> bool:
    """Whether it is one still image of at most `MOST_BYTES`, no side longer than `MOST_PIXELS`, and nothing else."""
    if len(data) > MOST_BYTES or not data.startswith(_SIGNATURE):
        return False
    kinds: list[bytes] = []
    place = len(_SIGNATURE)
    while place < len(data) and kinds[-1:] != [b"IEND"]:
        length = int.from_bytes(data[place : place + 4])
        kind = data[place + 4 : place + 8]
        content = data[place + 8 : place + 8 + length]
        check = data[place + 8 + length : place + 12 + length]
        if kind not in _CHUNKS or check != zlib.crc32(kind + content).to_bytes(4):
            return False
        if (not kinds) != (kind == b"IHDR") or (not kinds and not _is_small(content)):
            return False
        kinds.append(kind)
        place += 12 + length
    return place == len(data) and kinds[-1:] == [b"IEND"] and b"IDAT" in kinds


def _is_small(header: bytes) -> bool:
    if len(header) != _HEADER.size:
        return False
    width, height = _HEADER.unpack(header)[:2]
    return bool(0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS)
