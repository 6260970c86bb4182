"""The isolation levels by name."""

from __future__ import annotations

from typing import Literal

#: Strongest first. `docs/security.md` says what each promises.
Level = Literal["strong", "medium", "container", "none"]

#: What may be asked for: a level, or the strongest that holds.
Isolation = Literal["auto", "strong", "medium", "container", "none"]

LEVELS: tuple[Level, ...] = ("strong", "medium", "container", "none")
