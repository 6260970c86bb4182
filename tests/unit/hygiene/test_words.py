"""One word for one thing: the package and its sentences use the words of the field."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader

PACKAGE = Path(grader.__file__).parent

#: Names that are not used in code, whole, and what to use instead.
IDENTIFIERS = {
    "Interview": "EvaluationSession",
    "Subject": "EvaluationTarget",
    "Conversation": "SandboxClient",
    "Stock": "DatasetPool",
    "Shelf": "LoadedDataset",
    "take_stock": "load_datasets",
    "Found": "LocatedSubmission",
    "Piece": "ArtefactFile",
    "Considered": "ResolvedSubmission",
    "looked_into": "expand_archives",
    "Grounds": "GradingContext",
    "Case": "CheckContext",
    "say": "translate",
    "Demand": "Threshold",
    "demands": "thresholds",
    "LayerDemand": "RequiredLayer",
    "InputContract": "Preprocessing",
    "Contract": "ModelInterface",
    "Scaling": "Normalization",
    "trained_apart": "weight_distance",
    "errors_alike": "error_agreement",
    "starters": "starter_models",
    "undrawn": "skip_initializers",
    "weights_undrawn": "skip_initializers",
    "handed_in": "ComparedSubmission, or submitted",
    "standing": "class_scores",
    "ClassStanding": "ClassScores",
    "rivals": "alternatives",
    "Walls": "isolation",
    "walls": "isolation",
    "Listed": "StudentLink",
    "attached": "train_child",
    "mend": "fix",
    "mends": "fix",
    "optimiser": "optimizer",
    "network": "model",
    "networks": "models",
}

#: Where a name of the table is the word of somebody else: file to names.
ALLOWED = {
    "course.py": {"demands"},  # the field's name in version 0.1.0, which is refused with a hint
}

#: Phrases that docstrings, comments and messages do not use, and what to write instead.
PHRASES = {
    r"\btaken for\b": "predicted as",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bwhat it is worth\b": "its marks",
    r"\b(is|are|was|were|be|only) told\b": "reported, or recognised",
    r"\boptimiser(s)?\b": "optimizer, as in Keras",
    r"\binterview(s|ed|ing)?\b": "evaluation session",
    r"(?<!neural )\bnetwork(s|'s)?\b": "model",
}

#: The word "network" is about computers there, or part of a name of Keras.
ABOUT_COMPUTERS = ("sandbox", "datasets")

#: Phrases that sentences for people do not use, in catalogues alone.
SENTENCES = PHRASES | {r"\btold\b": "reported", r"\banswers?\b": "predictions"}

#: The catalogue of the one kind that is about answers.
ABOUT_ANSWERS = "evidence/answers/messages.en.toml"

FILES = sorted(PACKAGE.rglob("*.py"))
CATALOGUES = sorted(
    [*PACKAGE.glob("messages/en.toml"), *PACKAGE.glob("evidence/*/messages.en.toml")]
)


def relative(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def names(tree: ast.Module) -> Iterator[str]:
    """Every name that a module defines or uses, without those of other packages' attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
            case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.Attribute(attr=name) | ast.alias(name=name):
                yield name


def prose(file: Path) -> Iterator[str]:
    """The docstrings and comments of a module."""
    text = file.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
        elif token.type == tokenize.STRING and token.string.startswith('"""'):
            yield " ".join(token.string.split())


def found(text: str, phrases: dict[str, str]) -> list[str]:
    return [
        f"{match.group()} in '{text[max(0, match.start() - 40) : match.end() + 40]}': write {instead}"
        for phrase, instead in phrases.items()
        for match in re.finditer(phrase, text, re.IGNORECASE)
    ]


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_names_are_those_of_the_field(file: Path) -> None:
    """A reader who knows scikit-learn and Keras finds the names they expect, one for one thing."""
    used = set(names(ast.parse(file.read_text(encoding="utf-8"))))
    old = used & IDENTIFIERS.keys() - ALLOWED.get(relative(file), set())

    assert {name: IDENTIFIERS[name] for name in old} == {}


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_docstrings_and_comments_use_plain_words(file: Path) -> None:
    """What is handed in is a model, in code and in words about it."""
    phrases = dict(PHRASES)
    if relative(file).split("/")[0] in ABOUT_COMPUTERS:
        phrases = {phrase: word for phrase, word in phrases.items() if "network" not in phrase}

    assert [item for text in prose(file) for item in found(text, phrases)] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=relative)
def test_sentences_use_plain_words(file: Path) -> None:
    """Students and instructors read the same words as on the pages of Keras."""
    sections = tomllib.loads(file.read_text(encoding="utf-8"))
    sentences = [text for section in sections.values() for text in section.values()]
    phrases = PHRASES if relative(file) == ABOUT_ANSWERS else SENTENCES

    assert [item for text in sentences for item in found(text, phrases)] == []
