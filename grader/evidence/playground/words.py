"""Links in the short form that tables show, the same in every language."""

from __future__ import annotations

from collections.abc import Sequence

from grader.evidence.playground.replay.settings import Feature, Settings
from grader.evidence.playground.replaying import shown

_FEATURES = {
    "x": "X1", "y": "X2", "xSquared": "X1²", "ySquared": "X2²", "xTimesY": "X1X2", "sinX": "sin(X1)", "sinY": "sin(X2)",
}  # fmt: skip


def feature_text(features: Sequence[Feature]) -> str:
    """``X1, X2``."""
    return ", ".join(_FEATURES[name] for name in features) or "-"


def layers_text(hidden: Sequence[int]) -> str:
    """``4-2``; 0 without hidden layers."""
    return "-".join(map(str, hidden)) or "0"


def model_text(settings: Settings) -> str:
    """``X1, X2 | 4-2 tanh``; of a model without hidden neurons the inputs alone."""
    features = feature_text(settings.features)
    if not settings.hidden:
        return features
    return f"{features} | {layers_text(settings.hidden)} {settings.activation}"


def data_text(settings: Settings) -> str:
    """``xor, noise 35, seed 0.50819``."""
    noise = f", noise {settings.noise:g}" if settings.noise else ""
    return f"{settings.dataset}{noise}, seed {settings.seed[:20]}"


def losses_text(train: float | None, test: float | None) -> str:
    """Losses as the page shows them, training before test: ``0.171 / 0.177``; a dash where there is none."""
    return " / ".join("-" if loss is None else f"{shown(loss):.3f}" for loss in (train, test))


def training_text(settings: Settings) -> str:
    """``batch 10, rate 0.03, L2 0.01``."""
    parts = [f"batch {settings.batch_size}", f"rate {settings.learning_rate:g}"]
    if settings.regularization != "none":
        parts.append(f"{settings.regularization} {settings.regularization_rate:g}")
    if settings.init_zero:
        parts.append("weights from 0")
    return ", ".join(parts)
