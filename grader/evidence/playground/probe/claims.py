"""What a student noted beside a link: epochs and losses."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from grader.evidence.answers.names import name_key
from grader.evidence.playground.record import Claim

#: Epochs are counted in six digits with a comma on the page: `000,500`.
_EPOCH_NAMES = frozenset(
    {"epoch", "epochs", "epoque", "epoques", "step", "steps", "pas", "iterations"}
)
_TRAIN_NAMES = frozenset(
    {"trainloss", "trainingloss", "losstrain", "perteentrainement", "pertedentrainement", "perteapprentissage",
     "pertedapprentissage"}
)  # fmt: skip
_TEST_NAMES = frozenset(
    {"testloss", "losstest", "evaluationloss", "evalloss", "perte", "loss", "pertetest", "pertedetest",
     "perteevaluation", "pertedevaluation"}
)  # fmt: skip

_LOSS = r"[^\d\n]{0,25}?(\d?[.,]\d{1,6})"
_TRAIN = re.compile(
    r"(?:train(?:ing)?\s+loss|loss\s+train|perte\s+(?:d[e']\s*)?(?:l')?(?:entra[iî]nement|apprentissage))" + _LOSS,
    re.IGNORECASE,
)  # fmt: skip
_TEST = re.compile(
    r"(?:(?:test|eval(?:uation)?)\s+loss|loss\s+test|perte\s+(?:d[e']\s*)?(?:l')?(?:test|[ée]valuation))" + _LOSS,
    re.IGNORECASE,
)  # fmt: skip
_COUNTED = re.compile(
    r"(\d[\d,.\u00a0\u202f ]{0,9})\s*(?:epochs?|[ée]poques?|pas\b|steps?|it[ée]rations?)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:epochs?|[ée]poques?|steps?|it[ée]rations?)\s*[:=]?\s*(\d[\d,.]{0,9})", re.IGNORECASE
)


def claim_of_table(table: Mapping[str, Any]) -> Claim:
    """The claim in a table of `links.toml`; names may be English or French."""
    epochs: int | None = None
    losses: dict[str, float | None] = {}
    for name, value in table.items():
        key = name_key(name)
        if key in _EPOCH_NAMES:
            epochs = _count(value) if epochs is None else epochs
        elif key in _TRAIN_NAMES:
            losses.setdefault("train", _loss(value))
        elif key in _TEST_NAMES:
            losses.setdefault("test", _loss(value))
    return Claim(epochs=epochs, train_loss=losses.get("train"), test_loss=losses.get("test"))


def claim_of_text(text: str) -> Claim:
    """The claim in running text."""
    counted = _COUNTED.search(text) or _NAMED.search(text)
    train, test = _TRAIN.search(text), _TEST.search(text)
    return Claim(
        epochs=_count(counted[1]) if counted else None,
        train_loss=_loss(train[1]) if train else None,
        test_loss=_loss(test[1]) if test else None,
    )


def _count(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value <= 10**9 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and 0 <= value <= 10**9 else None
    digits = re.sub(r"[,.\s]", "", str(value))
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def _loss(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and 0 <= number <= 1e6 else None
