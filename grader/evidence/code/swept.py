"""What several trainings of one place have, as one row of a table says it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.evidence.code.record import Regularizer


def swept(values: Iterable[Any]) -> Any:
    """The one value, or all distinct ones in order."""
    distinct = tuple(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else distinct


def distinct_regularizers(items: Iterable[Regularizer]) -> tuple[Regularizer, ...]:
    """Each kind of regularizer once, with the distinct factors it has had."""
    found: dict[tuple[str, str], dict[float | None, None]] = {}
    for item in items:
        found.setdefault((item.target, item.norm), {}).update(dict.fromkeys(item.factors))
    return tuple(
        Regularizer(target=target, norm=norm, factors=tuple(factors))
        for (target, norm), factors in found.items()
    )
