"""What a check asks of a submission: the base of every need."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode

import msgspec

T = TypeVar("T")


class Need(msgspec.Struct, Generic[T], frozen=True, forbid_unknown_fields=True):
    """A question about one artefact; the evidence that answers it is a `T`.

    Subclasses name the kind of evidence that reads the answer and add what else the question is about, such as a
    dataset.
    """

    artefact: str
    """Id of the artefact, as the lab names it."""

    kind: ClassVar[str] = ""
    """Name of the kind of evidence that defines this need and reads its records."""

    about: ClassVar[str] = ""
    """What it asks for, where other needs of its kind ask for something else; part of its id."""

    @property
    def id(self) -> str:
        """The need in one line, the same in every run: ``predictions:mnist-model?dataset=mnist``."""
        return _id(self)

    @property
    def datasets(self) -> tuple[str, ...]:
        """Names of the datasets the answer depends on."""
        return ()


@cache
def _id(need: Need[Any]) -> str:
    about = [("about", need.about)] if need.about else []
    given = about + [
        (field.name, getattr(need, field.name))
        for field in msgspec.structs.fields(need)[1:]
        if getattr(need, field.name) != field.default
    ]
    query = f"?{urlencode(given)}" if given else ""
    return f"{need.kind}:{need.artefact}{query}"
