"""A place between tokens that moves on as they are parsed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grader.evidence.answers.formulas.tokens import NotPlainError, Token, is_word

#: What closes each bracket.
CLOSING = {"(": ")", "[": "]", "{": "}"}
#: Stands behind the last token.
END = Token("other", "")
#: Brackets, signs and functions within each other.
_MOST_DEPTH = 40
#: What may stand between the brackets of an index, or of what a name is a function of, besides signs.
_PLAIN = {"[": ("number", "name"), "(": ("name",)}


class Cursor:
    """Walks over the tokens of a formula.

    Args:
        tokens: All of them.
    """

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = list(tokens)
        self._place = 0
        self._depth = 0

    @property
    def next(self) -> Token:
        """The token behind the cursor; `END` behind the last."""
        return self._tokens[self._place] if self._place < len(self._tokens) else END

    def is_next(self, *signs: str) -> bool:
        """Whether one of some signs comes next."""
        return self.next.kind == "sign" and self.next.text in signs

    def starts_factor(self) -> bool:
        """Whether what comes next multiplies what came before; a number does not, ``1 000`` is no product.

        Raises:
            NotPlainError: Two words follow each other, as in prose.
        """
        if is_word(self.next) and self._place and is_word(self._tokens[self._place - 1]):
            raise NotPlainError
        return self.next.kind in ("name", "function", "sum", "fraction") or self.is_next(*CLOSING)

    def take(self) -> Token:
        """The next token; the cursor moves behind it."""
        token = self.next
        self._place += 1
        return token

    def skip(self, *signs: str) -> bool:
        """Move behind one of some signs; False where none comes next."""
        if not self.is_next(*signs):
            return False
        self._place += 1
        return True

    def take_digit(self) -> Token | None:
        r"""The first digit of a number of several, as in ``\frac23``; None where no such number comes next."""
        token = self.next
        if token.kind != "number" or len(token.text) < 2 or not token.text.isdigit():
            return None
        self._tokens[self._place] = Token("number", token.text[1:])
        return Token("number", token.text[0])

    def take_letter(self) -> bool:
        r"""Move behind the first letter of a name that has a subscript, in ``\sum^qy_j``; False elsewhere."""
        name, below = [*self._tokens[self._place : self._place + 2], END, END][:2]
        if name.kind != "name" or len(name.text) < 2 or below != Token("sign", "_"):
            return False
        self._tokens[self._place] = Token("name", name.text[1:])
        return True

    def take_index(self) -> list[Token]:
        """The tokens of a group in brackets, whatever they are, or a single one.

        Raises:
            NotPlainError: There is neither.
        """
        if not self.is_next(*CLOSING):
            if self.next.kind in ("sign", "sum", "fraction") or self.next is END:
                raise NotPlainError
            return [self.take()]
        inner: list[Token] = []
        waiting_for = [CLOSING[self.take().text]]
        while waiting_for:
            if self.next is END:
                raise NotPlainError
            token = self.take()
            if token.kind == "sign" and token.text in CLOSING:
                waiting_for.append(CLOSING[token.text])
            elif token.kind == "sign" and token.text == waiting_for[-1]:
                waiting_for.pop()
            inner.append(token)
        return inner[:-1]

    def take_names(self, bracket: str) -> list[Token] | None:
        """What stands in brackets that come next, if names alone do; else None, and the cursor stays.

        Args:
            bracket: Of which sort: ``[``, where numbers may stand too, or ``(``.
        """
        if not self.is_next(bracket):
            return None
        start = self._place
        inner = self.take_index()
        if inner and all(
            token.kind in _PLAIN[bracket] or token.text in (",", ";", "_", "{", "}")
            for token in inner
        ):
            return inner
        self._place = start
        return None

    def take_word_above(self) -> Token | None:
        r"""A word that stands like a power, ``y^{\text{true}}``; None where none comes next."""
        following = self._tokens[self._place : self._place + 4]
        texts = [token.text for token in following]
        if (
            len(texts) < 4
            or texts[:2] != ["^", "{"]
            or texts[3] != "}"
            or not is_word(following[2])
        ):
            return None
        self._place += 4
        return following[2]

    def skip_power_of(self, names: frozenset[str]) -> bool:
        """Move behind a power that is one of some names in brackets: ``^(i)``."""
        texts = [token.text for token in self._tokens[self._place : self._place + 4]]
        found = (
            len(texts) == 4 and texts[:2] == ["^", "("] and texts[2] in names and texts[3] == ")"
        )
        self._place += 4 if found else 0
        return found

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Bounds how deep a formula is nested.

        Raises:
            NotPlainError: It is too deep.
        """
        if self._depth >= _MOST_DEPTH:
            raise NotPlainError
        self._depth += 1
        yield
        self._depth -= 1
