"""The isolation level submissions are opened at, and when it is too weak."""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import IsolationError
from grader.sandbox import Isolation, Level
from grader.sandbox.selftest import Assessment, assess


def choose_level(isolation: Isolation, *, secret: Sequence[str] = ()) -> Level:
    """The isolation level to grade at.

    Args:
        isolation: What was asked for.
        secret: Names of test sets that must stay secret.

    Raises:
        IsolationError: What was asked for does not hold here, or nothing does and there are secrets.
    """
    found = assess(isolation)
    if isolation not in ("auto", found.level):
        raise IsolationError(
            f"isolation '{isolation}' does not hold here: {found.troubles[isolation]}",
            hint="`grader doctor` shows which level does",
        )
    if secret and found.level == "none" and isolation != "none":
        names = ", ".join(f"'{name}'" for name in secret)
        raise IsolationError(
            f"the test set {names} is secret, and nothing here keeps what students sent away from it"
            f" ({why_none(found)})",
            hint="docs/security.md says how to isolate submissions; --isolation none grades without",
        )
    return found.level


def why_none(found: Assessment) -> str:
    """Why no stronger level holds, each reason once."""
    return "; ".join(dict.fromkeys(found.troubles.values()))
