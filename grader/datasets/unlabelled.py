"""A dataset's test images without their labels, for students to predict on with any program.

Every image has an id that is computed from its pixels, and stands in the order of these ids. Neither tells its
label nor its place in the dataset, and the grader finds the ids again in the images: nothing has to be kept.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Set
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Dataset
from grader.errors import UsageError
from grader.files import write_whole
from grader.records.base import Record, to_json

MANIFEST_FILE = "manifest.json"
EXAMPLE_FILE = "example.csv"
_IMAGES_FILE, _PICTURES = "images.npz", "images"

#: Hexadecimal digits of an id. The letter before them keeps spreadsheets from taking some for numbers.
_DIGITS = 12


class UnlabelledManifest(Record, frozen=True, kw_only=True):
    """``manifest.json``: what the images are. No labels go into it, not even into its digest."""

    schema: Literal["grader/unlabelled/v1"] = "grader/unlabelled/v1"
    dataset: str
    title: str
    images: int
    shape: tuple[int, ...]
    """(height, width), or (height, width, 3) for red, green and blue."""
    class_names: tuple[str, ...]
    """In the order of the labels, which count from 0."""
    digest: str
    """SHA-256 over the ids in order: the same images give the same digest."""


def image_ids(images: NDArray[np.uint8]) -> tuple[str, ...]:
    """An id for each image, in their order; a picture that comes again has its number behind it.

    Args:
        images: Shape (N, height, width) or (N, height, width, 3).
    """
    seen: Counter[str] = Counter()
    ids = []
    for image in images:
        name = f"i{hashlib.sha256(np.ascontiguousarray(image).data).hexdigest()[:_DIGITS]}"
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return tuple(ids)


def export_unlabelled(dataset: Dataset, folder: Path, *, pictures: bool) -> UnlabelledManifest:
    """Write ``images.npz``, ``example.csv`` and ``manifest.json``, and with `pictures` a PNG for each image.

    Args:
        dataset: Whose test images.
        folder: New, empty, or holding an earlier export.
        pictures: Whether to write ``images/<id>.png`` too.

    Raises:
        DataError: The images cannot be had.
        UsageError: The folder holds something else.
        StorageError: It cannot be written.
    """
    refuse_foreign(folder, {_IMAGES_FILE, EXAMPLE_FILE, _PICTURES})
    images = dataset.load("test").images
    ids = np.array(image_ids(images))
    order = np.argsort(ids)
    ids, images = ids[order], images[order]
    manifest = UnlabelledManifest(
        dataset=dataset.name,
        title=dataset.title,
        images=len(ids),
        shape=images.shape[1:],
        class_names=dataset.class_names,
        digest=hashlib.sha256("\n".join(ids).encode()).hexdigest(),
    )
    example = "id,label\n" + "".join(f"{name},0\n" for name in ids)
    write_whole(folder / _IMAGES_FILE, _packed(ids=ids, images=images))
    write_whole(folder / EXAMPLE_FILE, example.encode())
    if pictures:
        for name, image in zip(ids, images, strict=True):
            write_whole(folder / _PICTURES / f"{name}.png", _picture(image))
    write_whole(folder / MANIFEST_FILE, to_json(manifest))
    return manifest


def refuse_foreign(folder: Path, ours: Set[str]) -> None:
    """Refuse a folder in which there is something else than an export wrote, be it to its end or not.

    Args:
        folder: New, empty, or holding an earlier export.
        ours: Names of what an export writes.

    Raises:
        UsageError: The folder holds something else.
    """
    if not folder.exists():
        return
    is_export = folder.is_dir() and (
        (folder / MANIFEST_FILE).is_file() or {file.name for file in folder.iterdir()} <= ours
    )
    if not is_export:
        raise UsageError(f"{folder} holds something else", hint="name a new or an empty folder")


def _packed(**arrays: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    # The stub takes the names of arrays for options.
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def _picture(image: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG")
    return buffer.getvalue()
