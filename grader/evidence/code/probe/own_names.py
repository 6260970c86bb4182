"""Which names of a program it gives itself: those can be changed without changing what it does.

Found from the order of tokens alone, so that cells and lines that are no Python are looked at as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
#: What stands before a parameter, and behind a name that is assigned to.
_BEFORE_PARAMETER = frozenset({"(", ",", "*", "**", "lambda"})
_BEHIND_TARGET = frozenset({",", ")", "]", "[", "=", ":"})


@dataclass(frozen=True)
class Lexeme:
    """A token of code."""

    line: int
    """From 0."""
    text: str
    is_name: bool = False


@dataclass(frozen=True)
class OwnNames:
    """Names that a program gives itself."""

    plain: frozenset[str] = frozenset()
    """Of variables, functions, classes, and what it calls an import."""
    attributes: frozenset[str] = frozenset()
    """Of methods, and of what it sets of an object."""
    parameters: frozenset[str] = frozenset()
    """Of its functions."""

    def __or__(self, other: OwnNames) -> OwnNames:
        """Those of both."""
        return OwnNames(
            self.plain | other.plain,
            self.attributes | other.attributes,
            self.parameters | other.parameters,
        )

    def among(self, lexemes: Sequence[Lexeme]) -> Iterator[bool]:
        """Which tokens of the program are its own names."""
        depth = 0
        for before, lexeme, behind in _with_neighbours(lexemes):
            depth = max(0, depth + (lexeme.text in _OPEN) - (lexeme.text in _CLOSE))
            if not lexeme.is_name:
                yield False
            elif before == ".":
                yield lexeme.text in self.attributes
            elif behind == "=" and depth > 0 and before in ("(", ","):
                yield lexeme.text in self.parameters
            else:
                yield lexeme.text in self.plain


def own_names(lexemes: Sequence[Lexeme]) -> OwnNames:
    """The names that a script or a cell gives itself."""
    found = _Found()
    for statement in _statements(lexemes):
        found.read(statement)
    return OwnNames(
        frozenset(found.plain), frozenset(found.attributes), frozenset(found.parameters)
    )


@dataclass
class _Found:
    plain: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)

    def read(self, statement: Sequence[Lexeme]) -> None:
        """Note the names that a statement gives."""
        depth, named = 0, ""
        targets: list[tuple[str, str]] = []
        for before, lexeme, behind in _with_neighbours(statement):
            depth = max(0, depth + (lexeme.text in _OPEN) - (lexeme.text in _CLOSE))
            if lexeme.is_name:
                self._read_name(lexeme.text, before, behind, named, depth)
                if behind in _BEHIND_TARGET and before != ":":
                    targets.append((before, lexeme.text))
            elif lexeme.text in ("def", "for", "lambda"):
                named = lexeme.text
            elif (named == "for" and lexeme.text == "in") or (
                lexeme.text == ":" and (named == "lambda" or depth == 0)
            ):
                named = ""
            elif lexeme.text == "=" and depth == 0:
                for ahead, name in targets:
                    (self.attributes if ahead == "." else self.plain).add(name)
                targets = []

    def _read_name(self, name: str, before: str, behind: str, named: str, depth: int) -> None:
        """Note a name for what stands beside it; `named` is the word whose names are being read."""
        if before in ("def", "class"):
            self.plain.add(name)
            self.attributes.add(name)
        elif before == "as" or named == "for" or behind == ":=":
            self.plain.add(name)
        elif before in _BEFORE_PARAMETER and (named == "lambda" or (named == "def" and depth == 1)):
            self.plain.add(name)
            self.parameters.add(name)


def _statements(lexemes: Sequence[Lexeme]) -> Iterator[Sequence[Lexeme]]:
    """The statements: each begins on a line of its own, outside of brackets, or after a semicolon."""
    depth, start = 0, 0
    for place, (last, lexeme) in enumerate(pairwise(lexemes), 1):
        depth = max(0, depth + (last.text in _OPEN) - (last.text in _CLOSE))
        if depth == 0 and (lexeme.line > last.line or last.text == ";"):
            yield lexemes[start:place]
            start = place
    yield lexemes[start:]


def _with_neighbours(lexemes: Sequence[Lexeme]) -> Iterator[tuple[str, Lexeme, str]]:
    """Each token between the texts of those beside it; empty at either end."""
    texts = [lexeme.text for lexeme in lexemes]
    return zip(chain([""], texts), lexemes, chain(texts[1:], [""]), strict=False)
