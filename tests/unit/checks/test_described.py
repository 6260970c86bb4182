"""What students say of their model, typed or in their own words, and how work is handed in."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import (
    CheckContext,
    CheckKind,
    ComparedWith,
    DescribedModel,
    DescriptionAgrees,
    FormulaIs,
    FormulaStated,
    FrontPageComplete,
    ModelDescribed,
    ModelFilter,
)
from grader.checks.described.words import layer_counts, losses_in, whole_numbers
from grader.evidence.answers.record import Answer, Answers, AnswersNeed
from grader.evidence.code.record import (
    CodeNeed,
    NotebookCell,
    NotebookRead,
    SavedOutput,
    SavedSummary,
)
from grader.evidence.code.run_record import CodeRunNeed
from grader.evidence.report.record import Part, Place, ReportNeed, ReportReading
from grader.records.evidence import file_failure
from grader.records.result import CheckResult
from tests.code_factories import mlp, reading, training
from tests.factories import View, exercise

MODEL = DescribedModel(
    units=(64, 64, 10),
    activations=("relu", "relu", "softmax"),
    parameters=55_050,
    image=(28, 28),
    loss="categorical_crossentropy",
)
TRAINED = training(64, 64, 10, parameters=55_050)
STUDY = training(500, 300, 10, parameters=545_810)
SAID = ("code", "report", "answers")


def in_context(check: CheckKind, evidence: View, *artefacts: str) -> CheckContext:
    return CheckContext(exercise=exercise(check, artefacts=artefacts), evidence=evidence)


def notebook(*texts: str, outputs: tuple[SavedOutput, ...] = (), **more: Any) -> NotebookRead:
    cells = [
        NotebookCell(number=place, kind="text", source=text) for place, text in enumerate(texts, 1)
    ]
    code = NotebookCell(number=99, kind="code", source="x = 1", outputs=outputs, **more)
    return NotebookRead(file="lab.ipynb", cells=(*cells, code))


def judged(
    check: CheckKind,
    *texts: str,
    typed: dict[str, Any] | None = None,
    trained: Any = (TRAINED,),
    **more: Any,
) -> CheckResult:
    """Judge a check on a notebook's text cells, and typed answers where there are some."""
    answers = tuple(
        Answer(exercise="digits", name=name, value=value, where="answers.toml, line 2")
        for name, value in (typed or {}).items()
    )
    missing = file_failure("missing", "")
    evidence = View(
        {
            CodeNeed(artefact="code"): reading(*trained, notebooks=(notebook(*texts, **more),)),
            CodeRunNeed(artefact="code"): missing,
            ReportNeed(artefact="report"): missing,
            AnswersNeed(artefact="answers"): Answers(
                file="answers.toml", format="toml", answers=answers
            )
            if answers
            else missing,
        }
    )
    return check.judge(in_context(check, evidence, *SAID))


def described(aspect: Any) -> ModelDescribed:
    return ModelDescribed(id="a", title="A", points=3, aspect=aspect, model=MODEL)


@pytest.mark.parametrize(
    ("aspect", "text"),
    [
        ("layers", "There are 4 layers in the network."),
        ("layers", "2 hidden, 1 input, 1 output. Generally referred to as a 3-layer NN"),
        ("layers", "The network has three layers in total."),
        ("neurons", "The hidden layers have 64 neurons each, the output layer has 10."),
        ("neurons", "`Flatten: 1x784 -> Dense: 1x64 (64 Neurons) -> Dense: 1x10 (10 Neurons)`"),
        ("activations", "The hidden layers use the Rectified Linear Unit, the last one Softmax."),
        ("parameters", "How many? \\\\\n55050 (`model.count_params()`)"),
        ("parameters", "The total number of parameters is 55 050."),
        ("sizes", "Each image has 28x28 pixels, and there are ten digits at the output."),
        ("sizes", "The input layer has 784 neurons and the output layer has 10."),
        ("loss", "The loss is called Categorical Cross Entropy."),
        ("loss", "We use `categorical_crossentropy`."),
    ],
)
def test_words_of_ones_own_are_answers(aspect: str, text: str) -> None:
    """What is answered in a text cell counts, however it is written, and is quoted."""
    result = judged(described(aspect), text)

    assert result.status == "passed"
    assert result.feedback[0].key == "described.right"


@pytest.mark.parametrize(
    ("aspect", "text"),
    [
        ("layers", "The network has 7 layers."),
        ("layers", "How many layers does the network have, 3 layers or 4 layers?"),
        ("neurons", "Each layer has 32 neurons, for 10 epochs."),
        ("activations", "All layers use the sigmoid."),
        ("parameters", "There are 50,240 parameters."),
        ("sizes", "The input layer takes 100 numbers."),
        ("loss", "The loss is binary cross-entropy."),
        ("loss", "keras.losses(\n    loss=categorical_crossentropy,"),
    ],
)
def test_wrong_answers_and_questions_are_none(aspect: str, text: str) -> None:
    """Wrong words fail, and neither the question nor code is taken for an answer."""
    assert judged(described(aspect), text).status == "failed"


@pytest.mark.parametrize(
    ("aspect", "right", "wrong"),
    [
        ("layers", {"layers": 4}, {"layers": 5}),
        ("neurons", {"neurons": (784, 64, 64, 10)}, {"neurons": (64, 10)}),
        ("activations", {"activations": "ReLU, softmax"}, {"activations": ("relu", "relu", "sigmoid")}),
        ("parameters", {"parameters": "55,050"}, {"parameters": 55_000}),
        ("sizes", {"input size": "28 x 28", "output size": 10}, {"input size": 28, "output size": 10}),
        ("loss", {"loss": "cross-entropy"}, {"loss": "mse"}),
    ],
)  # fmt: skip
def test_typed_answers_decide(aspect: str, right: dict[str, Any], wrong: dict[str, Any]) -> None:
    """Where a question is answered in the file of answers, that counts and not the text."""
    text = "There are 3 layers of 64, 64 and 10 neurons with relu and softmax, 55,050 parameters, 28x28 inputs."

    assert judged(described(aspect), typed=right).status == "passed"
    assert judged(described(aspect), text, typed=wrong).status == "failed"


