"""Which submissions have the same code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from grader.records.similarity import LineRange, Link
from grader.similarity.code import ComparedCode, SubmittedCode, compare_code
from grader.similarity.compare import compare_class
from grader.similarity.starter_code import StarterScript
from tests.factories import ARTEFACT, lab, threshold
from tests.factory_code import code_evidence, function, handed_out, program, submitted_code

AMINA = program(1)
#: Four independent submissions.
OTHERS = [submitted_code(f"other{seed}", program(seed)) for seed in range(50, 54)]


def compare(*more: SubmittedCode, starters: tuple[StarterScript, ...] = ()) -> ComparedCode:
    return compare_code(ARTEFACT, [*OTHERS, *more], starters)


def links(found: ComparedCode) -> list[Link]:
    return [link for group in found.groups for link in group.links]


def pairs(found: ComparedCode) -> list[tuple[str, tuple[str, ...]]]:
    return [(link.kind, link.students) for link in links(found)]


def renamed(source: str) -> str:
    """The same program with other names, comments and numbers."""
    for old, new in (("rows", "data"), ("size", "n"), ("step", "tmp"), ("task", "exercise")):
        source = source.replace(old, new)
    return re.sub(r"#.*", "# mine", source)


def notebook(*sources: str, output: str = "") -> bytes:
    outputs = [{"output_type": "stream", "text": output}]
    cells = [{"cell_type": "code", "source": source, "outputs": outputs} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def test_independent_programs_are_not_similar() -> None:
    """A class without copies has no groups."""
    assert compare(submitted_code("amina", AMINA)) == ComparedCode()


def test_renamed_variables_are_found() -> None:
    """Other names, comments and numbers change nothing: all the code of both is the same."""
    found = compare(submitted_code("amina", AMINA), submitted_code("bruno", renamed(AMINA)))

    assert pairs(found) == [("same-code", ("amina", "bruno"))]
    (link,) = links(found)
    assert link.code is not None
    assert link.similarity == 1.0
    assert link.code.own_tokens == (link.code.tokens, link.code.tokens)
    assert [source.student for source in found.sources] == ["amina", "bruno"]
    assert found.sources[1].pieces[0].text == renamed(AMINA)


def test_reordered_functions_are_found() -> None:
    """Each function is found where it went."""
    parts = [function(seed) for seed in range(1, 7)]
    one, other = "\n".join(parts), "\n".join([*parts[3:], *parts[:3]])
    (link,) = links(compare(submitted_code("amina", one), submitted_code("bruno", other)))

    assert link.code is not None
    assert link.similarity is not None
    assert link.similarity > 0.95
    height = len(parts[0].split("\n"))
    first = [(region.first.start, region.second.start) for region in link.code.regions]
    assert (0, 3 * height) in first
    assert any(one >= 3 * height - 1 and other <= 1 for one, other in first)


def test_part_of_a_larger_program_is_found() -> None:
    """The larger share of both counts: a copy is found in whatever was written around it."""
    found = compare(
        submitted_code("amina", AMINA), submitted_code("bruno", f"{program(2, 30)}\n{AMINA}")
    )

    assert pairs(found) == [("same-code", ("amina", "bruno"))]
    (link,) = links(found)
    assert link.code is not None
    assert link.code.own_tokens[1] > 4 * link.code.tokens


def test_outputs_of_notebooks_are_ignored() -> None:
    """The same cells are the same code, whatever was printed below them, and in a script as well."""
    cells = [function(seed) for seed in range(1, 7)]
    found = compare(
        submitted_code("amina", notebook(*cells, output="0.97"), name="a.ipynb"),
        submitted_code("bruno", notebook(*cells, output="0.11" * 900), name="b.ipynb"),
        submitted_code("chloe", "\n".join(cells)),
    )

    assert [link.similarity for link in links(found)] == [1.0, 1.0]


def test_short_code_is_no_pair() -> None:
    """The same few lines are written by many: less than 100 tokens in common say nothing."""
    found = compare(*(submitted_code(name, program(1, functions=1)) for name in ("amina", "bruno")))

    assert found.groups == ()


def test_less_than_half_in_common_is_no_pair() -> None:
    """Of neither of both."""
    own = [submitted_code(name, f"{program(1, 4)}\n{program(seed, 6)}") for seed, name in
           ((2, "amina"), (3, "bruno"))]  # fmt: skip

    assert compare(*own).groups == ()


@pytest.mark.parametrize("change", [str, renamed])
def test_what_was_handed_out_is_removed(change: Callable[[str], str]) -> None:
    """A skeleton that both filled in is nobody's code, however they renamed it; what they share besides is."""
    skeleton = program(9, functions=12)
    amina = submitted_code("amina", f"{skeleton}\n{program(2, 4)}")
    bruno = submitted_code("bruno", change(f"{skeleton}\n{program(3, 4)}"))
    copied = submitted_code("chloe", f"{skeleton}\n{renamed(program(2, 4))}")
    starter = handed_out(skeleton)

    assert len(pairs(compare(amina, bruno, copied))) == 2
    found = compare(amina, bruno, copied, starters=(starter,))
    assert pairs(found) == [("same-code", ("amina", "chloe"))]
    (link,) = links(found)
    assert link.code is not None
    assert link.code.regions[0].first.start >= skeleton.count("\n")
    (shown, _) = found.sources
    assert shown.handed_out[0] == LineRange(start=0, stop=function(1).count("\n"))
    assert shown.handed_out[-1].stop == skeleton.count("\n")


