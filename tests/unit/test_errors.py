from __future__ import annotations

import inspect

import pytest

from grader import errors
from grader.errors import GraderError, UnknownNameError

CLASSES = [
    member
    for member in vars(errors).values()
    if inspect.isclass(member) and issubclass(member, GraderError)
]


def drawn() -> dict[str, int]:
    """Names in the tree of the module's docstring, with their depth."""
    found = {}
    for line in (errors.__doc__ or "").splitlines():
        bare = line.lstrip(" │├└─")
        name = bare.split(" ")[0]
        if name.endswith("Error") and len(line) - len(bare) >= 4 and "  " in bare:
            found[name] = (len(line) - len(bare)) // 4
    return found


def test_the_tree_is_drawn_as_it_is() -> None:
    """Every error class stands in the docstring's tree, as deep as it really is, and nothing else does."""
    depths = {kind.__name__: len(kind.__mro__) - 3 for kind in CLASSES}

    assert drawn() == depths


@pytest.mark.parametrize("kind", CLASSES)
def test_errors_have_a_code_an_exit_code_and_words(kind: type[GraderError]) -> None:
    """Scripts can tell errors apart; 0 means success and is nobody's."""
    assert kind.__doc__
    assert 0 < kind.exit_code < 64
    assert [other.__name__ for other in CLASSES if other.code == kind.code] == [kind.__name__]


def test_a_hint_goes_with_the_message() -> None:
    """The message says what was wrong, the hint how to fix it."""
    error = GraderError("broken", hint="fix it")

    assert (str(error), error.hint) == ("broken", "fix it")
    assert GraderError("broken").hint == ""


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("minst", ["mnist", "cifar10"], "did you mean 'mnist'?"),
        ("MNIST", ["mnist", "cifar10"], "did you mean 'mnist'?"),
        ("cifar", ["cifar10", "cifar100"], "did you mean 'cifar10' or 'cifar100'?"),
        ("zebra", ["mnist", "cifar10"], "known: cifar10, mnist"),
        ("zebra", [], "known: none"),
    ],
)
def test_unknown_names_are_answered_with_known_ones(name: str, known: list[str], hint: str) -> None:
    """Close names are suggested; where none is close, all are listed."""
    assert UnknownNameError("dataset", name, known).hint == hint
