r"""Formulas as students write them, compared with the expected one at sample points. For checks.

No text is ever run: `tokens` and `parser` know numbers, names and a list of functions, and nothing else.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.evidence.answers.formulas.parser import READINGS, parse
from grader.evidence.answers.formulas.tokens import NotPlainError, tokens_of
from grader.evidence.answers.formulas.tree import Node, Number, names_in
from grader.evidence.answers.formulas.values import CONSTANTS, Values, value_of
from grader.evidence.answers.record import Answer

#: Variables of a formula that is compared.
_MOST_NAMES = 5
#: Elements of a variable, and how often values are chosen.
_ELEMENTS, _DRAWS = 3, 4
#: Where variables lie: on both sides of zero, and where logarithms and probabilities do.
_RANGES = ((-2.5, 2.5), (0.05, 0.95))
#: What names that only change a constant factor stand for, such as the number of images.
_CONSTANT_VALUES = (3.0, 7.0)
_PRIMES = (2, 3, 5, 7, 11)


@dataclass(frozen=True)
class Formula:
    """A formula in every way it can be read, the most usual first."""

    readings: tuple[Node, ...]

    def is_same(
        self,
        expected: Formula,
        *,
        names: Mapping[str, tuple[str, ...]] | None = None,
        up_to_factor: bool = False,
        tolerance: float = 1e-3,
    ) -> bool:
        """Whether it has the same values as the expected formula, whatever its variables are called.

        A sum adds up the elements of vectors, whatever letter counts them; without one, formulas are compared element
        by element.

        Args:
            expected: The formula it is compared with, in its most usual reading.
            names: A variable of `expected` to names that stand for it and nothing else: ``{"p": ("yhat",)}``.
            up_to_factor: Whether a positive factor makes no difference, such as ``1/N`` or that of another base of
                logarithms. Names that change the factor alone are no variables then.
            tolerance: By how much values may differ, as a share of them.
        """
        comparison = _Comparison(expected.readings[0], names or {}, up_to_factor, tolerance)
        return any(comparison.holds(reading) for reading in self.readings)


def formula_of(answer: Answer) -> Formula | None:
    r"""The formula that an answer is; None where it is none.

    Of an equation it is the right side. Products need no sign: ``1.7159 tanh(2x/3) + 0,01 x``. Powers are ``^``,
    ``**`` or ``²``; LaTeX is understood (``\frac{2}{3}``, ``\sum_{i=1}^N y_i \log \hat{y}_i``), and so are calls of
    NumPy, TensorFlow and PyTorch (``-tf.reduce_sum(y * tf.math.log(p))``).
    """
    value = answer.value
    if isinstance(value, tuple):
        value = value[0] if len(value) == 1 else ""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Formula((Number(float(value)),))
    return read_formula(value)


def read_formula(text: str) -> Formula | None:
    """The formula that a text is; None where it is none."""
    try:
        tokens = tokens_of(text)
    except NotPlainError:
        return None
    found: dict[Node, None] = {}
    for reading in READINGS:
        try:
            found[parse(tokens, reading)] = None
        except NotPlainError:
            continue
    return Formula(tuple(found)) if found else None


class _Comparison:
    """Compares trees with an expected one.

    Raises:
        ValueError: The expected formula has too many variables, or no values at the sample points.
    """

    def __init__(
        self,
        expected: Node,
        names: Mapping[str, tuple[str, ...]],
        up_to_factor: bool,
        tolerance: float,
    ) -> None:
        self._variables = variables_of(expected)
        if len(self._variables) > _MOST_NAMES:
            raise ValueError(f"a formula has at most {_MOST_NAMES} variables")
        self._names = {
            other: variable for variable, others in names.items() for other in _written(others)
        }
        self._up_to_factor = up_to_factor
        self._tolerance = tolerance
        draws = [
            dict(zip(self._variables, draw, strict=True)) for draw in _draws(len(self._variables))
        ]
        values = [value_of(expected, draw) for draw in draws]
        self._points = [
            (draw, wanted)
            for draw, wanted in zip(draws, values, strict=True)
            if not all(map(math.isnan, wanted))
        ]
        if not self._points:
            raise ValueError("the formula has no values at the sample points")

    def holds(self, node: Node) -> bool:
        """Whether a tree is the expected formula under one of the ways to match its names."""
        names = variables_of(node)
        if not len(self._variables) <= len(names) <= _MOST_NAMES:
            return False
        if len(names) > len(self._variables) and not self._up_to_factor:
            return False
        return any(self._agrees(node, assigned, names) for assigned in self._assignments(names))

    def _assignments(self, names: tuple[str, ...]) -> Iterator[dict[str, str]]:
        """Ways to match names with variables: name to variable, each once."""
        for chosen in itertools.permutations(names, len(self._variables)):
            assigned = dict(zip(chosen, self._variables, strict=True))
            if all(assigned.get(name, meant) == meant for name, meant in self._names.items()):
                yield assigned

    def _agrees(self, node: Node, assigned: dict[str, str], names: tuple[str, ...]) -> bool:
        others = [name for name in names if name not in assigned]
        return all(
            self._agrees_with(node, assigned, dict.fromkeys(others, (constant,)))
            for constant in (_CONSTANT_VALUES if others else _CONSTANT_VALUES[:1])
        )

    def _agrees_with(
        self, node: Node, assigned: dict[str, str], constants: dict[str, Values]
    ) -> bool:
        """Whether all values are the expected ones, or those times one positive factor."""
        factor = None if self._up_to_factor else 1.0
        for draw, wanted in self._points:
            given = {name: draw[variable] for name, variable in assigned.items()}
            for value, right in _pairs(value_of(node, given | constants), wanted):
                if math.isnan(right):
                    continue
                if factor is None and abs(right) > 1e-6:
                    factor = value / right
                if not self._close(value, right * (1.0 if factor is None else factor)):
                    return False
        return factor is not None and factor > 0

    def _close(self, value: float, right: float) -> bool:
        return math.isclose(value, right, rel_tol=self._tolerance, abs_tol=1e-9)


def variables_of(node: Node) -> tuple[str, ...]:
    """The names of a formula that are no constants, each once."""
    return tuple(name for name in dict.fromkeys(names_in(node)) if name not in CONSTANTS)


def _written(names: tuple[str, ...]) -> Iterator[str]:
    r"""Names as the parser writes them: ``y_pred``, ``\hat{y}`` and ``ŷ``."""
    for name in names:
        found = read_formula(name)
        yield from variables_of(found.readings[0]) if found else ()


def _pairs(values: Values, wanted: Values) -> Iterator[tuple[float, float]]:
    length = max(len(values), len(wanted))
    spread = (item * length if len(item) == 1 else item for item in (values, wanted))
    return zip(*spread, strict=True)


def _draws(variables: int) -> Iterator[tuple[Values, ...]]:
    """Values of variables that follow no pattern and are the same every time."""
    for low, high in _RANGES:
        for draw in range(_DRAWS):
            places = range(draw * _ELEMENTS + 1, (draw + 1) * _ELEMENTS + 1)
            yield tuple(
                tuple(low + (high - low) * (place * math.sqrt(prime) % 1) for place in places)
                for prime in _PRIMES[:variables]
            )
