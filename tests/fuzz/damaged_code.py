"""Small programs and the damage done to them; a damaged one is made again from its number."""

from __future__ import annotations

import ast
import copy
import io
import json
import random
import tokenize
import zipfile
from collections.abc import Callable
from typing import Any

_BEGIN = """\
import numpy as np
import keras
from keras import layers
rows = np.random.default_rng(3)
x, y = rows.random((64, 5)), rows.integers(0, 3, 64)
"""

#: Programs in the manner of a lab: each is a list of cells, joined where a script is made.
PROGRAMS: tuple[tuple[str, ...], ...] = (
    (
        _BEGIN,
        ("def build(units, rate=0.1):\n    model = keras.Sequential([layers.Input((5,)), layers.Dense(units, 'relu'),"
        " layers.Dense(3, 'softmax')])\n    model.compile(keras.optimizers.SGD(rate),"
        " 'sparse_categorical_crossentropy', metrics=['accuracy'])\n    return model\n"),
        ("kept = {}\nfor rate in (0.1, 0.01):\n    model = build(4, rate)\n"
        "    kept[rate] = model.fit(x, y, epochs=5, batch_size=16, validation_split=0.25, verbose=0)\n"),
        ("import matplotlib.pyplot as plt\nfor rate, found in kept.items():\n"
        "    plt.plot(found.history['loss'], label=f'rate {rate}')\nplt.legend()\nplt.show()\n"),
        "print('loss and accuracy', model.evaluate(x, y, verbose=0))\n",
    ),
    (
        "import tensorflow as tf\nimport numpy as np\n",
        "w = tf.Variable(np.ones((3, 1)), dtype=tf.float32)\nx = tf.constant(np.eye(3), dtype=tf.float32)\n",
        ("for step in range(4):\n    with tf.GradientTape() as tape:\n        loss = tf.reduce_sum((x @ w) ** 2)\n"
        "    gradient = tape.gradient(loss, w)\n    w.assign_sub(0.1 * gradient)\n    print(step, float(loss))\n"),
    ),
    (
        ("from math import exp\nclass Neuron:\n    def __init__(self, weight):\n        self.weight = weight\n"
        "    def __call__(self, value):\n        return 1 / (1 + exp(-self.weight * value))\n"),
        "neurons = [Neuron(k / 3) for k in range(6)]\n",
        ("total = 0\nfor neuron in neurons:\n    if neuron.weight > 1:\n        continue\n    total += neuron(2)\n"
        "else:\n    print('done', total)\n"),
        ("try:\n    with open('results.txt', 'w') as file:\n        file.write(str(total))\n"
        "except OSError as error:\n    print(error)\nfinally:\n    print(open('results.txt').read())\n"),
        "%matplotlib inline\n!pip install something\nresult = [n.weight ** 2 for n in neurons if n.weight]\nresult\n",
    ),
    (
        "from sklearn.model_selection import train_test_split\nimport pandas as pd\nimport numpy as np\n",
        ("table = pd.DataFrame({'a': range(30), 'b': np.linspace(0, 1, 30)})\n"
        "left, right = train_test_split(table, test_size=0.3, random_state=1)\nprint(left.describe())\n"),
        ("def accuracy(found, wanted):\n    '''The share that is right.'''\n    return np.mean(found == wanted)\n"
        "print(accuracy(right.a > 10, right.b > 0.4))\n"),
    ),
)  # fmt: skip

#: Statements that no lab asks for.
_ODD = (
    "print('\\ud800', '\\0', 'x' * 100_000)", "raise BaseException('odd')", "exit(3)", "while True: pass",
    "def f(n): return f(n + 1)\nf(0)", "value = bytearray(10 ** 13)", "sys.stdout.close()", "import os; os._exit(4)",
    "globals().clear()", "raise type('E', (Exception,), {'__str__': lambda s: 1 / 0})", "del print, range, len",
    "open('/etc/passwd').read()", "input('how many? ')", "import turtle, nowhere", "yield 1", "return", "await x",
    "model.fit(x, y, epochs=10 ** 40)", "model.fit(None)", "nonlocal x", "x = " + "9" * 6_000, "y = 10 ** 10 ** 5",
    "raise KeyboardInterrupt", "import ctypes; ctypes.string_at(0)", "print(*range(10 ** 6))", "__builtins__ = None",
    "lambda: (yield)", "x: int = y: str", "from __future__ import braces", "import sys; sys.setrecursionlimit(5)",
    "os.chdir('..'); open('lost', 'w')", "import threading; threading.Thread(target=print).start()", "1 / 0", "[][1]",
)  # fmt: skip

