from __future__ import annotations

import json

import pytest

from grader.evidence.code.probe.reading.work import CHARACTERS
from grader.evidence.code.probe.text import code_text
from grader.evidence.code.probe.tokens import token_lines
from grader.evidence.code.protocol import CodeTextRead
from grader.sandbox.serving import encoded_answer


def tokens(*texts: str) -> list[str]:
    return token_lines(texts)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("model = build(64)", "$ = build ( 0 )"),
        ("x_train, y = load()", "$ , $ = load ( )"),
        ("(a, b), (c, d) = load()", "( $ , $ ) , ( $ , $ ) = load ( )"),
        ("a[i] = b.c", "$ [ $ ] = b . c"),
        ("import numpy as np\nnp.zeros(3)", "import numpy as $\n$ . zeros ( 0 )"),
        ("from keras.layers import Dense", "from keras . layers import Dense"),
        ("for n in sizes: show(n)", "for $ in sizes : show ( $ )"),
        ("def f(a, *b, c=1): return a", "def $ ( $ , * $ , $ = 0 ) : return $"),
        ("def f(c=1): pass\nf(c=2)", "def $ ( $ = 0 ) : pass\n$ ( $ = 0 )"),
        ("epochs = 3\nm.fit(x, epochs=epochs)", "$ = 0\nm . fit ( x , epochs = $ )"),
        ("key=lambda row: row.size", "$ = lambda $ : $ . size"),
        ("self.width = 3\nself.width", "self . $ = 0\nself . $"),
        ("class Net:\n def run(self): pass\nNet().run()", "class $ :\ndef $ ( $ ) : pass\n$ ( ) . $ ( )"),
        ("if (n := len(a)) > 1: pass", "if ( $ := len ( a ) ) > 0 : pass"),
        ("with open('a') as f: f.read()", "with open ( ' ) as $ : $ . read ( )"),
    ],
)  # fmt: skip
def test_names_a_program_gives_itself_are_alike(text: str, found: str) -> None:
    """What may be renamed is one token; names of libraries, their methods and their arguments stay."""
    assert tokens(text) == [found]


def test_comments_texts_and_numbers_are_alike() -> None:
    """Only that there is a text or a number counts, in whatever quotes it stands; comments and docstrings do not."""
    one = tokens('def f():\n    """Says so."""\n    return g(1e-3, "a" "b")  # done')
    other = tokens("def f():\n\n    return g(7, '''c\\n''')")

    assert one == other == ["def $ ( ) :\n\nreturn g ( 0 , ' )"]


def test_tokens_stand_on_the_lines_of_the_code() -> None:
    """A text of several lines stands on its first; empty lines and magics have no tokens."""
    text = "%matplotlib inline\n!pip install keras\nx = '''a\nb\n'''\n\ny = (1,\n  2)\n"

    assert tokens(text) == ["\n\n$ = '\n\n\n\n$ = ( 0 ,\n0 )\n"]


def test_names_are_own_in_every_cell() -> None:
    """A name that one cell gives is used in the next one, and in the one before."""
    assert tokens("show(net)", "net = make()", "net.fit()") == [
        "show ( $ )", "$ = make ( )", "$ . fit ( )",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["x = (1,\nprint 'a'", "def :\n  x = = 3", "'''never closed", "$?`\x00", "\\", ""]
)
def test_what_is_no_python_is_read_on(text: str) -> None:
    """Each line has its tokens, whatever it is."""
    (found,) = tokens(text)

    assert found.count("\n") == text.count("\n")


def notebook(*sources: str, output: str = "", version: int = 4) -> bytes:
    cells = [
        {
            "cell_type": "code",
            "source": source,
            "outputs": [{"output_type": "stream", "text": output}],
        }
        for source in sources
    ]
    return json.dumps({"nbformat": version, "cells": [{"cell_type": "markdown"}, *cells]}).encode()


def test_a_notebook_is_its_code_cells() -> None:
    """Outputs, texts and empty cells count for nothing; cells are counted as in the notebook."""
    bare, run = notebook("a = 1", "", "f(a)\r\n"), notebook("a = 1", "", "f(a)", output="0.98\n")
    found = code_text({"lab.ipynb": bare})

    assert [(piece.file, piece.cell, piece.text) for piece in found.pieces] == [
        ("lab.ipynb", 2, "a = 1"),
        ("lab.ipynb", 4, "f(a)\n"),
    ]
    assert [piece.tokens for piece in code_text({"x.ipynb": run}).pieces] == ["$ = 0", "f ( $ )"]


def test_what_is_read_is_bounded() -> None:
    """Of more characters than are read, the files that no longer fit are left out."""
    long = f"x = 1  #{'-' * (CHARACTERS // 2 - 10)}"
    found = code_text({name: long.encode() for name in ("a.py", "b.py", "c.py")})

    assert [piece.file for piece in found.pieces] == ["a.py", "b.py"]


@pytest.mark.parametrize(
    "content", ["x\n" * 3_000, "#" + "\x01" * 390_000, "#" + "\U0001f600" * 390_000]
)
def test_an_answer_has_room_for_all_that_is_read(content: str) -> None:
    """Even for many cells in files of long names, and characters that take most room."""
    cells = notebook(*content.split("\n")) if "\n" in content else notebook(content)
    answer = CodeTextRead(text=code_text({f"{'n' * 250}.ipynb": cells}))

    assert answer.text.pieces
    assert len(encoded_answer(answer)) < 4 << 20
