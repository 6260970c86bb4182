"""Train the model of a link as the page does, and take its losses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.evidence.playground.replay.elementary import Elementary
from grader.evidence.playground.replay.model import Gradients, Row, State, model_of
from grader.evidence.playground.replay.points import Point, draw_points
from grader.evidence.playground.replay.settings import Feature, Settings
from grader.evidence.playground.replay.stream import RandomStream


@dataclass(frozen=True)
class Losses:
    """Mean of half the squared error on the training points and on the test points, without the penalty."""

    train: float
    test: float


class Replay:
    """The page from the moment its link was opened.

    Args:
        settings: What the link says.
        functions: What it computes with.
    """

    def __init__(self, settings: Settings, functions: Elementary) -> None:
        self._stream = RandomStream(settings.seed)
        self.settings = settings
        self.train_points, self.test_points = draw_points(settings, self._stream, functions)
        self._functions = functions
        self._model = model_of(settings, functions)
        self._train = self._rows(self.train_points)
        self._test = self._rows(self.test_points)
        self._batches = _batches(self._train, settings.batch_size)
        self._drawn: list[float] = []
        self.restart(0)

    def restart(self, skipped: int) -> None:
        """Begin again at epoch 0, with other weights.

        Args:
            skipped: Random numbers between the data and the first weight: none on a page that was just opened.
        """
        settings = self.settings
        while len(self._drawn) < skipped + settings.weights:
            self._drawn.append(self._stream())
        self._state = initial_state(settings, self._drawn[skipped : skipped + settings.weights])
        self._gradients: Gradients = (0.0,) * (settings.weights + settings.neurons + 1)
        self._counted = 0
        self.epoch = 0

    def advance_to(self, epoch: int) -> None:
        """Train until so many epochs are done."""
        settings = self.settings
        self._state, self._gradients, self._counted = self._model.train(
            self._batches,
            self._state,
            self._gradients,
            self._counted,
            max(0, epoch - self.epoch),
            settings.learning_rate,
            settings.learning_rate * settings.regularization_rate,
        )
        self.epoch = max(self.epoch, epoch)

    def losses(self) -> Losses:
        """The losses after the epochs so far."""
        return Losses(self._loss(self._train), self._loss(self._test))

    @property
    def weights(self) -> State:
        """Weights by layer, node and input."""
        return self._state[: self.settings.weights]

    @property
    def biases(self) -> State:
        """Biases by layer and node."""
        return self._state[self.settings.weights :][: self.settings.neurons + 1]

    def outputs(self, points: Sequence[Point]) -> list[float]:
        """What the model puts out for points."""
        return self._model.outputs(self._rows(points), self._state)

    def _loss(self, rows: Sequence[Row]) -> float:
        total = 0.0
        for output, row in zip(self._model.outputs(rows, self._state), rows, strict=True):
            error = output - row[-1]
            total += 0.5 * (error * error)
        return total / len(rows)

    def _rows(self, points: Sequence[Point]) -> list[Row]:
        features = self.settings.features
        return [
            (*(_feature(name, point, self._functions) for name in features), point.label)
            for point in points
        ]


def initial_state(settings: Settings, drawn: Sequence[float]) -> State:
    """Weights and biases as the page makes them of random numbers, one for each weight even where all begin at 0."""
    weights = [0.0 if settings.init_zero else number - 0.5 for number in drawn]
    biases = [0.0 if settings.init_zero else 0.1] * (settings.neurons + 1)
    alive = [1.0] * len(drawn) if settings.regularization == "L1" else []
    return (*weights, *biases, *alive)


def _batches(rows: Sequence[Row], size: int) -> list[tuple[Sequence[Row], bool]]:
    """The rows of an epoch in batches; what is left at its end waits for the next update."""
    return list(_parts(rows, size))


def _parts(rows: Sequence[Row], size: int) -> Iterator[tuple[Sequence[Row], bool]]:
    for begin in range(0, len(rows), size):
        part = rows[begin : begin + size]
        yield part, len(part) == size


def _feature(name: Feature, point: Point, functions: Elementary) -> float:
    x, y = point.x, point.y
    match name:
        case "x":
            return x
        case "y":
            return y
        case "xSquared":
            return x * x
        case "ySquared":
            return y * y
        case "xTimesY":
            return x * y
        case "sinX":
            return functions.sin(x)
        case "sinY":
            return functions.sin(y)
