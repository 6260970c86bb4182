"""Check an HDF5 file before its contents are read: no links to other files, no external data, no false sizes.

It runs in the sandbox, as does everything that reads submitted bytes, because libhdf5 can crash on damaged files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.records.evidence import Failure, file_failure
from grader.records.message import Name

#: More objects, deeper groups and larger data than any model of a lab has.
MAX_OBJECTS = 50_000
MAX_DEPTH = 64
MAX_BYTES = 4 << 30

#: Filters built into libhdf5 or h5py; others would be loaded from plug-ins.
_FILTERS = frozenset({1, 2, 3, 4, 5, 6, 32000})
"""Deflate, shuffle, Fletcher32, szip, n-bit, scale-offset; LZF, which is part of h5py."""


class _RefusedError(Exception):
    """Why a file is not opened: a key of the message catalogue's ``[why]``, and the path of the object."""

    def __init__(self, why: str, place: str) -> None:
        super().__init__(why)
        self.why = why
        self.place = place


def check_hdf5(store: Any, file: str) -> Failure | None:
    """Refuse a file that refers to other files or has too many or too large objects.

    Args:
        store: An open `h5py.File`.
        file: The student's name for the file.
    """
    total = 0
    try:
        for count, (place, item) in enumerate(_objects(store)):
            if count > MAX_OBJECTS:
                raise _RefusedError("hdf5-objects", place)
            total += _size(item, place)
            if total > MAX_BYTES:
                raise _RefusedError("hdf5-size", place)
    except _RefusedError as refused:
        return file_failure("refused", file, refused.why, place=Name(text=refused.place))
    return None


def _objects(store: Any) -> Iterator[tuple[str, Any]]:
    """Every object once, with its path; links are checked before they are followed."""
    import h5py

    waiting: list[tuple[str, Any, int]] = [("/", store, 0)]
    seen = set()
    while waiting:
        place, item, depth = waiting.pop()
        address = h5py.h5o.get_info(item.id).addr
        if address in seen:
            continue
        seen.add(address)
        yield place, item
        if not isinstance(item, h5py.Group):
            continue
        if depth >= MAX_DEPTH:
            raise _RefusedError("hdf5-objects", place)
        for name in item:
            inner = f"{place.rstrip('/')}/{name}"
            if not isinstance(item.get(name, getlink=True), h5py.HardLink):
                raise _RefusedError("hdf5-link", inner)
            waiting.append((inner, item[name], depth + 1))


def _size(item: Any, place: str) -> int:
    """The uncompressed size in bytes of a dataset, or of a group, with its attributes."""
    import h5py

    total = sum(_attribute_size(item, name) for name in item.attrs)
    if not isinstance(item, h5py.Dataset):
        return total
    plan = item.id.get_create_plist()
    if plan.get_external_count() or plan.get_layout() == h5py.h5d.VIRTUAL:
        raise _RefusedError("hdf5-external", place)
    if any(plan.get_filter(place_of)[0] not in _FILTERS for place_of in range(plan.get_nfilters())):
        raise _RefusedError("hdf5-filter", place)
    return total + int(item.size or 0) * int(item.dtype.itemsize)


def _attribute_size(item: Any, name: str) -> int:
    import h5py

    attribute = h5py.h5a.open(item.id, name.encode("utf-8", "surrogateescape"))
    return int(attribute.get_type().get_size() * attribute.get_space().get_simple_extent_npoints())
