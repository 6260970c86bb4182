"""Episodes that nobody played, and policies that are a formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.episodes.record import Ending, Episode, Episodes, EpisodesNeed, PolicyReading
from grader.evidence.models.client import ModelClient
from grader.evidence.models.record import LayerSummary, ModelSummary, Port
from grader.records.evidence import Failure
from tests.factories import ARTEFACT, View

#: Weights of position, speed, angle and angular speed that balance the pole for all 500 steps.
BALANCES = (2.0, 2.0, 12.0, 2.0)

FEW_EPISODES = EpisodesNeed(artefact=ARTEFACT, episodes=10, seed=7)


def episodes(
    returns: Sequence[int], ending: Ending = "pole-left", reading: PolicyReading | None = None
) -> Episodes:
    """Episodes of so many steps; those of 500 are full."""
    played = tuple(
        Episode(
            seed=7 + place,
            steps=steps,
            ending="full" if steps == 500 else ending,
            last=(0.1, 0.0, -0.22, -1.0),
        )
        for place, steps in enumerate(returns)
    )
    return Episodes(
        environment="CartPole-v1",
        reading=reading or PolicyReading(form="values"),
        played=played,
        film=((0.0, 0.0, 0.02, 0.0), (0.1, 0.0, -0.22, -1.0)),
        film_steps=(0, min(returns)),
        filmed=int(np.argmin(returns)),
    )


def episodes_view(good: int) -> View:
    """Ten episodes, of which more last to the end the better they are."""
    returns = [min(500, 30 + 5 * good + place) for place in range(10)]
    return View({FEW_EPISODES: episodes(returns)})


def port(*shape: int | None, name: str = "", dtype: str = "float32") -> Port:
    """An input or an output of a model."""
    return Port(name=name, shape=(None, *shape), dtype=dtype)


def policy_summary(
    inputs: Sequence[Port] = (port(4),),
    outputs: Sequence[Port] = (port(2),),
    activation: str = "linear",
) -> ModelSummary:
    """What is known of a model that plays."""
    last = LayerSummary(
        name="last",
        type="Dense",
        output_shape=None,
        parameters=10,
        settings={"activation": activation},
    )
    return ModelSummary(
        file="model.h5",
        format="hdf5",
        keras_version="3.8.0",
        backend="tensorflow",
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        parameters=10,
        trainable_parameters=10,
        layers=(last,),
    )


class LinearClient(ModelClient):
    """Stands in for a process that has a model open: its outputs follow from a weighted sum of the state.

    Args:
        weights: Of the four numbers of a state, as the model gets them.
        timeout_s: How long it may play.
    """

    def __init__(self, weights: Sequence[float] = BALANCES, timeout_s: float = 60) -> None:
        self.weights = np.array(weights)
        self.file = "model.h5"
        self.asked: list[tuple[tuple[int, ...], ...]] = []
        self.failure: Failure | None = None
        self._limit = timeout_s

    @property
    def timeout_s(self) -> float:
        """As given."""
        return self._limit

    def timed_out(self, detail: str) -> Failure:
        """A failure with the words for staff."""
        return Failure(reason="timed-out", detail=detail)

    def compute(
        self, inputs: Sequence[NDArray[np.float32]], *, output: int, width: int
    ) -> NDArray[np.float32] | Failure:
        """The sum for the second action, and the negative for the first; the second output is always zero."""
        self.asked.append(tuple(item.shape for item in inputs))
        if self.failure is not None:
            return self.failure
        flat = np.hstack([item.reshape(len(item), -1) for item in inputs])
        total = flat[:, :4] @ self.weights * (output == 0)
        if flat.shape[1] > 4:
            action = flat[:, -1]
            total = total * (2 * action - 1)
        columns: dict[int, list[NDArray[Any]]] = {
            1: [total],
            2: [-total, total],
            3: [np.full_like(total, 9), -total, total],
        }
        return np.stack(columns[width], axis=1).astype(np.float32)
