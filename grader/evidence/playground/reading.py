"""Read the settings in a share link as the page does, and name what it could not use."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from grader.evidence.playground.record import LinkProblem, Trouble
from grader.evidence.playground.replay.settings import (
    ACTIVATIONS,
    FEATURES,
    REGULARIZATIONS,
    ClassificationData,
    Feature,
    RegressionData,
    Settings,
)

#: What is replayed at most; the page's own buttons go to 6 layers of 8 neurons and batches of 30.
MOST_LAYERS = 8
MOST_NEURONS = 16
_MOST_BATCH = 10_000
_LARGEST_RATE = 1_000.0
_MOST_CHARACTERS = 5_000
_MOST_IGNORED = 20

_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*")

#: Keys that the page knows and losses do not depend on.
_WITHOUT_EFFECT = frozenset(
    {"showTestData", "discretize", "collectStats", "hideText", "tutorial", "cosX", "cosY"}
)
_DATASETS: tuple[ClassificationData, ...] = get_args(ClassificationData)
_REGRESSION_DATASETS: tuple[RegressionData, ...] = get_args(RegressionData)
_CHOICES: Mapping[str, Sequence[str]] = {
    "activation": ACTIVATIONS,
    "regularization": REGULARIZATIONS,
    "dataset": _DATASETS,
    "regDataset": _REGRESSION_DATASETS,
    "problem": ("classification", "regression"),
}
_KNOWN = {
    *_CHOICES, *FEATURES, *_WITHOUT_EFFECT, "batchSize", "learningRate", "regularizationRate", "noise", "networkShape",
    "seed", "percTrainData", "initZero",
}  # fmt: skip
_HIDDEN = "_hide"


@dataclass(frozen=True)
class ReadSettings:
    """The settings in a link."""

    settings: Settings | None
    problem: LinkProblem | None = None
    hidden_features: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


class _WrongError(Exception):
    """The link has something that cannot be used."""

    def __init__(self, what: Trouble, key: str = "", value: str = "", limits: str = "") -> None:
        super().__init__(what)
        self.problem = LinkProblem(what=what, key=key, value=value[:60], limits=limits)


def read_settings(settings: str) -> ReadSettings:
    """Read what follows the ``#`` of a link.

    Args:
        settings: Pairs ``key=value`` with ``&`` between them. Nothing is percent-decoded, as on the page.
    """
    if len(settings) > _MOST_CHARACTERS:
        return ReadSettings(None, LinkProblem(what="too-long", limits=f"{_MOST_CHARACTERS}"))
    pairs = [part.partition("=") for part in settings.lstrip("#").split("&") if part]
    values = {key: value for key, sign, value in pairs if sign}
    if not values.keys() & _KNOWN:
        return ReadSettings(None, LinkProblem(what="no-settings"))
    hidden = tuple(name for name in FEATURES if values.get(f"{name}{_HIDDEN}") == "true")
    reading = _Reading(values, hidden)
    ignored = tuple(reading.ignored())[:_MOST_IGNORED]
    try:
        return ReadSettings(reading.settings(), None, hidden, ignored)
    except _WrongError as error:
        return ReadSettings(None, error.problem, hidden, ignored)


@dataclass(frozen=True)
class _Reading:
    """The values of a link."""

    values: Mapping[str, str]
    hidden: tuple[str, ...]

    def settings(self) -> Settings:
        """The settings, where all of them can be used."""
        default = Settings(seed="")
        is_regression = self._choice("problem", "classification") == "regression"
        dataset = (
            self._choice("regDataset", "reg-plane")
            if is_regression
            else self._choice("dataset", default.dataset)
        )
        seed = self.values.get("seed", "")
        if not seed.strip():
            raise _WrongError("no-seed", "seed")
        settings = Settings(
            seed=seed,
            dataset=cast(Any, dataset),
            noise=self._noise(),
            percent_train=self._number("percTrainData", default.percent_train, 0.0, 100.0),
            features=self._features(default.features),
            hidden=self._hidden_layers(default.hidden),
            activation=cast(Any, self._choice("activation", default.activation)),
            batch_size=self._whole("batchSize", default.batch_size, 1, _MOST_BATCH),
            learning_rate=self._rate("learningRate", default.learning_rate),
            regularization=cast(Any, self._choice("regularization", default.regularization)),
            regularization_rate=self._rate("regularizationRate", default.regularization_rate),
            init_zero=self._is_on("initZero", default=default.init_zero),
        )
        if not 0 < settings.train_points < settings.points:
            raise _WrongError("no-points", "percTrainData", self.values.get("percTrainData", ""))
        return settings

    def ignored(self) -> list[str]:
        """What the page ignores without a word."""
        unknown = [
            key
            for key in self.values
            if key not in _KNOWN and key.removesuffix(_HIDDEN) not in _KNOWN
        ]
        odd = [
            f"{key}={self.values[key][:40]}"
            for key, known in _CHOICES.items()
            if self.values.get(key, "").strip() and self.values[key] not in known
        ]
        return [key[:40] for key in unknown] + odd

    def _choice(self, key: str, default: str) -> str:
        value = self.values.get(key, "")
        return value if value in _CHOICES[key] else default

    def _is_on(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key, "")
        return value != "false" if value.strip() else default

    def _features(self, default: Sequence[str]) -> tuple[Feature, ...]:
        return tuple(
            name
            for name in FEATURES
            if name not in self.hidden and self._is_on(name, default=name in default)
        )

    def _number(self, key: str, default: float, low: float, high: float) -> float:
        text = self.values.get(key, "")
        if not text.strip():
            return default
        if _NUMBER.fullmatch(text) is None or not math.isfinite(float(text)):
            raise _WrongError("no-number", key, text)
        number = float(text)
        if not low <= number <= high:
            raise _WrongError("out-of-range", key, text, f"{low:g}–{high:g}")
        return number

    def _rate(self, key: str, default: float) -> float:
        return self._number(key, default, -_LARGEST_RATE, _LARGEST_RATE)

    def _whole(self, key: str, default: int, low: int, high: int) -> int:
        number = self._number(key, default, -math.inf, math.inf)
        return _whole(key, number, self.values.get(key, ""), low, high)

    def _noise(self) -> float:
        """Percent; the page takes none for less than 0, and 50 for more than 80."""
        noise = self._number("noise", 0.0, -math.inf, math.inf)
        return 50.0 if noise > 80 else max(0.0, noise)

    def _hidden_layers(self, default: tuple[int, ...]) -> tuple[int, ...]:
        text = self.values.get("networkShape")
        if text is None:
            return default
        parts = text.split(",") if text.strip() else []
        if len(parts) > MOST_LAYERS:
            raise _WrongError("out-of-range", "networkShape", text, f"0–{MOST_LAYERS}")
        sizes = []
        for part in parts:
            if _NUMBER.fullmatch(part) is None:
                raise _WrongError("no-whole-number", "networkShape", text)
            sizes.append(_whole("networkShape", float(part), text, 1, MOST_NEURONS))
        return tuple(sizes)


def _whole(key: str, number: float, text: str, low: int, high: int) -> int:
    if not math.isfinite(number) or number != int(number):
        raise _WrongError("no-whole-number", key, text)
    if not low <= number <= high:
        raise _WrongError("out-of-range", key, text, f"{low}–{high}")
    return int(number)
