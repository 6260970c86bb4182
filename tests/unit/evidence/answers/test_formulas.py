"""Formulas in the ways students type them, compared by what they come to."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.evidence.answers.formulas import Formula, formula_of, read_formula, variables_of
from grader.evidence.answers.formulas.tree import Call, Name, Node, Number
from grader.evidence.answers.formulas.values import FUNCTIONS, value_of
from grader.evidence.answers.record import Answer, AnswerValue

LECUN = "1.7159*tanh(2/3*x) + 0.01*x"
ENTROPY = "-sum(y*log(p))"


def formula(text: str) -> Formula:
    found = read_formula(text)
    assert found is not None, text
    return found


def is_same(text: str, expected: str, *, up_to_factor: bool = False) -> bool:
    return formula(text).is_same(formula(expected), up_to_factor=up_to_factor)


@pytest.mark.parametrize(
    "text",
    [
        LECUN,
        "1.7159 tanh(2x/3) + 0.01 x",
        "1,7159 tanh(2x/3) + 0,01 x",
        "1.7159·tanh(⅔x) + 0.01x",
        "1.7159*np.tanh(0.6667*x) + 0.01*x",
        "lambda x: 1.7159*tanh(2/3*x)+0.01*x",
        "LeCun(t) = 1.7159*tanh(2*t/3) + .01*t",
        "1.7159 tanh 2x/3 + 0.01x",
        r"1.7159\tanh\left(\frac{2}{3}x\right)+0.01x",
        r"f(x) = 1{,}7159 \cdot \tanh\left(\frac{2x}{3}\right) + 0{,}01\,x",
        r"$1.7159 \tanh \frac23 x + 0.01 x$",
        r"\(1.7159\,\mathrm{tanh}(2x/3) + x/100\)",
    ],
)
def test_one_function_in_many_notations(text: str) -> None:
    """Signs that may be left out, decimal commas, Python, LaTeX, and any name of the variable."""
    assert is_same(text, LECUN)


@pytest.mark.parametrize(
    "text",
    ["1.7159*tanh(2x/3)", "1.7159*tanh(3x/2)+0.01x", "1.7159 tanh(2x/3) - 0.01 x", "tanh(x)", "5"],
)
def test_another_function_is_not_the_same(text: str) -> None:
    """Neither is what differs in its smallest term."""
    assert not is_same(text, LECUN)


@pytest.mark.parametrize(
    "text",
    [
        "sech²(x)",
        "sech^2(x)",
        r"\operatorname{sech}^2 x",
        "1 - tanh(x)**2",
        "1−tanh²x",
        r"1-\tanh^{2}(x)",
        "1/cosh(x)^2",
        "4/(e^x+e^-x)²",
        "(1-tanhx)(1+tanhx)",
        r"\frac{d}{dx}\tanh(x) = 1 - \tanh^2 x",
    ],
)
def test_one_derivative_in_many_forms(text: str) -> None:
    """Whatever the identity it was simplified by."""
    assert is_same(text, "1 - tanh(x)**2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u03c3(x)(1-\u03c3(x))", "sigmoid(x)*(1-sigmoid(x))"),
        (r"\frac{e^{-x}}{(1+e^{-x})^2}", "sigmoid(x)*(1-sigmoid(x))"),
        ("exp(-x)/(1+exp(-x))**2", "sigmoid(x)*(1-sigmoid(x))"),
        (r"\frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}", "exp(z)/sum(exp(z))"),
        ("e^z_i / Σ_j e^z_j", "softmax(z)"),
        ("max(0,x)", "relu(x)"),
        ("aθ + b", r"a*\theta + b"),
        (r"\hat\theta²", "y^2"),
        ("θ̂²", "y^2"),
        ("2πr²", "2*pi*r**2"),
        ("log_2(x)", "log2(x)"),
        ("x(1-x)", "x - x^2"),
        ("1/2x", "x/2"),
        ("1/2x", "1/(2*x)"),
        ("3", "2+1"),
    ],
)
def test_what_notation_means(text: str, expected: str) -> None:
    """Sigma as a function, sums that normalise, and both readings of what has two."""
    assert is_same(text, expected)


@pytest.mark.parametrize(
    "text",
    [
        ENTROPY,
        r"-\sum_i y_i \log p_i",
        "-sum(y_i*log(p_i))",
        "- sum(y * log(yhat))",
        "-Σ y log(ŷ)",
        "−∑ yᵢ·log(ŷᵢ)",
        "-Σ_i=1^N y_i ln(ŷ_i)",
        "-Σylog(p)",
        r"L = -\sum_{c=1}^{M} y_{o,c}\log(p_{o,c})",
        r"H(p,q) = -\sum_{x} p(x) \log q(x)",
        r"-\sum_{i} y'_i \log(y_i)",
        r"-\sum_{i=1}^n y_i^{\text{true}} \log(y_i^{\text{pred}})",
        r"\begin{align*} l(\mathbf{y},\mathbf{\hat{y}}) &= -\sum_{j=1}^q y_j\log \hat{y}_j \end{align*}",
        "-np.sum(np.multiply(Y, np.log(A)))",
        "-tf.reduce_sum(y_true * tf.math.log(y_pred), axis=1)",
        "-sum(y_true[i]*log(y_pred[i]) for i in range(C))",
        r"\sum_i y_i \log(1/p_i)",
    ],
)
def test_sums_over_classes(text: str) -> None:
    """Variables are vectors, indices count their elements, and names differ from student to student."""
    assert is_same(text, ENTROPY)


@pytest.mark.parametrize(
    "text",
    [
        r"-\frac{1}{N}\sum_{n}\sum_{c} y_{nc} \log p_{nc}",
        r"-\frac{1}{m}\sum_{i=1}^m y^{(i)} \log(\hat{y}^{(i)})",
        r"-\sum_{i=1}^{N} y_{i,c} \cdot \log_2\left(\hat{\mathbf{y}}_{i,c}\right)",
        "-np.mean(y*np.log(p))",
        "-(1/N)*Σ(y*logp)",
    ],
)
def test_a_positive_factor_is_allowed_or_not(text: str) -> None:
    """The mean instead of the sum, and another base, only where the check says so."""
    assert is_same(text, ENTROPY, up_to_factor=True)
    assert not is_same(text, ENTROPY)


@pytest.mark.parametrize(
    "text",
    ["-y log(p)", "sum(y*log(p))", "-sum(y*log(p)+(1-y)*log(1-p))", "-log(p)", "-sum(y^N*log(p))"],
)
def test_a_factor_is_constant_and_positive(text: str) -> None:
    """A missing sum, the other sign, more terms and a power are no factors."""
    assert not is_same(text, ENTROPY, up_to_factor=True)


def test_a_sum_may_reach_over_what_is_added() -> None:
    """Binary cross-entropy is written without brackets around its two terms."""
    text = r"-\frac{1}{N}\sum_{i=1}^{N} y_i \log(p_i) + (1-y_i)\log(1-p_i)"

    assert is_same(text, "-sum(y*log(p) + (1-y)*log(1-p))", up_to_factor=True)


def test_names_may_say_which_variable_they_are() -> None:
    """Predictions and labels exchanged are another formula, once their names are known."""
    names = {"p": ("ŷ", "y_pred")}

    def holds(text: str) -> bool:
        return formula(text).is_same(formula(ENTROPY), names=names)

    assert holds(r"-\sum y \log \hat{y}")
    assert holds("-sum(t * log(q))")
    assert not holds(r"-\sum \hat{y} \log y")
    assert not holds("-sum(y_pred * log(y_true))")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "see the report",
        "x if x > 0 else 0",
        "tanh^-1(x)",
        "|x|",
        "1 000",
        "x = ",
        "(x",
        "x)",
        "max(x)",
        "exp(x, y)",
        "multiply(x)",
        "power(x, y, z)",
        "__import__('os').system('ls')",
        "x" + "(" * 60 + ")" * 60,
        "x+" * 300 + "x",
        "-" * 300 + "x",
    ],
)
def test_what_is_not_plain_is_none(text: str) -> None:
    """Text, code, two meanings of one sign, and what is too long or too deep."""
    found = read_formula(text)

    assert found is None or not found.is_same(formula("x"))


def test_answers_are_formulas() -> None:
    """A number is a constant, a list of one is that one."""

    def given(value: AnswerValue) -> Formula | None:
        return formula_of(Answer(exercise="1", name="f", value=value, where="a"))

    assert given(3) == Formula((Number(3.0),))
    assert given(("x",)) == given("x") == formula("x")
    assert given(True) is given(("x", "y")) is given(()) is None


def test_a_formula_to_compare_with_has_values() -> None:
    """Otherwise nothing could be compared: a mistake of the lab."""
    with pytest.raises(ValueError, match="no values"):
        formula("x").is_same(formula("log(-x^2)"))
    with pytest.raises(ValueError, match="variables"):
        formula("x").is_same(formula("a+b+d+f+g+h"))


_SIMPLE = st.one_of(
    st.sampled_from(["x", "y"]).map(Name),
    st.floats(0.1, 9, allow_nan=False).map(lambda value: Number(round(value, 2))),
)
_TREES = st.recursive(
    _SIMPLE,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "subtract", "multiply", "divide"]), inner, inner),
        st.tuples(st.sampled_from(["tanh", "exp", "log", "negative", "sqrt", "sigmoid"]), inner),
    ).map(lambda found: Call(found[0], tuple(found[1:]))),
    max_leaves=8,
)
_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}


def python(node: Node) -> str:
    if isinstance(node, Call):
        inner = [python(argument) for argument in node.arguments]
        if node.function in _SIGNS:
            return f"({inner[0]} {_SIGNS[node.function]} {inner[1]})"
        return f"(-{inner[0]})" if node.function == "negative" else f"{node.function}({inner[0]})"
    return str(node.value) if isinstance(node, Number) else node.name


def latex(node: Node) -> str:
    if isinstance(node, Call):
        inner = [latex(argument) for argument in node.arguments]
        match node.function:
            case "divide":
                return rf"\frac{{{inner[0]}}}{{{inner[1]}}}"
            case "multiply":
                return rf"\left({inner[0]}\right)\left({inner[1]}\right)"
            case "add" | "subtract":
                return rf"\left({inner[0]} {_SIGNS[node.function]} {inner[1]}\right)"
            case "negative":
                return rf"\left(-{inner[0]}\right)"
            case "sqrt":
                return rf"\sqrt{{{inner[0]}}}"
            case "exp":
                return rf"e^{{{inner[0]}}}"
            case "sigmoid":
                return rf"\frac{{1}}{{1+e^{{-\left({inner[0]}\right)}}}}"
        return rf"\{node.function}\left({inner[0]}\right)"
    return str(node.value).replace(".", "{,}") if isinstance(node, Number) else node.name


@settings(max_examples=150, deadline=None)
@given(tree=_TREES)
def test_what_is_written_is_what_is_read(tree: Node) -> None:
    """In Python and in LaTeX, with its own values."""
    draw = {"x": (0.5, -1.25), "y": (2.0, 0.75)}
    wanted = value_of(tree, draw)
    assume(any(math.isfinite(value) and abs(value) < 1e6 for value in wanted))

    for text in (python(tree), latex(tree)):
        readings = [value_of(reading, draw) for reading in formula(text).readings]
        assert any(
            len(found) == len(wanted)
            and all(
                (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)
                for a, b in zip(found, wanted, strict=True)
            )
            for found in readings
        ), text


_PARTS = st.lists(
    st.sampled_from(
        [*r"xyeNi0123456789+-*/^_(){}[],=.' ²ŷΣσ", r"\sum", r"\frac", "log", "tanh", "max", "sum", "1e9", "\ud800"]
    ),
    max_size=80,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(_PARTS, st.text(max_size=400)))
def test_no_text_raises(text: str) -> None:
    """Whatever is typed is a formula or none, and is compared."""
    found = read_formula(text)

    if found is not None:
        assert isinstance(found.is_same(formula(ENTROPY), up_to_factor=True), bool)
        assert all(isinstance(name, str) for name in variables_of(found.readings[0]))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_have_values_or_none(function: str) -> None:
    """No function raises, however large its arguments."""
    arguments = (
        2 if function in ("add", "subtract", "multiply", "divide", "power", "max", "min") else 1
    )
    tree = Call(function, (Name("x"),) * arguments)

    for x in (0.0, -1.0, 1e300, -1e300, math.nan):
        (value,) = value_of(tree, {"x": (x,)})
        assert not math.isinf(value)


@pytest.mark.parametrize(
    "text",
    [
        "a b c d f " * 30,
        "1/2x" * 90,
        "tanh " * 75 + "x",
        "x^" * 30 + "x",
        "\ufdfa" * 400,
        r"\hat{a" + " " * 390,
    ],
)
def test_comparing_takes_no_long_time(text: str) -> None:
    """Ways to read a text and to match its names are few."""
    begun = time.perf_counter()
    found = read_formula(text)
    assert found is None or not found.is_same(formula(ENTROPY), up_to_factor=True)

    assert time.perf_counter() - begun < 3
