"""What holds for every kind of evidence. A new kind is looked at without a change here."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest

import grader.evidence
from grader import evidence, registry
from grader.evidence.base import EvidenceKind
from grader.evidence.need import Need
from grader.intake.sniffing import KINDS as FILE_KINDS
from grader.messages import catalogue
from grader.records.base import Record
from grader.records.lab import Language

ALL = evidence.kinds()
FOLDER = Path(grader.evidence.__file__).parent

kinds = pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
languages = pytest.mark.parametrize("language", get_args(Language))


def sources(kind: EvidenceKind) -> Iterator[ast.Module]:
    for file in sorted((FOLDER / kind.name).rglob("*.py")):
        yield ast.parse(file.read_text(encoding="utf-8"))


def text_of(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def named_failures(kind: EvidenceKind) -> Iterator[tuple[str, str | None]]:
    """Every (reason, cause) that the source of a kind writes out where it makes a failure."""
    for tree in sources(kind):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            given = {word.arg: word.value for word in node.keywords}
            match node.func.id:
                case "file_failure":
                    reason = text_of(node.args[0])
                    causes = [text_of(item) for item in node.args[2:]]
                case "bad_output":
                    reason, causes = "bad-output", [text_of(node.args[1])]
                case "Failure":
                    reason, causes = text_of(given.get("reason")), []
                case _:
                    continue
            if reason is not None:
                yield from ((reason, cause) for cause in [*causes, None])


def literals(kind: EvidenceKind) -> set[str]:
    return {
        node.value
        for tree in sources(kind)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def own_sentences(kind: EvidenceKind) -> dict[str, dict[str, str]]:
    return tomllib.loads((FOLDER / kind.name / "messages.en.toml").read_text(encoding="utf-8"))


def test_the_kinds_of_the_grader_are_found() -> None:
    """Every folder that defines a kind is one."""
    assert {"models", "predictions"} <= ALL.keys()
    assert all(kind.name == name for name, kind in ALL.items())
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in ALL)


@kinds
def test_functions_of_a_kind_can_be_called(kind: EvidenceKind) -> None:
    """The names by which the core imports a kind's functions are those of functions."""
    named = [name for name in (kind.collect, kind.decode, kind.sections) if name]

    for name in named:
        module, _, function = name.partition(":")
        assert callable(getattr(importlib.import_module(module), function)), name
        assert module.startswith(f"grader.evidence.{kind.name}."), name


@kinds
def test_needs_name_their_kind(kind: EvidenceKind) -> None:
    """A need is read by the kind that defines it, and its pages show needs of its own."""
    assert kind.needs
    assert {*kind.page_needs, *kind.compared_needs} <= set(kind.needs)
    for need in kind.needs:
        assert issubclass(need, Need)
        assert need.kind == kind.name


def test_a_need_is_defined_by_one_kind() -> None:
    """Nobody else reads its records."""
    needs = [need for kind in ALL.values() for need in kind.needs]

    assert len(needs) == len(set(needs))


@kinds
def test_need_ids_differ_where_needs_do(kind: EvidenceKind) -> None:
    """Evidence is stored by the id, which names the artefact and whatever else the question is about."""
    for need in kind.needs:
        required = _required(need)
        first, second = need(artefact="a", **required), need(artefact="b", **required)

        assert first.id != second.id
        assert first.id.startswith(f"{kind.name}:a")
        assert set(first.datasets) <= set(required.values())


def _required(need: type[Need[object]]) -> dict[str, Any]:
    """What a need must be given besides the artefact: texts, and tuples of numbers."""
    return {
        field.name: (1.0,) if get_origin(field.type) is tuple else "x"
        for field in msgspec.structs.fields(need)[1:]
        if field.required
    }


@kinds
def test_a_kind_of_file_is_read_in_one_format(kind: EvidenceKind) -> None:
    """Either it is certain that a kind of evidence reads a kind of file, or it is not."""
    assert not set(kind.accepts) & set(kind.may_accept)