def test_a_notebook_that_was_handed_out_is_removed() -> None:
    """It is compared by its code cells, too."""
    cells = [function(seed) for seed in range(1, 9)]
    starter = handed_out(notebook(*cells).decode(), name="start.ipynb")
    found = compare(
        *(submitted_code(name, "\n".join(cells)) for name in ("amina", "bruno")),
        starters=(starter,),
    )

    assert found.groups == ()


def test_what_most_of_the_class_has_is_removed() -> None:
    """Code of more than half of at least five different submissions pairs nobody; that of fewer does."""
    shared = program(9)
    filled = [submitted_code(f"s{seed}", f"{shared}\n{program(seed, 2)}") for seed in range(2, 7)]

    assert compare(*filled).groups == ()
    assert len(pairs(compare(*filled[:3]))) == 2
    assert len(pairs(compare_code(ARTEFACT, filled[:4]))) == 3


def test_equal_submissions_count_once_for_what_is_common() -> None:
    """Copies of one program do not make it common."""
    copies = [submitted_code(f"s{number}", AMINA) for number in range(6)]

    assert len(pairs(compare(*copies))) == 5


def test_one_file_twice_is_exact() -> None:
    """All who handed in the same file are one link, and a renamed copy of it is linked to one of them."""
    found = compare(
        submitted_code("amina", AMINA, file="same"),
        submitted_code("bruno", AMINA, file="same"),
        submitted_code("chloe", renamed(AMINA)),
    )

    assert pairs(found) == [
        ("exact", ("amina", "bruno")),
        ("same-code", ("amina", "chloe")),
    ]
    assert found.groups[0].students == ("amina", "bruno", "chloe")


def test_the_file_that_was_handed_out_is_listed_as_that() -> None:
    """Whoever hands in nothing else is no pair."""
    starter = handed_out(AMINA, file="same")
    found = compare(
        *(submitted_code(name, AMINA, file="same") for name in ("amina", "bruno")),
        starters=(starter,),
    )

    assert found.groups == ()
    assert [(origin.student, origin.baseline, origin.kind) for origin in found.origins] == [
        ("amina", "start.py", "exact"),
        ("bruno", "start.py", "exact"),
    ]


def test_submissions_of_one_person_are_no_pair() -> None:
    """As far as the roster knows."""
    found = compare(
        submitted_code("amina", AMINA, person="a@b.c"),
        submitted_code("amina2", renamed(AMINA), person="a@b.c"),
        submitted_code("amina3", AMINA, person="a@b.c", file="amina"),
    )

    assert found.groups == ()


def test_code_is_compared_from_stored_evidence() -> None:
    """With the rest of the class: no submitted byte is read again."""
    sources = {f"s{seed}": program(seed) for seed in range(5)}
    found = compare_class(
        lab(threshold()), code_evidence({**sources, "copy": renamed(sources["s1"])})
    )

    (group,) = found.similarities.groups
    assert (group.artefact, group.students) == (ARTEFACT, ("s1", "copy"))
    assert found.similarities.names_code
    assert found.similarities.basis == found.similar_code.basis != ""
    assert [source.student for source in found.similar_code.sources] == ["s1", "copy"]
