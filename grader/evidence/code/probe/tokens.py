"""Code as tokens that stay the same when names, comments, texts and numbers are changed.

Pygments splits the code: it knows Python 2 and 3 and reads on after what is no Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Error, Name, Number, String, Text

from grader.evidence.code.probe.own_names import Lexeme, OwnNames, own_names
from grader.evidence.code.probe.reading.source import without_magics

#: What stands for a name that the code gives itself, for a text, and for a number.
OWN_NAME, TEXT, NUMBER = "$", "'", "0"


def token_lines(texts: Sequence[str]) -> list[str]:
    """The tokens of the scripts or cells of one program, line by line as `CodePiece.tokens` has them.

    Args:
        texts: Their texts, in order. A name that one gives itself is its own in the others, too.
    """
    pieces = [list(_lexemes(without_magics(text))) for text in texts]
    own = OwnNames()
    for lexemes in pieces:
        own |= own_names(lexemes)
    return [
        _joined(lexemes, own, text.count("\n") + 1)
        for lexemes, text in zip(pieces, texts, strict=True)
    ]


def _lexemes(text: str) -> Iterator[Lexeme]:
    """The tokens that count, each with its line from 0; a text in several tokens is one."""
    line, in_text = 0, False
    for kind, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        here, line = line, line + value.count("\n")
        if kind in Comment or kind in Text or kind in Error or kind is String.Doc:
            in_text = in_text and kind in Text
        elif kind in String:
            if not in_text:
                yield Lexeme(here, TEXT)
            in_text = True
        else:
            in_text = False
            if kind in Number:
                yield Lexeme(here, NUMBER)
            elif kind in Name:
                yield from _names(here, value)
            else:
                yield Lexeme(here, value)


def _names(line: int, value: str) -> Iterator[Lexeme]:
    """A name; that of a module in a package, which is one token to Pygments, as several."""
    for place, part in enumerate(value.split(".")):
        if place:
            yield Lexeme(line, ".")
        if part:
            yield Lexeme(line, part, is_name=True)


def _joined(lexemes: Sequence[Lexeme], own: OwnNames, count: int) -> str:
    lines: list[list[str]] = [[] for _ in range(count)]
    for lexeme, is_own in zip(lexemes, own.among(lexemes), strict=True):
        lines[min(lexeme.line, count - 1)].append(OWN_NAME if is_own else lexeme.text)
    return "\n".join(map(" ".join, lines))
