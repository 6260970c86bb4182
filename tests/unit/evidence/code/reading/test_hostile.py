"""Sources that would take for ever, or fill the memory, if they were worked out."""

from __future__ import annotations

import time
import tracemalloc

import msgspec
import pytest

from grader.evidence.code.record import CodeReading
from tests.unit.evidence.code.reading.programs import IMPORTS, read

pytestmark = pytest.mark.slow

#: Seconds and bytes that each may take; most take a hundredth. Machines that run the tests are slow and shared.
SECONDS, MEMORY = 8, 100 * 2**20


def again(line: str, start: str = "x = 'ab'", times: int = 100) -> str:
    """A line that makes a value larger each time."""
    return f"{start}\n" + f"{line}\n" * times


def nested(head: str, depth: int, body: str = "pass") -> str:
    """Blocks within blocks."""
    lines = [" " * level + head.format(level) for level in range(depth)]
    return "\n".join([*lines, " " * depth + body])


SOURCES = {
    "parentheses": "x = " + "(" * 10_000 + ")" * 10_000,
    "brackets": "x = " + "[" * 10_000,
    "signs": "x = " + "-" * 100_000 + "1",
    "a chain of sums": "x = " + "+".join(["1"] * 50_000),
    "a chain of attributes": "x = a" + ".b" * 50_000,
    "a chain of calls": "x = a" + "()" * 50_000,
    "lambdas": "x = " + "lambda: " * 5_000 + "1",
    "branches": "if a: pass\n" + "elif a: m.fit(1)\n" * 900,
    "blocks": nested("if {}:", 95, "m.fit(1)"),
    "too many blocks": nested("if {}:", 1_000),
    "a huge list": f"x = [{', '.join(map(str, range(300_000)))}]",
    "a long list": f"x = [{', '.join(['[1, 2]'] * 30_000)}]\ny = np.array(x)\nz = str(x)",
    "a long line": "x = '" + "a" * 5_000_000 + "'",
    "many statements": "x = 1;" * 200_000,
    "blanks": "\t" * 1_000_000 + "x\n" + " " * 100_000 + "x",
    "magics": "%time " + "-a 1 " * 20_000 + "\n" + "a, " * 30_000 + "\nprint " + "\n" * 30_000 + "(",
    "broken statements": "x = = 1\n" * 20_000,
    "comments": "# m.fit(\n\n" * 10_000,
    "an endless loop": "while True:\n    x = 1",
    "an endless loop that counts": "x = 0\nwhile x < 10 ** 10:\n    x += 1",
    "an endless loop that builds": "parts = []\nwhile True:\n    parts.append(Dense(3))",
    "an endless loop that trains": "m = Sequential()\nfor i in range(10 ** 9):\n    m.add(Dense(3))\n    m.fit(i)",
    "loops within loops": nested("for x{} in range(1000):", 18, "m.fit(x, epochs=x1)"),
    "heavy loops": "for a in range(1000):\n    for b in range(1000):\n        x = a * b + a\n" * 500,
    "repetition": "x = [0] * 10 ** 10\ny = 10 ** 10 * (1,)\nz = b'a' * 10 ** 10\nw = 'x' * 10 ** 9",
    "doubled text": again("x = x + x"),
    "doubled text in place": again("x += x"),
    "doubled text in a loop": "x = 'a'\nfor i in range(1000):\n    x = x + x",
    "doubled by an f-string": again("x = f'{x}{x}'"),
    "doubled by a template": again("x = '%s%s' % (x, x)"),
    "doubled by format": again("x = '{0}{0}'.format(x)"),
    "doubled by join": again("x = x.join([x, x])"),
    "doubled by replace": again("x = x.replace('a', x)"),
    "doubled lists": again("x = x + x", "x = [1]") + again("x += x", "x = [1]") + again("x.extend(x)", "x = [1]"),
    "doubled lists by stars": again("x = [*x, *x]", "x = [1]"),
    "doubled tuples": again("x = x + x", "x = (1,)"),
    "shared lists": again("x = [x, x]", "x = [1]") + "y = str(x)\nz = x == x\nnp.array(x)\nx in [x]\nx.sort()",
    "shared tuples": again("x = (x, x)", "x = (1,)") + "d = {x: 1}\nd[x] = 2\nd.get(x)\nd.setdefault(x, 1)",
    "equal tuples": again("x, y = (x, x), (y, y)", "x = y = (1,)") + "z = x == y\nx is y\nx in [y]",
    "shared dictionaries": again("x = {1: x, 2: x}", "x = 1") + "str(x)\nsorted(x)\nx == x",
    "a list in itself": "x = []\nx.append(x)\nstr(x)\nx == x\n"
    "Sequential(x)\nm = Sequential()\nm.compile(x, x)\nm.fit(x)",
    "numbers": again("x = x * x", "x = 3") + "y = str(x)",
    "shifted numbers": again("x = x << 60", "x = 10 ** 60", 1_000),
    "a number of many digits": "x = int('9' * 10 ** 6)\ny = int('9' * 4000)\ny = y * y\nround(3, -10 ** 9)",
    "powers": "x = 2 ** 10 ** 9\ny = 1 << 10 ** 10\nz = pow(10, 10 ** 10)\nx = 2\nx **= 10 ** 9\n10 ** 10 ** 10",
    "products": "import math\nmath.prod([10 ** 60] * 9000)\nmath.prod(range(1, 10 ** 9))\nmath.factorial(10 ** 9)",
    "a wide field": "w = 10 ** 9\nx = f'{1:1000000000}'\ny = f'{1:{w}}'\nz = f'{1.0:.999999999f}'",
    "a wide template": "x = '%1000000000d' % 1\ny = '%*d' % (10 ** 9, 1)\n"
    "z = b'%999999999d' % 1\nt = '%999999999d'\nt %= 1",
    "a wide format": "x = '{:1000000000}'.format(1)\ny = '{:{w}}'.format(1, w=10 ** 9)\nz = format(1, '1000000000')",
    "many fields": "x = 'a' * 90000\ny = ('%s' * 40000) % ((x,) * 40000)\nz = ('{0}' * 30000).format(x)",
    "padded text": "x = 'a'.ljust(10 ** 9)\ny = '1'.zfill(10 ** 9)\n"
    "z = 'a'.center(10 ** 9)\n'\\t'.expandtabs(10 ** 9)",
    "replaced text": "x = 'a' * 100000\ny = x.replace('a', x)\nz = x.replace('', x)\nw = x.join(x)",
    "split text": "x = 'a,' * 50000\nl = []\nfor i in range(30000):\n    l.append(x.split(','))\n    Dense(3)",
    "long ranges": "x = range(10 ** 12)\nlist(x)\nsum(x)\n"
    "sorted(x)\nset(x)\ntuple(x)\nmax(x)\nstr(x)\n[*x]\nf(*x)\na, *b = x",
    "long ranges elsewhere": "x = range(1, 10 ** 9)\nall(x)\nnp.array(x)\n"
    "np.mean(x)\n1.5 in x\nx.index(1.5)\n{}.update(x)\n''.join(x)",
    "longer ranges": "x = range(10 ** 30)\nlen(x)\nfor i in x: pass\n"
    "list(x)\nx == x\nSequential(x)\nm.fit(x, epochs=x)",
    "zipped ranges": "import itertools\nzip(range(10 ** 12))\n"
    "enumerate(range(10 ** 12))\nitertools.product([1, 2], repeat=10 ** 9)",
    "comprehensions": "x = [i for i in range(10 ** 9)]\n"
    "y = [[j for j in range(1000)] for i in range(1000) for k in range(1000)]",
    "comprehensions that keep nothing": "x = [0 for a in range(9000) for b in range(9000) if a < 0]",
    "nested maps": "x = map(lambda a: list(map(lambda b: list(map(str, range(1000))), range(1000))), range(1000))",
    "lists of lists": "x = [list(range(10000)) for i in range(2000)]\n"
    "y = ['a' * 90000 + str(i) for i in range(2000)]",
    "sorted again and again": "x = list(range(10000))\n"
    "y = [sorted(x) for i in range(2000)]\nz = [x == x for i in range(2000)]",
    "large arrays": "np.zeros(10 ** 12)\nnp.ones((10 ** 6, 10 ** 6))\n"
    "np.full(np.int64(10 ** 11), 1)\nnp.arange(10 ** 12)\nnp.eye(10 ** 6)",
    "large sequences": "np.arange(0, 1, 1e-12)\nnp.linspace(0, 1, 10 ** 12)\n"
    "np.logspace(0, 1, num=10 ** 12)\nnp.arange(stop=10 ** 11)",
    "repeated arrays": "x = np.zeros(9000)\nnp.tile(x, (9000, 9000))\n"
    "np.repeat(x, np.int64(10 ** 6))\nnp.repeat(x, [10 ** 6] * 9000)",
    "broadcast arrays": "x = np.ones((1, 9000))\nx * x.T\nx == x.T\n"
    "np.add(x, x.T)\nnp.linspace(x, x.T)\nx.T[[0] * 9000]\nx[[0] * 9000]",
    "doubled arrays": again("x = np.concatenate([x, x])", "x = np.ones(2)"),
    "doubled by append": again("x = np.append(x, x)", "x = np.ones(2)"),
    "arrays of numbers of many digits": "x = np.array([2]) ** 10 ** 60\n"
    "np.power(10 ** 60, 10 ** 60)\nnp.array([10 ** 60]) ** 10 ** 8",
    "arrays of long texts": "x = np.array(['a' * 90000] + [''] * 9000)\n"
    "np.zeros(100, dtype='U100000000')\nnp.zeros(9).astype('V100000000')",
    "split arrays": "(x, y), _ = keras.datasets.mnist.load_data()\nnp.split(x, 10 ** 9)\nx.reshape([1] * 100000)",
    "recursion": "def f(n):\n    return f(n - 1) + f(n - 1)\nf(3)",
    "recursion without statements": "f = lambda n: [f(n) for i in range(100)]\nf(3)",
    "recursion of objects": "class A:\n    def __init__(self):\n        self.a, self.b = A(), A()\nA()",
    "recursion of properties": "class A:\n    @property\n    def a(self):\n        return self.a + self.a\nA().a",
    "recursion of models": "class M(Model):\n    def call(self, x):\n"
    "        self.fit(x)\n        return self(x) + self(x)\nM().fit(1)",
    "growing arguments": "def g(*a):\n    return g(*a, *a)\ng(1)",
    "functions that call two": "".join(f"def f{i}(): f{i + 1}(); f{i + 1}()\n" for i in range(28)) + "f0()",
    "functions that nothing calls": "".join(f"def f{i}():\n"
    f"    for a in range(999):\n        for b in range(999): a\n" for i in range(1_000)),
    "bases twice": "class A: pass\n" + "class A(A, A): pass\n" * 60 + "A().foo",
    "models of models": again("m = Sequential([m, m])", "m = Sequential([Dense(2, input_dim=2)])", 60) + "m.fit(1)",
    "a model in itself": "m = Sequential()\nm.add(m)\nm.add(m)\nm.fit(1)\nm.layers\nm.count_params()",
    "a graph of shared tensors": again("x = Add()([x, x])", "x = Input((3,))") + "Model(x, x).fit(1)",
    "many layers": "m = Sequential()\nfor i in range(1000):\n"
    "    m.add(Dense(i, input_dim=3))\n    m.fit(x, epochs=i)",
    "a large grid": "from sklearn.model_selection import ParameterGrid\n"
    "for p in ParameterGrid({str(i): [1, 2, 3] for i in range(30)}): pass",
    "huge layers": "n = 10 ** 50\n"
    "Sequential([Conv2D(n, n, input_shape=(n, n, n)), Dense(1e308), Dense(float('inf'))]).fit(1)",
    "huge settings": "m = Sequential()\n"
    "m.fit(1, epochs=10 ** 63 * 10 ** 63, batch_size=-1e400, validation_split=float('nan'))",
    "half a character": "m = Sequential()\nm.compile('\\ud800', '%c' % 0xd800)\n"
    "m.fit(1)\nx = '{:c}'.format(0xd800)\nm.compile(x, x)\nm.fit(2)",
}  # fmt: skip


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_no_source_takes_long_or_much_memory(source: str) -> None:
    """What is too much is left out, and what was read can be recorded."""
    started = time.process_time()
    reading = read(IMPORTS + source)

    assert time.process_time() - started < SECONDS
    assert len(msgspec.json.encode(reading)) < 5_000_000
    assert msgspec.json.decode(msgspec.json.encode(reading), type=CodeReading).files == ("lab.py",)


