"""Names for the leaderboard that only their owners can tell."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from itertools import count

from grader.records.result import GradeReport

_COLOURS = (
    "Amber", "Azure", "Coral", "Crimson", "Cyan", "Emerald", "Golden", "Indigo", "Ivory", "Jade", "Lilac",
    "Magenta", "Maroon", "Olive", "Orange", "Pearl", "Purple", "Ruby", "Saffron", "Scarlet", "Silver",
    "Teal", "Turquoise", "Violet",
)  # fmt: skip
_ANIMALS = (
    "Badger", "Beaver", "Bison", "Crane", "Dolphin", "Eagle", "Falcon", "Ferret", "Gecko", "Heron", "Ibex",
    "Jaguar", "Koala", "Lemur", "Lynx", "Marten", "Newt", "Otter", "Owl", "Panda", "Puffin", "Raven",
    "Salmon", "Seal", "Stork", "Swift", "Tapir", "Turtle", "Walrus", "Wren",
)  # fmt: skip


def pseudonyms(reports: Sequence[GradeReport]) -> dict[str, str]:
    """Student id to pseudonym, distinct in the class and the same whenever the same files are judged.

    The name is a keyed digest of the id; the key is the digest of what the student handed in, which others in
    the class do not know.
    """
    taken: set[str] = set()
    names: dict[str, str] = {}
    for report in sorted(reports, key=lambda report: report.student.id):
        key = report.provenance.submission_sha256.encode()
        digest = hmac.new(key, report.student.id.encode(), hashlib.sha256).digest()
        start = int.from_bytes(digest[:8], "big")
        name = next(name for step in count() if (name := _name(start, step)) not in taken)
        taken.add(name)
        names[report.student.id] = name
    return names


def _name(start: int, step: int) -> str:
    """The name `step` places after `start`; numbered once all pairs of words are through."""
    rounds, place = divmod(step, len(_COLOURS) * len(_ANIMALS))
    colour, animal = divmod((start + place) % (len(_COLOURS) * len(_ANIMALS)), len(_ANIMALS))
    suffix = f" {rounds + 1}" if rounds else ""
    return f"{_COLOURS[colour]} {_ANIMALS[animal]}{suffix}"