@pytest.mark.parametrize("names", [list(ALL), list(ALL)[::-1]], ids=["in order", "reversed"])
def test_the_formats_of_a_lab_decide_which_kind_reads_a_file(
    names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several kinds may read the same kind of file; the order of the kinds does not matter."""
    monkeypatch.setattr(registry.KINDS, "all", lambda: {name: ALL[name] for name in names})
    read_by = [
        (file_kind, form, kind)
        for kind in ALL.values()
        for file_kind, form in (*kind.accepts.items(), *kind.may_accept.items())
    ]

    for file_kind, form, kind in read_by:
        assert evidence.collecting_kind(file_kind, [form]) is kind
        for other_kind, other, second in read_by:
            if other_kind == file_kind:
                assert evidence.collecting_kind(file_kind, [form, other]) is kind
                assert evidence.collecting_kind(file_kind, [other, form]) is second
    assert evidence.collecting_kind("notebook", ["notebook"]) is ALL["code"]
    assert evidence.collecting_kind("notebook", ["notebook-text"]) is ALL["report"]
    assert evidence.collecting_kind("notebook", ["table"]) is None


def test_a_format_is_read_by_one_kind_of_evidence() -> None:
    """A lab that accepts a format says by that who reads it."""
    formats = [form for kind in ALL.values() for form in set(kind.accepts.values())]

    assert len(formats) == len(set(formats))


@kinds
def test_kinds_of_file_are_those_that_first_bytes_show(kind: EvidenceKind) -> None:
    """No kind waits for a file that nothing recognises."""
    assert {*kind.accepts, *kind.may_accept, *kind.related} <= set(FILE_KINDS)
    assert set(kind.may_accept.values()) <= set(kind.accepts.values())


@kinds
def test_declarations_are_records(kind: EvidenceKind) -> None:
    """What students declare is validated strictly, and every field may be left out."""
    if kind.declaration is None:
        pytest.skip("nothing is declared about it")
    assert issubclass(kind.declaration, Record)
    assert kind.declaration()


@kinds
def test_modules_of_the_profile_exist(kind: EvidenceKind) -> None:
    """What a sandboxed process starts with and imports is there, in the kind's own probe or the standard library."""
    if kind.profile is None:
        pytest.skip("it needs no isolated process")
    module, _, function = kind.profile.target.partition(":")
    spec = importlib.util.find_spec(module)

    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name in kind.profile.preload:
        assert importlib.util.find_spec(name) is not None, name
    inside = [name for name in (module, *kind.profile.preload) if name.startswith("grader.")]
    assert all(name.startswith(f"grader.evidence.{kind.name}.probe.") for name in inside)


@kinds
def test_libraries_are_installed(kind: EvidenceKind) -> None:
    """The versions evidence depends on can be looked up."""
    from importlib.metadata import version

    assert all(version(name) for name in kind.libraries)


@kinds
@languages
def test_whatever_a_kind_reports_has_its_words(kind: EvidenceKind, language: str) -> None:
    """Each reason has a message, advice and a short name; each cause has a phrase; each format a name."""
    sentences = catalogue(language).sentences
    found = set(named_failures(kind))
    reasons = {reason for reason, _ in found}

    assert reasons or not kind.collect
    for reason in reasons:
        assert {f"failure.{reason}", f"reason.{reason}"} <= sentences.keys()
        assert {f"advice.{reason}", f"advice.{kind.name}-{reason}"} & sentences.keys(), reason
    causes = {cause for _, cause in found if cause is not None}
    assert {f"why.{cause}" for cause in causes} <= sentences.keys()
    assert {f"format.{form}" for form in kind.accepts.values()} <= sentences.keys()


@kinds
def test_causes_a_kind_has_words_for_are_reported(kind: EvidenceKind) -> None:
    """No phrase is kept for a cause that nothing reports."""
    written = literals(kind)
    causes = own_sentences(kind).get("why", {})
    # Some are put together: f"table-{problem}".
    reported = {
        cause
        for cause in causes
        for place in range(len(cause))
        if {cause[:place] or cause, cause[place:]} <= written
    }

    assert causes.keys() - reported == set()


@kinds
@languages
def test_what_is_wrong_with_a_file_that_is_not_accepted_has_its_words(
    kind: EvidenceKind, language: str
) -> None:
    """Every related kind of file has a phrase, since it is named where a file is missing."""
    needed = {f"why.kind-{file_kind}" for file_kind in (*kind.accepts, *kind.related)}

    assert needed <= catalogue(language).sentences.keys()


def test_needs_of_one_artefact_have_ids_of_their_own() -> None:
    """What answers one is never taken for the answer to another."""
    needs = [
        need_type(artefact="it", **_required(need_type))
        for kind in ALL.values()
        for need_type in kind.needs
    ]

    assert len({need.id for need in needs}) == len(needs)
