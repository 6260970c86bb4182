"""What a share link of TensorFlow Playground says, as far as losses depend on it."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, get_args

from grader.records.base import Record

Activation = Literal["relu", "tanh", "sigmoid", "linear"]
Regularization = Literal["none", "L1", "L2"]
ClassificationData = Literal["circle", "xor", "gauss", "spiral"]
RegressionData = Literal["reg-plane", "reg-gauss"]
Feature = Literal["x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY"]

ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
REGULARIZATIONS: tuple[Regularization, ...] = get_args(Regularization)
FEATURES: tuple[Feature, ...] = get_args(Feature)
"""In the order of the page's inputs."""

#: Points of a data set.
CLASSIFICATION_POINTS, REGRESSION_POINTS = 500, 1200


class Settings(Record, frozen=True, kw_only=True):
    """The state of the page after its link was opened; defaults are the page's own."""

    seed: str
    """Of the random numbers, as text: they begin the same for the same text."""
    dataset: ClassificationData | RegressionData = "circle"
    noise: float = 0.0
    """Percent, 0 to 80."""
    percent_train: float = 50.0
    features: tuple[Feature, ...] = ("x", "y")
    hidden: tuple[int, ...] = (4, 2)
    """Neurons of each hidden layer."""
    activation: Activation = "tanh"
    """Of the hidden neurons."""
    batch_size: int = 10
    learning_rate: float = 0.03
    regularization: Regularization = "none"
    regularization_rate: float = 0.0
    init_zero: bool = False
    """Whether weights and biases begin at 0."""

    @property
    def is_regression(self) -> bool:
        """Whether the output is a number that is not squashed into -1 to 1."""
        return self.dataset.startswith("reg-")

    @property
    def points(self) -> int:
        """How many points there are, for training and testing together."""
        return REGRESSION_POINTS if self.is_regression else CLASSIFICATION_POINTS

    @property
    def train_points(self) -> int:
        """How many of them are for training."""
        return int(self.points * self.percent_train / 100)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Nodes of each layer, from the inputs to the output."""
        return (len(self.features), *self.hidden, 1)

    @property
    def weights(self) -> int:
        """How many weights there are, biases aside."""
        return sum(before * after for before, after in pairwise(self.layer_sizes))

    @property
    def neurons(self) -> int:
        """How many neurons the hidden layers have together."""
        return sum(self.hidden)
