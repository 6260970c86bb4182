"""Good files and the damage done to them; a mutation is made again from its format and number."""

from __future__ import annotations

import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable

_INTERESTING = (b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x80")


def mutate(good: bytes, seed: str) -> bytes:
    """A damaged copy: one to eight changes drawn from the seed."""
    rng = random.Random(seed)  # noqa: S311  (no secret)
    data = bytearray(good)
    for _ in range(rng.randint(1, 8)):
        rng.choice(_CHANGES)(data, rng)
    return bytes(data)


def _place(data: bytearray, rng: random.Random) -> int:
    """Anywhere, but half of the time near the start, where headers are."""
    end = max(1, len(data))
    return rng.randrange(min(end, 2048) if rng.random() < 0.5 else end)


def _flip(data: bytearray, rng: random.Random) -> None:
    if data:
        data[_place(data, rng)] ^= 1 << rng.randrange(8)


def _overwrite(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    value = rng.choice(_INTERESTING)
    data[place : place + len(value)] = value


def _scramble(data: bytearray, rng: random.Random) -> None:
    place, length = _place(data, rng), rng.randint(1, 64)
    data[place : place + length] = rng.randbytes(length)


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[_place(data, rng) :]


def _drop(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    del data[place : place + rng.randint(1, 256)]


def _repeat(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    block = bytes(data[place : place + rng.randint(1, 256)])
    data[place:place] = block * rng.randint(1, 4)


def _swap(data: bytearray, rng: random.Random) -> None:
    first, second = _place(data, rng), _place(data, rng)
    length = rng.randint(1, 64)
    block = bytes(data[first : first + length])
    data[second : second + len(block)] = block


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _flip, _overwrite, _overwrite, _scramble, _cut, _drop, _repeat, _swap,
)  # fmt: skip


def a_zip(member: bytes) -> bytes:
    """An archive as a browser or a desktop makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work/digits.h5", member)
        archive.writestr("work/train.py", "print('hello')\n")
        archive.writestr("__MACOSX/._work", b"\x00\x05")
    return buffer.getvalue()


def a_tar(member: bytes) -> bytes:
    """An archive as ``tar -czf`` makes it, not packed so that damage reaches the headers."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in (("work/digits.h5", member), ("work/train.py", b"print('hello')\n")):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def a_notebook() -> bytes:
    """A notebook of two cells."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Digits"]},
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["1 + 1"]},
    ]  # fmt: skip
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1).encode()


def a_declaration() -> bytes:
    """A submission.toml that is used."""
    return b'[models."digits.h5"]\nscaling = "0..1"\nlabels = "from-0"\nmean = [0.0]\ndeviation = [1.0]\n'