@pytest.mark.parametrize(
    "source",
    [
        "x = 'x' * 10 ** 9",
        again("x = x + x"),
        again("x = [*x, *x]", "x = [1]"),
        "x = f'{1:1000000000}'\ny = '%999999999d' % 1",
        "np.zeros(10 ** 9)\nx = np.ones((1, 9000))\nx * x.T",
        "x = list(range(10 ** 9))",
        "x = 'a' * 90000\nx.replace('a', x)",
    ],
)
def test_memory_stays_small(source: str) -> None:
    """The peak is counted for those that would be the largest."""
    tracemalloc.start()
    try:
        read(IMPORTS + source)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def test_what_is_left_out_is_named() -> None:
    """A statement that takes too many steps, and a file that is too long; what follows them is read."""
    reading = read(
        SOURCES["loops within loops"] + "\nfrom keras.models import Sequential\nSequential().fit(1)"
    )
    long = read("x = '" + "a" * 1_000_000 + "'")

    assert ("lab.py:1", "too-long") in {(item.where, item.what) for item in reading.problems}
    assert reading.trainings[-1].where == "lab.py:21"
    assert [item.what for item in long.problems] == ["too-long"]


def test_a_training_in_a_loop_that_is_left_out() -> None:
    """Nobody knows how often it runs, as the loop was not followed to its end."""
    rounds = nested("for x{} in range(9):", 7).replace("\n", "\n    ")
    reading = read(f"{IMPORTS}for i in range(50):\n    Sequential().fit(i)\n    {rounds}")

    assert [item.what for item in reading.problems] == ["too-long"]
    assert [item.runs for item in reading.trainings] == [None]