#: What stands in a notebook in place of what belongs there.
_WRONG: tuple[Any, ...] = (
    None, 0, -1, 10**400, 1.5, True, "", "text", [], {}, [[]], [None], [1, "x = 1"], {"source": "x = 1"}, "\ud800",
    "x = 1\0", {"a": {"b": [{}]}}, [["x = 1"]], "e" * 100_000,
)  # fmt: skip


def damaged(number: int) -> tuple[str, bytes]:
    """The name and the bytes of a damaged script or notebook."""
    rng = random.Random(f"code-{number}")  # noqa: S311  (no secret)
    cells = list(rng.choice(PROGRAMS))
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        rng.choice(_TEXT)(cells, rng)
    if rng.random() < 0.45:
        name, data = "lab.py", "".join(cells).encode("utf-8", "surrogatepass")
    else:
        book = _notebook(cells)
        for _ in range(rng.choice((0, 0, 1, 2))):
            rng.choice(_STRUCTURE)(book, rng)
        name, data = "lab.ipynb", json.dumps(book, indent=rng.choice((None, 1))).encode()
    for _ in range(rng.choice((0, 0, 1))):
        data = rng.choice(_BYTES)(data, rng)
    return name, data


def _notebook(cells: list[str]) -> dict[str, Any]:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["Epoch 1/2\n", "loss: 0.5\n"]},
        {"output_type": "display_data", "data": {"text/plain": "<Figure>", "image/png": "iVBORw0KGgo="}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]},
    ]  # fmt: skip
    made = [
        {
            "cell_type": "code",
            "execution_count": number,
            "metadata": {},
            "source": cell.splitlines(keepends=True),
            "outputs": outputs[:number],
        }
        for number, cell in enumerate(cells)
    ]
    text = {"cell_type": "markdown", "metadata": {}, "source": ["# About\n"]}
    return {"cells": [text, *made], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _shuffle(cells: list[str], rng: random.Random) -> None:
    statements = []
    for cell in cells:
        try:
            statements += [ast.unparse(statement) + "\n" for statement in ast.parse(cell).body]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            statements.append(cell)
    rng.shuffle(statements)
    cells[:] = statements


def _tokens(cells: list[str], rng: random.Random) -> None:
    """Delete or double some tokens."""
    place = rng.randrange(len(cells))
    try:
        found = list(tokenize.generate_tokens(io.StringIO(cells[place]).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for _ in range(rng.randint(1, 6)):
        chosen = rng.randrange(len(found))
        found[chosen : chosen + 1] = rng.choice(([], [found[chosen]] * 2))
        if not found:
            return
    cells[place] = " ".join(token.string for token in found)


def _odd(cells: list[str], rng: random.Random) -> None:
    cells.insert(rng.randint(0, len(cells)), rng.choice(_ODD) + "\n")


def _inside(cells: list[str], rng: random.Random) -> None:
    """An odd statement in the middle of a block."""
    place = rng.randrange(len(cells))
    lines = cells[place].splitlines(keepends=True)
    at = rng.randint(0, len(lines))
    indent = lines[at - 1][: len(lines[at - 1]) - len(lines[at - 1].lstrip())] if at else ""
    lines[at:at] = [f"{indent}{line}\n" for line in rng.choice(_ODD).splitlines()]
    cells[place] = "".join(lines)


def _nested(cells: list[str], rng: random.Random) -> None:
    depth = rng.choice((90, 150, 1_000, 60_000))
    cells.append(
        rng.choice(
            (
                "x = " + "(" * depth + "1" + ")" * depth,
                "x = " + "[" * depth + "]" * depth,
                "x = " + "-" * depth + "1",
                "x = " + "+".join(["1"] * depth),
                "".join(" " * k + "if 1:\n" for k in range(min(depth, 1_000))),
                "x = " + "a." * depth + "b",
                "x = f" + "(1)" * depth,
                "x = '''" * (depth % 7),
                "f = " + "lambda: " * depth + "1",
                "\n".join("for k in range(1):\n" + " " * 4 for _ in range(depth % 99)),
            )
        )
        + "\n"
    )


def _tabs(cells: list[str], rng: random.Random) -> None:
    place = rng.randrange(len(cells))
    lines = cells[place].split("\n")
    cells[place] = "\n".join(
        line.replace("    ", rng.choice(("\t", "  ", "        ", "\f", "\u00a0")), 1)
        for line in lines
    )


def _python_2(cells: list[str], rng: random.Random) -> None:
    cells.insert(
        rng.randint(0, len(cells)),
        rng.choice(
            (
                "print 'a', 1\n", "try:\n    f()\nexcept E, e:\n    print e\n", "print >>file, `x`\n", "x = 0777L\n",
                "exec 'x = 1'\n", "if a <> b: pass\n", "raise E, 'text'\n", "from itertools import izip, xrange\n",
            )
        ),
    )  # fmt: skip


def _loose_end(cells: list[str], rng: random.Random) -> None:
    place = rng.randrange(len(cells))
    cells[place] = cells[place][: rng.randrange(max(1, len(cells[place])))]


def _text_in_code(cells: list[str], rng: random.Random) -> None:
    cells.insert(
        rng.randint(0, len(cells)),
        rng.choice(
            ("Here it works ✓ “well”\n", "x = ٣ + Ⅷ\n", "é² = 1\n", "# \u202e hidden\n", "\u2028", "\x0c\n")
        ),
    )  # fmt: skip


def _wrong_cells(book: dict[str, Any], rng: random.Random) -> None:
    book["cells"] = rng.choice(_WRONG)


def _wrong_part(book: dict[str, Any], rng: random.Random) -> None:
    """Something else in place of a part of a cell."""
    cells = book.get("cells")
    if not isinstance(cells, list) or not cells:
        return
    place = rng.randrange(len(cells))
    if not isinstance(cells[place], dict) or rng.random() < 0.2:
        cells[place] = rng.choice(_WRONG)
        return
    part = rng.choice(("source", "outputs", "cell_type", "execution_count", "metadata"))
    if rng.random() < 0.2:
        cells[place].pop(part, None)
    else:
        cells[place][part] = copy.deepcopy(rng.choice(_WRONG))


def _wrong_output(book: dict[str, Any], rng: random.Random) -> None:
    """Something else in place of a part of an output."""
    cells = book.get("cells")
    places: list[Any] = (
        [cell.get("outputs") for cell in cells if isinstance(cell, dict)]
        if isinstance(cells, list)
        else []
    )
    found = [
        item
        for outputs in places
        if isinstance(outputs, list)
        for item in outputs
        if isinstance(item, dict)
    ]
    if found:
        output = rng.choice(found)
        output[rng.choice((*output, "data", "text", "output_type"))] = copy.deepcopy(
            rng.choice(_WRONG)
        )


def _wrong_top(book: dict[str, Any], rng: random.Random) -> None:
    if rng.random() < 0.3:
        cells = book.pop("cells", [])
        book |= {
            "nbformat": 3,
            "worksheets": rng.choice(([{"cells": cells}], [cells], cells, None, [None])),
        }
    else:
        book[rng.choice(("nbformat", "nbformat_minor", "metadata", "worksheets"))] = rng.choice(
            _WRONG
        )


def _many(book: dict[str, Any], rng: random.Random) -> None:
    cells = book.get("cells")
    if isinstance(cells, list):
        book["cells"] = cells * rng.choice((3, 100))


def _truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _bad_bytes(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data) + 1)
    return (
        data[:place]
        + rng.choice((b"\xff\xfe", b"\xc3", b"\0", b"\0" * 4_000, rng.randbytes(40)))
        + data[place:]
    )


def _recoded(data: bytes, rng: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    coding = rng.choice(("latin-1", "utf-16", "utf-32", "utf-8-sig", "utf-7", "cp037"))
    return text.encode(coding, "replace")


def _line_ends(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\r", b"\x0b", b"\r\r\n")))


def _emptied(data: bytes, rng: random.Random) -> bytes:
    return rng.choice(
        (b"", b"\n", b"{}", b"null", b"[]", b"# nothing", b'{"cells": []}', b"NaN", b'"' * 9)
    )


def _packed(data: bytes, rng: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(rng.choice(("lab.ipynb", "lab.py", "../lab.py")), data)
    return buffer.getvalue()


def _deep(data: bytes, rng: random.Random) -> bytes:
    return b'{"cells": ' + b"[" * rng.choice((100, 100_000)) + data


_Text = Callable[[list[str], random.Random], None]
_TEXT: tuple[_Text, ...] = (
    _shuffle, _tokens, _tokens, _odd, _odd, _odd, _inside, _inside, _nested, _tabs, _python_2, _loose_end,
    _text_in_code,
)  # fmt: skip
_Structure = Callable[[dict[str, Any], random.Random], None]
_STRUCTURE: tuple[_Structure, ...] = (
    _wrong_cells, _wrong_part, _wrong_part, _wrong_part, _wrong_output, _wrong_output, _wrong_top, _many,
)  # fmt: skip
_Bytes = Callable[[bytes, random.Random], bytes]
_BYTES: tuple[_Bytes, ...] = (
    _truncated, _truncated, _bad_bytes, _bad_bytes, _recoded, _line_ends, _emptied, _packed, _deep,
)  # fmt: skip
