"""Names: natural order, and student ids that are safe as file names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_DIGITS = re.compile(r"(\d+)")
_UNSAFE = re.compile(r"[^\w.@+~=-]+")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)}
)
_MAX_LENGTH = 100


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
    the fallback is added. The ids of one set of names do not depend on its order.
    """
    pairs = [(safe_id(preferred), safe_id(fallback), fallback) for preferred, fallback in names]
    preferred_count = _count(preferred for preferred, _, _ in pairs)
    fallback_count = _count(fallback for _, fallback, _ in pairs)
    taken: set[str] = set()
    ids: list[str] = []
    for preferred, fallback, raw in pairs:
        if preferred_count[preferred.casefold()] == 1:
            chosen = preferred
        elif fallback_count[fallback.casefold()] == 1:
            chosen = fallback
        else:
            chosen = _with_digest(fallback, raw)
        if chosen.casefold() in taken:
            chosen = _with_digest(fallback, raw)
        taken.add(chosen.casefold())
        ids.append(chosen)
    return ids


def _with_digest(name: str, raw: str) -> str:
    digest = hashlib.sha256(raw.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{name}-{digest}"


def _count(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name.casefold()] = counts.get(name.casefold(), 0) + 1
    return counts
