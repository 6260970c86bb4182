"""Predictions of one opened model for tokens of a text, in one way or another of giving it the text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.evidence.language.client import LanguageClient
from grader.evidence.language.interface import Shapes
from grader.evidence.language.protocol import PredictSteps
from grader.evidence.language.record import Interface
from grader.evidence.language.tokens import Tokens
from grader.records.evidence import Failure

#: Numbers that come back with one request.
_NUMBERS = 4 << 20

#: Rows that sum to one but for this are probabilities.
_TOLERANCE = 1e-2

#: No character counts as less likely: what a float32 of Keras can tell from zero.
LEAST_PROBABILITY = 1e-7

Scored = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Which tokens were predicted, and the bits of each."""


@dataclass(frozen=True)
class LanguageSession:
    """An opened model and the text it is for."""

    client: LanguageClient
    shapes: Shapes
    tokens: Tokens

    def bits(self, interface: Interface, first: int, last: int, most: int) -> Scored | Failure:
        """Bits of tokens of a part of the text, spread evenly over it; of a model that remembers, of its beginning.

        Args:
            interface: How the model is given the text.
            first: The first token that may be predicted.
            last: One more than the last.
            most: How many are predicted, about.
        """
        if interface.mode == "stateful":
            return self._remembering(interface, first, min(last, first + most))
        if interface.mode == "steps" and interface.causal:
            return self._of_steps(interface, first, last, most)
        places = np.unique(np.linspace(first, last - 1, min(most, last - first)).astype(int))
        bits = self._of_windows(interface, places)
        return bits if isinstance(bits, Failure) else (places, bits)

    def distributions(
        self, interface: Interface, contexts: NDArray[np.int64], *, reset: bool = True
    ) -> NDArray[np.float64] | Failure:
        """What follows each of some windows: shape (rows, width), probabilities.

        Args:
            interface: How the model is given the text.
            contexts: Indices, (rows, length); negative for what the vocabulary lacks.
            reset: Whether a model that remembers forgets first.
        """
        found = self._predict(interface, contexts, 1, reset=reset)
        return found if isinstance(found, Failure) else found[:, 0]

    def windows(self, interface: Interface, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The tokens before each place, (places, window); what is before the text, or the line, is nothing."""
        before = places[:, None] - np.arange(interface.window, 0, -1)
        starts = self.tokens.line_starts[places] if interface.context == "line" else 0 * places
        inside = before >= starts[:, None]
        # Nothing is index 0 of models that count from 1; with indices from 0 it has no index.
        return np.where(inside, self.tokens.codes[np.maximum(before, 0)], -1)

    def raw_outputs(self, interface: Interface, rows: int) -> NDArray[np.float64] | Failure:
        """The model's own outputs behind some windows of the text before the held-out end: shape (rows, width)."""
        held_out = self.tokens.held_out
        places = np.linspace(min(interface.window, held_out // 2), held_out - 1, rows).astype(int)
        outputs = self._outputs(interface, self.windows(interface, places), 1)
        return outputs if isinstance(outputs, Failure) else outputs[:, 0]

    def is_causal(self, interface: Interface) -> bool | Failure:
        """Whether the predictions of earlier steps stay when later characters change."""
        length = interface.window
        row = self.windows(interface, np.array([self.tokens.held_out]))
        changed = row.copy()
        half = length // 2
        changed[:, half:] = row[:, half:][:, ::-1]
        changed[:, -1] = row[:, 0]
        outputs = [self._predict(interface, item, length) for item in (row, changed)]
        for item in outputs:
            if isinstance(item, Failure):
                return item
        one, other = (np.asarray(item)[:, :half] for item in outputs)
        return bool(np.abs(one - other).max(initial=0) < 1e-4)

    def _of_windows(
        self, interface: Interface, places: NDArray[np.int64]
    ) -> NDArray[np.float64] | Failure:
        """Bits of the tokens at some places, each behind a window of its own."""
        found = []
        for part in self._parts(places, self.shapes.width):
            predicted = self.distributions(interface, self.windows(interface, part))
            if isinstance(predicted, Failure):
                return predicted
            found.append(self._bits_of(interface, predicted, part))
        return np.concatenate(found)

    def _of_steps(self, interface: Interface, first: int, last: int, most: int) -> Scored | Failure:
        """Bits of the tokens at the second half of windows, which see the first half."""
        steps = interface.window - interface.window // 2
        count = min(-(-most // steps), (last - first) // steps)
        if count < 1:
            places = np.arange(first, last)
            bits = self._of_windows(interface, places)
            return bits if isinstance(bits, Failure) else (places, bits)
        ends = np.linspace(first + steps - 1, last - 1, count).astype(int)
        found = []
        for part in self._parts(ends, steps * self.shapes.width):
            predicted = self._predict(interface, self.windows(interface, part), steps)
            if isinstance(predicted, Failure):
                return predicted
            inside = (part[:, None] + np.arange(1 - steps, 1)).reshape(-1)
            flat = predicted.reshape(-1, self.shapes.width)
            found.append((inside, self._bits_of(interface, flat, inside)))
        places = np.concatenate([item[0] for item in found])
        bits = np.concatenate([item[1] for item in found])
        kept = (places >= first) & (places < last)
        return places[kept], bits[kept]

    def _remembering(self, interface: Interface, first: int, last: int) -> Scored | Failure:
        """Bits of a part of the text that is given piece by piece to a model that remembers."""
        steps = interface.window if self.shapes.every_step and interface.causal else 1
        begin = max(0, first - 200)
        begin += (first - begin) % interface.window
        found = []
        reset = True
        for start in range(begin, last - 1, interface.window):
            piece = self.tokens.codes[start : start + interface.window]
            if len(piece) < interface.window:
                break
            predicted = self._predict(interface, piece[None], steps, reset=reset)
            reset = False
            if isinstance(predicted, Failure):
                return predicted
            end = start + interface.window
            inside = np.arange(end - steps + 1, end + 1)
            kept = (inside >= first) & (inside < last)
            found.append((inside[kept], self._bits_of(interface, predicted[0][kept], inside[kept])))
        if not found:
            return np.zeros(0, np.int64), np.zeros(0)
        return np.concatenate([item[0] for item in found]), np.concatenate(
            [item[1] for item in found]
        )

    def _predict(
        self,
        interface: Interface,
        rows: NDArray[np.int64],
        steps: int,
        *,
        reset: bool = True,
    ) -> NDArray[np.float64] | Failure:
        """Probabilities of the last steps of each row: shape (rows, steps, width)."""
        outputs = self._outputs(interface, rows, steps, reset=reset)
        if isinstance(outputs, Failure):
            return outputs
        return probabilities(outputs, logits=interface.logits)

    def _outputs(
        self,
        interface: Interface,
        rows: NDArray[np.int64],
        steps: int,
        *,
        reset: bool = True,
    ) -> NDArray[np.float64] | Failure:
        """The model's own outputs at the last steps of each row: shape (rows, steps, width)."""
        count = len(rows)
        if interface.mode == "stateful" and self.shapes.rows:
            rows = np.repeat(rows, self.shapes.rows, axis=0)
        request = PredictSteps(
            rows=len(rows),
            length=rows.shape[1],
            encoding=interface.encoding,
            features=self.shapes.features,
            scale=interface.scale,
            steps=steps,
            width=self.shapes.width,
            reset=reset,
        )
        indices = np.where(rows < 0, -1, rows + interface.shift)
        outputs = self.client.predict(request, indices)
        if isinstance(outputs, Failure):
            return outputs
        return outputs[:count].astype(np.float64)

    def _bits_of(
        self, interface: Interface, predicted: NDArray[np.float64], places: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Bits of the tokens at some places, by predictions of shape (places, width).

        A token that the vocabulary has no index for costs nothing here; the caller charges what it lacks.
        """
        wanted = self.tokens.codes[places] + interface.shift
        known = self.tokens.codes[places] >= 0
        shares = predicted[np.arange(len(places)), np.maximum(wanted, 0)]
        bits: NDArray[np.float64] = -np.log2(np.maximum(shares, LEAST_PROBABILITY))
        return np.where(known, bits, 0.0)

    def _parts(self, places: NDArray[np.int64], numbers: int) -> list[NDArray[np.int64]]:
        """Places in parts whose predictions come back at once."""
        size = max(1, _NUMBERS // numbers)
        return [places[start : start + size] for start in range(0, len(places), size)]


def are_probabilities(outputs: NDArray[np.floating]) -> bool:
    """Whether the last axis holds probabilities."""
    sums = outputs.sum(axis=-1)
    return bool(outputs.min() >= 0 and np.abs(sums - 1).max() < _TOLERANCE)


def probabilities(outputs: NDArray[np.float64], *, logits: bool) -> NDArray[np.float64]:
    """Outputs as probabilities: normalised, or through a softmax where they are logits."""
    raised = np.exp(outputs - outputs.max(axis=-1, keepdims=True)) if logits else outputs
    shares = np.maximum(raised, 0)
    sums = shares.sum(axis=-1, keepdims=True)
    return np.where(sums > 0, shares / np.where(sums > 0, sums, 1), 1 / shares.shape[-1])
