"""Whatever stands in a file, reading it ends with a record."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.evidence.code.probe.reading.read import read_code
from grader.evidence.code.record import CodeReading
from tests.unit.evidence.code.reading.programs import IMPORTS, notebook

ATOMS = (
    *("x", "y", "model", "1", "0", "-3", "0.5", "'a'", "''", "None", "True", "[]", "()", "{}", "...", "10 ** 9"),
    *("np", "tf", "keras", "Dense", "Dense(3)", "Sequential()", "range(4)", "[1, 2]", "{'a': 1}", "lambda z: z"),
    *("mnist.load_data()", "np.zeros((3, 4))", "np.float64(2)", "Input((4,))", "build", "self", "len", "float('nan')"),
)  # fmt: skip
SHAPES = (
    *("({0} + {1})", "({0} * {1})", "({0} % {1})", "({0} ** {1})", "({0} == {1})", "({0} in {1})", "(not {0})"),
    *("({0} << {1})", "({0} and {1})", "{0}[{1}]", "{0}[:, {1}]", "{0}[{1}:]", "{0}({1})", "{0}(*{1})"),
    *("{0}(**{1})", "[{0} for x in {1}]", "{{{0}: {1}}}", "{{{0}, {1}}}", "f'{{{0}}}'", "({0} if {1} else x)"),
    *("{0}.fit({1}, epochs={0})", "{0}.add({1})", "{0}.compile({1}, {0})", "{0}.shape", "{0}.reshape({1})"),
    *("{0}.append({1})", "{0}.items()", "{0}.layers", "np.array({0})", "np.concatenate([{0}, {1}])"),
    *("np.transpose({0}, {1})", "zip({0}, {1})", "enumerate({0})", "sum({0})", "int({0})", "str({0})"),
    *("Model({0}, {1})", "Sequential([{0}, {1}])", "Conv2D({0}, {1})", "to_categorical({0}, {1})", "(x := {0})"),
    *("Dense({0}, kernel_regularizer=regularizers.l2({1}))", "getattr({0}, 'a')", "{0}.train_on_batch({1})"),
    *("Reshape({0})({1})", "Flatten()({0})", "concatenate([{0}, {1}])", "'%s' % {0}", "'{{}}'.format({0})"),
)  # fmt: skip
STATEMENTS = (
    *("x = {0}", "x, *y = {0}", "model = {0}", "x.a = {0}", "x[{0}] = {1}", "x += {0}", "{0}", "return {0}"),
    *("for x in {0}:\n    {1}", "while {0}:\n    x = {1}\n    break", "if {0}:\n    {1}\nelse:\n    model.fit({0})"),
    *("def build(x={0}, *y, **z):\n    return {1}",
      "class A(Model):\n    x = {0}\n    def call(self, y):\n        return {1}"),
    *("try:\n    {0}\nexcept:\n    {1}", "with {0} as x:\n    {1}", "del x", "global x", "raise {0}", "break"),
    *("from x import *", "import {0}", "@{0}\ndef f(): yield {1}", "match {0}:\n    case 1:\n        {1}"),
    *("async def f():\n    await {0}", "assert {0}, {1}", "nonlocal x", "%time {0}", "print {0}", "# model.fit({0})"),
)  # fmt: skip

expressions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.builds(str.format, st.sampled_from(SHAPES), inner, inner),
    max_leaves=6,
)
statements = st.builds(str.format, st.sampled_from(STATEMENTS), expressions, expressions)
programs = st.lists(statements, max_size=6).map("\n".join)
fragments = st.lists(
    st.one_of(statements, st.sampled_from(["\n", "    ", "(", ")", "'''", "\\", "\t", ":", "#", "%%time\n", "\0"])),
    max_size=12,
).map("".join)  # fmt: skip


def check(files: dict[str, bytes]) -> None:
    """Read files, and what is recorded of them."""
    reading = read_code(files)

    assert msgspec.json.decode(msgspec.json.encode(reading), type=CodeReading).files == tuple(files)


@settings(max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    )
)
def test_any_bytes(data: bytes) -> None:
    """As a script and as a notebook."""
    check({"a.py": data, "b.ipynb": data})


@settings(max_examples=60)
@given(st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.just("code")),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["cells", "worksheets", "cell_type", "source", "input"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_any_document(document: object) -> None:
    """JSON that looks like a notebook, more or less."""
    check({"a.ipynb": json.dumps(document).encode()})


@settings(max_examples=250)
@given(st.one_of(programs, fragments))
def test_any_program(program: str) -> None:
    """What is glued from pieces of Python, as a script and as cells."""
    check({"a.py": (IMPORTS + program).encode(), "b.ipynb": notebook(IMPORTS, program, program)})


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_cell(one: str, other: str) -> None:
    """Cells of any characters, halves of characters among them."""
    check({"a.ipynb": notebook(one, f"# m.fit(\ud800)\n{other}")})
