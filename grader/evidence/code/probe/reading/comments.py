"""Comments: code that is commented out, and lines that explain."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence
from itertools import islice

from grader.evidence.code.probe.reading.source import Unit
from grader.evidence.code.record import Comment, UnusedCode

#: What commented-out lines call that build or train a model.
_BUILDS = frozenset({"fit", "fit_generator", "train_on_batch", "compile", "add", "Sequential"})

#: Layers that are commented out where they stand in a list of layers.
_LAYERS = frozenset(
    {"Dense", "Activation", "Flatten", "Dropout", "BatchNormalization", "Conv2D", "MaxPooling2D"}
    | {"Embedding", "SimpleRNN", "LSTM", "GRU", "Bidirectional"}
)

#: Lines of explanation that may stand above code in a comment.
_EXPLANATIONS = 5

#: Comments that are kept, and characters of each.
_MOST_COMMENTS, _COMMENT_CHARACTERS = 200, 400

#: Tokens that are neither code nor a comment.
_LAYOUT = frozenset(
    {
        tokenize.COMMENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
        tokenize.INDENT,
        tokenize.NEWLINE,
        tokenize.NL,
    }
)


def line_counts(unit: Unit) -> tuple[int, int]:
    """How many lines are code, and how many have a comment that explains: docstrings do, commented-out code does not.

    Of a unit that is no Python to its end, the lines before that count.
    """
    code: set[int] = set()
    comments: set[int] = set()
    before = tokenize.NEWLINE
    for token in _tokens(unit.text):
        lines = range(token.start[0], token.end[0] + 1)
        if token.type == tokenize.COMMENT:
            if not _is_code(token.string.lstrip("#").strip()):
                comments.update(lines)
        elif token.type == tokenize.STRING and before in _LAYOUT:
            comments.update(lines)
        elif token.type not in _LAYOUT:
            code.update(lines)
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            before = token.type
    return len(code), len(comments)


def _is_code(text: str) -> bool:
    """Whether a comment is a line of Python that calls or assigns something."""
    try:
        (statement,) = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.Import | ast.ImportFrom):
        return True
    is_call = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    return is_call or _lists_layers(statement)


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of a text, as far as it is Python."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return


def unused_code(unit: Unit) -> Iterator[UnusedCode]:
    """Comments and texts that are Python and build or train something."""
    own = {
        node.name
        for node in unit.body
        if isinstance(node, ast.FunctionDef) and _calls(node) & _BUILDS
    }
    texts = [
        (statement.lineno, statement.value.value.strip("\n"))
        for statement in unit.body
        if isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    ]
    for line, text in [*_comment_blocks(unit.text), *texts]:
        for start, code in _code_in(text):
            if _calls(code) & (_BUILDS | own) or _only_layers(code):
                yield UnusedCode(
                    where=unit.where(line + start), text="\n".join(text.split("\n")[start:])
                )
                break


def plain_comments(units: Sequence[Unit]) -> tuple[Comment, ...]:
    """The first comments on lines of their own that are no code, each cut where it is long."""
    found = (
        Comment(
            where=unit.where(line),
            text=text[:_COMMENT_CHARACTERS].encode(errors="replace").decode(),
        )
        for unit in units
        for line, text in _comment_blocks(unit.text)
        if text.strip() and next(_code_in(text), None) is None
    )
    return tuple(islice(found, _MOST_COMMENTS))


def _only_layers(code: ast.Module) -> bool:
    """Whether lines are nothing but layers of a list."""
    return bool(code.body) and all(map(_lists_layers, code.body))


def _lists_layers(statement: ast.stmt) -> bool:
    """Whether a line is layers with a comma behind each, as they stand in a list."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Tuple):
        return False
    items = statement.value.elts
    return bool(items) and all(
        isinstance(item, ast.Call) and bool(_calls(item) & _LAYERS) for item in items
    )


def _code_in(text: str) -> Iterator[tuple[int, ast.Module]]:
    """A text as code, without the explanations that may stand above it: (lines left out, the code)."""
    lines = text.split("\n")
    for start in range(min(len(lines), _EXPLANATIONS)):
        try:
            yield start, ast.parse(_dedented(lines[start:]))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return


def _calls(tree: ast.AST) -> set[str]:
    """The names of all that is called, without what it is taken from."""
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    attributes = {function.attr for function in functions if isinstance(function, ast.Attribute)}
    return attributes | {function.id for function in functions if isinstance(function, ast.Name)}


def _comment_blocks(text: str) -> Iterator[tuple[int, str]]:
    """Comments on lines of their own, those that follow each other joined: (first line, text)."""
    lines = {
        token.start[0]: token.string.lstrip("#")
        for token in _tokens(text)
        if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip()
    }
    start = 0
    block: list[str] = []
    for number in [*sorted(lines), -1]:
        if block and number != start + len(block):
            yield start, _dedented(block)
            block = []
        if number < 0:
            return
        if not block:
            start = number
        block.append(lines[number])


def _dedented(lines: Sequence[str]) -> str:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines)
