"""The layer that stands for the Lambda layers of a dueling head; `dueling` finds them.

This module imports Keras at the top, so other modules import it inside functions.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class DuelingHead(keras.layers.Layer):  # type: ignore[misc]
    """A part of a dueling head: the state's value as it is, advantages less their mean, or the sum of both.

    Each state has a mean of its own. A head whose code takes one over the whole batch prefers the same actions.
    """

    def __init__(self, part: str = "both", less: str = "nothing", **settings: Any) -> None:
        super().__init__(**settings)
        self.part, self.less = part, less

    def call(self, inputs: Any) -> Any:
        """Return outputs of shape (N, 1) for the value, else (N, actions)."""
        if self.part == "value":
            return inputs
        advantages = inputs[:, 1:] if self.part == "both" else inputs
        value = inputs[:, :1] if self.part == "both" else 0.0
        if self.less == "mean":
            advantages = advantages - ops.mean(advantages, axis=-1, keepdims=True)
        if self.less == "max":
            advantages = advantages - ops.max(advantages, axis=-1, keepdims=True)
        return value + advantages
