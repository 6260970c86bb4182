"""Names: natural order, and student ids that are safe as file names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

_DIGITS = re.compile(r"(\d+)")
_UNSAFE = re.compile(r"[^\w.@+~=-]+")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)}
)
_MAX_LENGTH = 100

#: Endings of two parts: of what is packed, and of weights alone.
_DOUBLE_ENDING = re.compile(
    r"(\.(tar|h5|hdf5|keras|onnx|tflite|pt|pth|pb|npy|npz|csv|json|txt|ipynb))?\.(gz|bz2|xz|zst)|\.weights\.h5",
    re.IGNORECASE,
)

#: What macOS, Windows, Linux and storage servers leave beside files.
_LITTER = frozenset({
    "__macosx", "icon\r", "thumbs.db", "thumbs.db:encryptable", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini",
    "$recycle.bin", "system volume information", "lost+found", "@eadir", "#recycle", "#snapshot", "__pycache__",
})  # fmt: skip


def is_litter(name: str) -> bool:
    """Whether a file or folder of that name was made by a system and not by a person."""
    return name.startswith(".") or name.casefold() in _LITTER


def stem(name: str) -> str:
    """A file's name without its ending; ``.tar.gz`` and ``.h5.gz`` are one ending."""
    found = next(
        (match for match in _DOUBLE_ENDING.finditer(name) if match.end() == len(name)), None
    )
    return name[: found.start()] if found and found.start() else PurePath(name).stem


def natural_key(text: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key that puts ``student2`` before ``student10``, whatever the case."""
    return tuple(
        (0, int(part)) if part.isdigit() and part.isascii() else (1, part)
        for part in _DIGITS.split(text.casefold())
    )


def safe_id(name: str) -> str:
    """`name` with everything replaced that a file system or a link might trip over."""
    text = unicodedata.normalize("NFC", name)
    text = _UNSAFE.sub("-", text).strip("-. ")
    if not text or text.casefold().split(".")[0] in _RESERVED:
        text = f"student-{text}".rstrip("-")
    if len(text.encode()) > _MAX_LENGTH:
        mark = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        text = text.encode()[: _MAX_LENGTH - 9].decode("utf-8", "ignore") + f"-{mark}"
    return text


def unique_ids(names: Iterable[tuple[str, str]]) -> list[str]:
    """Ids for (preferred, fallback) names, distinct whatever the case of their letters.

    The preferred name is used where no other submission has it; else the fallback; else a short digest of
    the fallback is added. All that clash give way together, so the ids of one set of names do not depend on
    its order.
    """
    choices = [
        (safe_id(preferred), safe_id(fallback), _with_digest(fallback))
        for preferred, fallback in names
    ]
    steps = [0] * len(choices)
    while True:
        ids = [choice[step] for choice, step in zip(choices, steps, strict=True)]
        counts = Counter(chosen.casefold() for chosen in ids)
        clashing = [
            place
            for place, chosen in enumerate(ids)
            if counts[chosen.casefold()] > 1 and steps[place] < 2
        ]
        if not clashing:
            return ids
        for place in clashing:
            steps[place] += 1


def _with_digest(name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{safe_id(name)}-{digest}"


def readable(name: str) -> str:
    r"""A file name as text: bytes that are no UTF-8 stand as ``\xe9``, since reports could not hold them."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
