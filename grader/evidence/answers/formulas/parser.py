"""Tokens of a formula as a tree.

People write formulas in ways that can be read as more than one: `READINGS` lists them, and a formula is right if one of
its readings is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from grader.evidence.answers.formulas.cursor import CLOSING, END, Cursor
from grader.evidence.answers.formulas.subscripts import part_of_name, sum_indices
from grader.evidence.answers.formulas.tokens import NotPlainError, Token
from grader.evidence.answers.formulas.tree import Call, Name, Node, Number

#: How many arguments functions of several have, at least and at most.
_ARGUMENTS = {"max": (2, 5), "min": (2, 5), "multiply": (2, 2), "divide": (2, 2), "power": (2, 2)}
_MINUS_ONE = Call("negative", (Number(1.0),))


@dataclass(frozen=True)
class Reading:
    """How notation of more than one meaning is read."""

    long_sums: bool = False
    """Whether a sum reaches over what is added behind its term."""
    long_arguments: bool = False
    """Whether ``tanh 2x/3`` is the tanh of all of it, and ``e^-2x`` a power of -2x."""
    tight_products: bool = False
    """Whether ``1/2x`` divides by 2x."""
    calls_are_names: bool = False
    """Whether ``p(x)`` is a variable p instead of a product."""


#: All of them, the most usual first.
READINGS = tuple(Reading(*choices) for choices in itertools.product((False, True), repeat=4))


def parse(tokens: tuple[Token, ...], reading: Reading) -> Node:
    """The tree of a formula.

    Raises:
        NotPlainError: The tokens are no formula.
    """
    parser = _Parser(tokens, reading)
    node = parser.expression()
    if parser.next is not END:
        raise NotPlainError
    return node


class _Parser(Cursor):
    """A recursive descent, the loosest operators first."""

    def __init__(self, tokens: tuple[Token, ...], reading: Reading) -> None:
        super().__init__(tokens)
        self._reading = reading
        self._indices = sum_indices(tokens)

    def expression(self) -> Node:
        """Terms that are added and subtracted."""
        with self.deeper():
            node = self._term()
            while self.is_next("+", "-"):
                function = "add" if self.take().text == "+" else "subtract"
                node = Call(function, (node, self._term()))
            return node

    def _term(self) -> Node:
        """Factors that are multiplied and divided; a sign in front concerns all of them."""
        if self.is_next("+", "-"):
            return self._signed(self._term)
        node = self._unit()
        while self.is_next("*", "/") or self.starts_factor():
            if self.is_next("*", "/"):
                function = "multiply" if self.take().text == "*" else "divide"
                node = Call(function, (node, self._unit()))
            else:
                node = Call("multiply", (node, self._power()))
        return node

    def _unit(self) -> Node:
        """What stands between two signs of multiplication or division."""
        node = self._factor()
        while self._reading.tight_products and self.starts_factor():
            node = Call("multiply", (node, self._power()))
        return node

    def _factor(self) -> Node:
        """A power, with a sign in front or without."""
        return self._signed(self._factor) if self.is_next("+", "-") else self._power()

    def _signed(self, read: Callable[[], Node]) -> Node:
        """A sign and what it stands in front of."""
        sign = self.take().text
        with self.deeper():
            node = read()
        return Call("negative", (node,)) if sign == "-" else node

    def _power(self) -> Node:
        node = self._atom()
        if not self.skip("^"):
            return node
        with self.deeper():
            if self.is_next(*CLOSING):
                return Call("power", (node, self._bracketed()))
            exponent = self._factor()
            while self._reading.long_arguments and self.starts_factor():
                exponent = Call("multiply", (exponent, self._power()))
        return Call("power", (node, exponent))

    def _atom(self) -> Node:
        with self.deeper():
            match self.next.kind:
                case "number":
                    return _number(self.take())
                case "name":
                    return self._name()
                case "function":
                    return self._function()
                case "sum":
                    return self._sum()
                case "fraction":
                    self.take()
                    return Call("divide", (self._fraction_part(), self._fraction_part()))
                case _:
                    return self._bracketed()

    def _bracketed(self) -> Node:
        (node,) = self._arguments(most=1)
        return node

    def _arguments(self, *, most: int) -> tuple[Node, ...]:
        """What stands between brackets, parted by commas."""
        if not self.is_next(*CLOSING):
            raise NotPlainError
        closing = CLOSING[self.take().text]
        nodes = [self.expression()]
        while len(nodes) < most and self.skip(",", ";"):
            nodes.append(self.expression())
        if not self.skip(closing):
            raise NotPlainError
        return tuple(nodes)

    def _fraction_part(self) -> Node:
        r"""A group, or one digit or letter: ``\frac23``."""
        digit = self.take_digit()
        return self._atom() if digit is None else _number(digit)

    def _name(self) -> Node:
        name = self.take().text
        while True:
            if self.skip("_"):
                name += part_of_name(self.take_index(), self._indices)
            elif (inner := self.take_names("[")) is not None:
                name += part_of_name(inner, self._indices)
            elif (word := self.take_word_above()) is not None:
                name += word.text
            elif not self.skip_power_of(self._indices):
                break
        if self._reading.calls_are_names:
            self.take_names("(")
        return Name(name)

    def _function(self) -> Node:
        """A function with what stands below and above its name, and its argument."""
        name = self.take().text
        base: Node | None = None
        power: Node | None = None
        while self.is_next("_", "^"):
            if self.take().text == "^":
                power = self._small()
            elif name == "log":
                base = self._small()
            elif name in ("softmax", "mean"):
                self.take_index()
            else:
                raise NotPlainError
        if power == _MINUS_ONE:  # the inverse function, or one divided by it
            raise NotPlainError
        node: Node = Call(name, self._function_arguments(name))
        if base is not None and base != Name("e"):
            node = Call("divide", (node, Call("log", (base,))))
        return node if power is None else Call("power", (node, power))

    def _function_arguments(self, name: str) -> tuple[Node, ...]:
        fewest, most = _ARGUMENTS.get(name, (1, 1))
        bracketed = self.is_next(*CLOSING)
        nodes = self._arguments(most=most) if bracketed else (self._open_argument(),)
        if len(nodes) < fewest:
            raise NotPlainError
        return nodes

    def _open_argument(self) -> Node:
        """An argument without brackets."""
        node = self._factor()
        while self._reading.long_arguments:
            if self.skip("/"):
                node = Call("divide", (node, self._power()))
            elif self.starts_factor() and self.next.kind not in ("function", "sum"):
                node = Call("multiply", (node, self._power()))
            else:
                break
        return node

    def _small(self) -> Node:
        """What stands at a function's name: a group, or one number or name."""
        if self.is_next(*CLOSING):
            return self._bracketed()
        if self.is_next("-"):
            return self._signed(self._small)
        token = self.take()
        if token.kind not in ("number", "name"):
            raise NotPlainError
        return _number(token) if token.kind == "number" else Name(token.text)

    def _sum(self) -> Node:
        """A sum: of the word all that is in its brackets, of the sign the whole term behind it."""
        word = self.take().text
        bounded = False
        while self.skip("_", "^"):
            if not self.take_letter():
                self.take_index()
            bounded = True
        if word == "sum" and not bounded and self.is_next("(", "["):
            return Call("sum", (self._bracketed(),))
        return Call("sum", (self.expression() if self._reading.long_sums else self._term(),))


def _number(token: Token) -> Number:
    return Number(float(token.text))
