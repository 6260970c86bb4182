"""Scripts and notebooks as Python source that can be read, with what could not be read named."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.evidence.code.probe.reading.work import may_read
from grader.evidence.code.words import place_text
from grader.evidence.notebooks import joined, notebook_cells

#: Magics whose whole cell is not Python.
_OTHER_LANGUAGES = re.compile(
    r"\s*%%(?:bash|sh|script|html|javascript|js|latex|markdown|perl|ruby|writefile|sql|R|svg|cmd)\b"
)
_MAGIC = re.compile(r"^(\s*)(?:%|!|\?)")
_ASSIGNED_MAGIC = re.compile(r"^(\s*\w[\w, ]*=\s*)([%!]).*$")
_SHELL_WORDS = re.compile(r"^\s*(?:pip3?|conda|apt|apt-get)\s+install\b")
_TIMED = re.compile(r"^(\s*)%{1,2}(?:time|timeit|prun|memit)\b(?:\s+-\S+(?:\s+\d+)?)*\s*(.*)$")
_HELP = re.compile(r"^\s*[\w.]+\?{1,2}\s*$")


#: Statements that are no Python after which the rest is not read.
_ERRORS = 50


@dataclass(frozen=True)
class Unit:
    """A script, or a cell of a notebook."""

    file: str
    cell: int | None
    """Place of the cell among all cells of the notebook, from 1; None of a script."""
    text: str
    body: Sequence[ast.stmt]
    errors: tuple[tuple[int, str], ...] = ()
    """Lines that are no Python: (line, what the parser says)."""
    too_long: bool = False
    """Whether it was not read, as it is too long."""

    def where(self, line: int) -> str:
        """A place in it as people name it."""
        return place_text(self.file, self.cell, line)


def script_unit(file: str, text: str, cell: int | None = None) -> Unit:
    """Read a script or a cell as far as it is Python."""
    if not may_read(text):
        return Unit(file, cell, "", (), too_long=True)
    cleaned = without_magics(text)
    body, errors = _parsed(cleaned)
    return Unit(file, cell, text, body, tuple(errors))


def is_notebook(file: str) -> bool:
    """Whether a file is a notebook, by its name."""
    return file.lower().endswith(".ipynb")


def notebook_units(file: str, text: str) -> list[Unit]:
    """The code cells of a notebook of any version.

    Raises:
        ValueError: The file is no notebook.
    """
    units = []
    for number, cell in enumerate(notebook_cells(json.loads(text)), 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = joined(cell.get("source", cell.get("input")))
        units.append(script_unit(file, source, number))
    return units


def without_magics(text: str) -> str:
    """Notebook magics and shell lines as comments, so that line numbers stay."""
    if _OTHER_LANGUAGES.match(text):
        return ""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(8).split("\n")
    kept = []
    for line in lines:
        if found := _TIMED.match(line):
            kept.append(found.group(1) + found.group(2))
        elif found := _ASSIGNED_MAGIC.match(line):
            kept.append(f"{found.group(1)}{'[]' if found.group(2) == '!' else 'None'}")
        elif found := _MAGIC.match(line):
            kept.append(f"{found.group(1)}pass" if found.group(1) else "")
        else:
            kept.append("" if _SHELL_WORDS.match(line) or _HELP.match(line) else line)
    return "\n".join(kept)


def _parsed(text: str) -> tuple[Sequence[ast.stmt], list[tuple[int, str]]]:
    """The statements, and the lines that stopped the parser; what stands around them is still read."""
    errors: list[tuple[int, str]] = []
    try:
        return _parse(text).body, errors
    except SyntaxError:
        pass
    except (ValueError, RecursionError, MemoryError) as error:
        return [], [(1, str(error))]
    body: list[ast.stmt] = []
    for start, chunk in _chunks(text):
        if len(errors) == _ERRORS:
            break  # no Python
        try:
            body += _shifted(_parse(chunk), start).body
        except SyntaxError as error:
            repaired = _as_python_3(chunk)
            try:
                body += _shifted(_parse(repaired), start).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                errors.append((start + (error.lineno or 1), error.msg))
        except (ValueError, RecursionError, MemoryError) as error:
            errors.append((start + 1, str(error)))
    return body, errors


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in the student's texts
        return ast.parse(text)


def _shifted(module: ast.Module, lines: int) -> ast.Module:
    ast.increment_lineno(module, lines)
    return module


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Statements of the outermost level: (lines before it, its text). A line that begins at the margin begins one."""
    lines = text.split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    start = 0
    for number in range(1, len(lines) + 1):
        if number < len(lines) and not _begins(lines[number], margin):
            continue
        if lines[number - 1][margin:].startswith("@"):
            continue  # a decorator belongs to what follows
        chunk = "\n".join(line[margin:] for line in lines[start:number])
        if chunk.strip():
            yield start, chunk
        start = number


def _begins(line: str, margin: int) -> bool:
    """Whether a line begins a statement of its own."""
    own = line[margin:]
    continues = own.startswith((" ", "\t", ")", "]", "}", "#", "else", "elif", "except", "finally"))
    return bool(own.strip()) and not continues


_PRINT = re.compile(r"^([ \t]*)print[ \t]+(?!\()(.*)$", re.MULTILINE)


def _as_python_3(text: str) -> str:
    """Python 2's print statements as calls."""
    return _PRINT.sub(r"\1print(\2)", text)
