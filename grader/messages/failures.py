"""The sentences about evidence that could not be collected."""

from __future__ import annotations

from typing import NamedTuple

from grader.messages.catalogue import Catalogue
from grader.records.evidence import Failure
from grader.records.message import Listing, Message, Name, Value


class FailureText(NamedTuple):
    """The sentences about a failure."""

    message: str
    advice: str
    """How to fix it."""


def failure_text(failure: Failure, catalogue: Catalogue) -> FailureText:
    """The sentences about evidence that could not be collected.

    The most specific sentence is taken: about `why` before the reason alone, in an accepted format before any, of the
    kind of evidence before the grader's own.
    """
    values = dict(failure.values)
    values["formats"] = _listed([f"format.{name}" for name in failure.formats])
    values["why"] = Listing(
        items=tuple(Message(key=f"why.{why}", values=values) for why in failure.why),
        separator="; ",
    )
    values["reason"] = Name(text=failure.reason)
    first = failure.why[0] if failure.why else ""
    other = "other-ours" if failure.fault == "grader" else "other"
    reason = f"{failure.reason}-instead" if "instead" in values else failure.reason
    message = _first(
        catalogue,
        f"failure.{reason}-{first}",
        f"failure.{failure.kind}-{reason}",
        f"failure.{reason}",
        f"failure.{other}",
    )
    advice = _first(
        catalogue,
        *(f"fix.{first}-{name}" for name in failure.formats),
        f"fix.{first}",
        f"advice.{failure.kind}-{failure.reason}",
        f"advice.{failure.reason}",
        f"advice.{other}",
    )
    return FailureText(catalogue(message, **values), catalogue(advice, **values))


def _listed(keys: list[str]) -> Value:
    return Listing(items=tuple(Message(key=key) for key in keys), last="format.or")


def _first(catalogue: Catalogue, *keys: str) -> str:
    """The first key that has a sentence, else the last."""
    return next((key for key in keys if key in catalogue.sentences), keys[-1])