def test_a_network_of_ones_own_is_described_rightly_too() -> None:
    """The model that the code builds may be another one than the one handed out."""
    own = training(32, 10, parameters=25_450)

    assert (
        judged(described("parameters"), "It has 25,450 parameters.", trained=(own,)).status
        == "passed"
    )


def test_a_saved_summary_says_how_many_parameters() -> None:
    """The number in a saved `model.summary()` counts and is flagged, since no run confirms it."""
    result = judged(
        described("parameters"), "See above.", summaries=(SavedSummary(parameters=55_050),)
    )

    assert (result.status, result.flags) == ("passed", ("not-in-run",))


def agrees(*aspects: Any) -> DescriptionAgrees:
    return DescriptionAgrees(
        id="agrees",
        title="A",
        points=6,
        aspects=aspects,
        model=MODEL,
        apart=(ModelFilter(hidden_units=(500, 300)),),
    )


def test_what_is_said_is_compared_with_the_code() -> None:
    """What is true of the handed-out model, and not of the one in the code, does not agree."""
    text = "64, 64 and 10 neurons in the layers, with relu and softmax."
    relu = training(64, 64, 10, layers=mlp(64, 64, 10, output="relu"))

    assert judged(agrees("neurons", "activations"), text).status == "passed"
    assert judged(agrees("neurons", "activations"), text, trained=(relu,)).score == 3
    assert judged(agrees("neurons"), "Nothing.").status == "failed"


def test_a_network_that_was_changed_into_another_waits_for_a_person() -> None:
    """Where the code has the models of other exercises alone, a person compares."""
    result = judged(agrees("parameters"), "55,050 parameters.", trained=(STUDY,))

    assert (result.status, result.flags) == ("pending", ("needs-review",))


FORMULA = FormulaStated(
    id="formula", title="F", points=4, expected=FormulaIs(expressions=("-sum(y * log(p))",))
)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (r"$L = -\frac{1}{N} \sum_i \sum_c 1_{y_i \in C_c} \log p_{model}[y_i \in C_c]$", "passed"),
        ("L = -∑ y_i * log(p_i)", "passed"),
        ("The formula is `H(p,q)=-E_p(log q)`.", "passed"),
        ("The formula is `H(p,q) = Sum_i (p_i * log(q_i))`.", "pending"),
        ("The loss is `-1/N * sum(y*log(p) + (1-y)*log(1-p))`.", "pending"),
        ("The formula of the loss:\n\n![formula](attachment:loss.png)", "pending"),
        ("The loss measures how wrong the network is.", "failed"),
        ('<a href="x"><img src="https://host/colab-badge.svg" alt="Open In Colab"/></a>', "failed"),
        ("[![Open In Colab](https://host/colab-badge.svg)](x)", "failed"),
    ],
)
def test_formulas_in_a_text_are_told_or_left_to_a_person(text: str, status: str) -> None:
    """A formula that is read passes; one that is not certain, or is a picture, waits."""
    assert judged(FORMULA, text).status == status


def test_typed_formulas_are_compared_by_their_values() -> None:
    """A typed formula that is another one fails."""
    assert judged(FORMULA, typed={"formula": "-sum(t * ln(q))"}).status == "passed"
    assert judged(FORMULA, typed={"formula": "sum((t - q)^2)"}).status == "failed"


COMPARED = ComparedWith(
    id="compared",
    title="C",
    points=3,
    value=0.9847,
    names=("Hinton",),
    handout=("could reach a validation accuracy of",),
)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("We are 0.2 % short of Hinton.", "passed"),
        ("Our best is 98.1 %, less than 98.47 %.", "passed"),
        ("Hinton claimed this network could\nreach a validation accuracy of 0.9847.", "failed"),
        ("Our best is 0.98471234.", "failed"),
    ],
)
def test_a_comparison_is_none_where_it_repeats_the_question(text: str, status: str) -> None:
    """The lab's own sentence with the published value is no comparison."""
    assert judged(COMPARED, text).status == status


def test_numbers_and_names_are_found_in_sentences() -> None:
    """Thousands with any mark, layers without neurons, losses by their longest name."""
    assert 55_050 in whole_numbers("55,050 or 55.050")
    assert not layer_counts("a hidden layer of 64 neurons")
    assert losses_in("sparse categorical cross-entropy") == {"categorical_crossentropy"}


def test_a_front_page_without_certain_authors_waits() -> None:
    """A line that may name the authors is shown to a person; no name at all costs points."""
    check = FrontPageComplete(id="front", title="F", points=2)

    def on(text: str) -> CheckResult:
        part = Part(place=Place(), text=text)
        report = ReportReading(file="lab.ipynb", format="notebook", parts=(part,))
        evidence = View({ReportNeed(artefact="report"): report})
        return check.judge(in_context(check, evidence, "report"))

    assert on("Ada Lovelace: 15 h").status != "pending"  # the title is missing too
    titled = FrontPageComplete(id="front", title="F", points=2, required=("authors",))
    check = titled
    assert on("Ada Lovelace: 15 h").status == "pending"
    assert on("Lab 6 Neural Networks Ada Lovelace & Alan Turing").status == "pending"
    assert on("Neural Networks & Deep Learning with Keras").status == "failed"
    assert on("Neural Networks using Keras").status == "failed"
