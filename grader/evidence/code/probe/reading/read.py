"""Read the code of a submission: what it builds and trains, without running any of it."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from grader.evidence.code.probe.reading.files import (
    imported_names,
    main_files,
    read_units,
    stem,
)
from grader.evidence.code.probe.reading.names import framework_of
from grader.evidence.code.probe.reading.reader import Reader
from grader.evidence.code.probe.reading.rows import training_rows
from grader.evidence.code.probe.reading.source import Unit
from grader.evidence.code.probe.reading.values import Function
from grader.evidence.code.probe.reading.work import bounded
from grader.evidence.code.record import CodeProblem, CodeReading, Training, UnusedCode

#: What commented-out lines call that build or train a model.
_BUILDS = frozenset({"fit", "fit_generator", "train_on_batch", "compile", "add", "Sequential"})

#: Lines of explanation that may stand above code in a comment.
_EXPLANATIONS = 5


def read_code(files: Mapping[str, bytes]) -> CodeReading:
    """What the scripts and notebooks of a submission build and train.

    Args:
        files: What the student calls each file, and its bytes.
    """
    with bounded():
        return _read_bounded(files)


def _read_bounded(files: Mapping[str, bytes]) -> CodeReading:
    sources, problems = read_units(files)
    for unit in (unit for units in sources.values() for unit in units):
        if unit.too_long:
            problems.append(CodeProblem(where=unit.where(1), what="too-long"))
        problems += [
            CodeProblem(where=unit.where(line), what="syntax", detail=detail)
            for line, detail in unit.errors
        ]
    imported = imported_names(sources)
    trainings = [row for file in main_files(sources) for row in _read(file, sources, problems)]
    return CodeReading(
        files=tuple(files),
        statements=sum(len(unit.body) for units in sources.values() for unit in units),
        framework=framework_of(imported),
        imports=tuple(sorted({name.partition(".")[0] for name in imported if name})),
        trainings=tuple(trainings),
        commented_out=tuple(
            item for units in sources.values() for unit in units for item in _unused(unit)
        ),
        problems=tuple(problems),
    )


def _read(
    file: str, sources: Mapping[str, Sequence[Unit]], problems: list[CodeProblem]
) -> tuple[Training, ...]:
    others = {stem(name): units for name, units in sources.items() if name != file}
    reader = Reader(modules=others)
    reader.run(sources[file])
    _follow_uncalled(reader)
    problems += [CodeProblem(where=where, what="too-long") for where in reader.cut]
    if sources[file] and sources[file][0].cell is None:
        problems += [
            CodeProblem(where=sources[file][0].where(line), what="not-imported", detail=name)
            for name, line in reader.missing.items()
        ]
    return training_rows(reader.events)


def _follow_uncalled(reader: Reader) -> None:
    """Follow the functions that no code calls, for the trainings in them.

    Those that were handed to a library are called by it; the others never run.
    """
    owners = {}
    for cls in reader.classes:
        for member in cls.scope.names.values():
            if isinstance(member, Function) and not member.calls:
                owners[member] = cls
    reader.executed = False
    objects = {
        cls: reader.attempt(partial(reader.instantiate, cls, *(cls.arguments or ())))
        for cls in dict.fromkeys(owners.values())
    }
    for function in list(reader.functions):
        if function.calls == 0:
            owner = owners.get(function)
            arguments = [] if owner is None else [objects[owner]]
            reader.follow_uncalled(function, arguments)


def _unused(unit: Unit) -> Iterator[UnusedCode]:
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
            if _calls(code) & (_BUILDS | own):
                yield UnusedCode(
                    where=unit.where(line + start), text="\n".join(text.split("\n")[start:])
                )
                break


def _code_in(text: str) -> Iterator[tuple[int, ast.AST]]:
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
    lines: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip():
                lines[token.start[0]] = token.string.lstrip("#")
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass  # what was found before the line that is no Python
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
