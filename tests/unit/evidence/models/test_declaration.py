from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.predictions.interface import Preprocessing


def declared(**settings: Any) -> ModelDeclaration:
    return msgspec.convert(settings, ModelDeclaration, strict=False)


def test_what_is_declared_is_the_preprocessing() -> None:
    """Every field stands for itself; what is left out is found out."""
    found = declared(scaling="-1..1", inverted=True, fit="padded")

    assert found.preprocessing("resized") == Preprocessing(
        normalization="-1..1", inverted=True, fit="padded"
    )
    assert declared().preprocessing("resized") == Preprocessing(fit="resized")


def test_a_mean_and_a_deviation_are_a_normalization_of_their_own() -> None:
    """Numbers the student names are taken as they are, whether or not the scaling says so too."""
    expected = Preprocessing(normalization="declared", mean=(0.5,), deviation=(0.25,))

    assert declared(mean=[0.5], deviation=[0.25]).preprocessing("as-is") == expected
    again = declared(scaling="declared", mean=[0.5], deviation=[0.25])
    assert again.preprocessing("as-is") == expected


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"scaling": "0..2"}, "Invalid enum value '0..2'"),
        ({"scale": 1}, "unknown field `scale`"),
        ({"mean": []}, "length >= 1"),
        ({"deviation": [0.0]}, "> 0"),
        ({"scaling": "declared"}, "needs mean and deviation"),
        ({"scaling": "-1..1", "mean": [0.1]}, "go with scaling"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings: dict[str, Any], says: str) -> None:
    """Unknown names, empty lists, divisions by zero and contradictions are errors, not guesses."""
    with pytest.raises(msgspec.ValidationError) as caught:
        declared(**settings)
    assert says in str(caught.value)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["mean", "deviation"])
def test_numbers_are_finite(name: str, number: float) -> None:
    """JSON has no such numbers, and no pixel was divided by one."""
    settings = {"mean": [0.5], "deviation": [0.5], name: [number]}
    with pytest.raises(msgspec.ValidationError):
        declared(scaling="declared", **settings)
