"""Exercise 1 of the machine learning assignment: how depth and activation functions change gradients and scores."""

from __future__ import annotations

from typing import Any

from grader.checks import (
    CheckKind,
    ComparedModel,
    CurvesCompared,
    DepthGridDrawn,
    FunctionIs,
    GradientsTaken,
    IntervalIs,
    MarkedByPerson,
    ModelFilter,
    ModelsEvaluated,
    RangeStated,
    SetIs,
    TrainedModelsHave,
    TrainingsHave,
)
from grader.checks.code.fields import Field
from grader.records.lab import Exercise

CODE, REPORT, ANSWERS = "code", "report", "answers"

_DEPTHS = (5, 20, 40)
_ACTIVATIONS = ("relu", "tanh", "sigmoid")

#: "5 layers" may count the layer of the inputs or of the outputs.
_NEAR = 1


def _model(depth: int, **activation: Any) -> ModelFilter:
    return ModelFilter(hidden_layers=depth, near=_NEAR, **activation)


_NINE = tuple(
    _model(depth, hidden_activation=activation) for activation in _ACTIVATIONS for depth in _DEPTHS
)
_OWN, _TANH = ModelFilter(own_activation=True), ModelFilter(hidden_activation="tanh")
_UNTRAINED = tuple(
    model
    for depth in _DEPTHS
    for model in (_model(depth, own_activation=True), _model(depth, hidden_activation="tanh"))
)

_LECUN = "1.7159 tanh(2x/3) + 0.01x"
#: Its derivative lies above 0.01, which it comes near to far from 0, and is 1.7159 * 2/3 + 0.01 there.
_LECUN_RANGE = "(0.01, 1.15393]"
_DERIVATIVES = ("d_", "deriv", "grad", "prime", "diff")

#: What notebooks and reports repeat of the lab's own text.
HANDOUT = (
    "rewrite the general form of the backpropagation equations",
    "for each activation function write down the range",
    "use it to train a fully-connected neural network",
    "use the (a) relu, (b) hyperbolic tangent and (c) sigmoid",
    "compute for each layer the maximum value of the gradient",
    "organize your plots as a grid",
    "train a model using the topology given in",
    "compare the learning curves of the models using lecun",
    "write down the backpropagation equations and the gradient range",
    "plot the gradients for the choices of depth given above",
)


#: What reports call the functions, in the languages of the course.
_CALLED = {
    "relu": ("relu", "rectif"),
    "tanh": ("tanh", "hyperbolic", "υπερβολικ"),
    "sigmoid": ("sigmoid", "logistic", "σιγμοειδ", "\N{GREEK SMALL LETTER SIGMA}("),
    "lecun": ("lecun",),
}


def _range(
    check_id: str, name: str, function: str, points: float, expected: IntervalIs | SetIs
) -> RangeStated:
    return RangeStated(
        id=check_id,
        title=f"The range of the gradients of {function}",
        points=points,
        artefacts=(CODE, REPORT, ANSWERS),
        names=(name, f"range of {name}", f"{name} derivative", f"{name} range"),
        expected=expected,
        called=_CALLED[name],
        others=tuple(word for other in _CALLED if other != name for word in _CALLED[other]),
        handout=HANDOUT,
        text=f"Which values does the derivative of {function} have?",
    )


def _nine(
    check_id: str, title: str, points: float, field: Field, *accepted: str | float | bool
) -> TrainedModelsHave:
    return TrainedModelsHave(
        id=check_id,
        title=title,
        points=points,
        artefacts=(CODE,),
        models=_NINE,
        field=field,
        accepted=accepted,
    )


_THEORY: tuple[CheckKind, ...] = (
    MarkedByPerson(
        id="equations",
        title="Backpropagation for the three activation functions",
        points=5,
        artefacts=(REPORT, CODE),
        notebooks=(CODE,),
        question="Are the equations of backpropagation rewritten for ReLU, tanh and sigmoid?",
        sections=("backprop*", "backward*", "theory", "equations", "activation functions"),
    ),
    _range("relu", "relu", "ReLU", 1, SetIs(values=(0, 1))),
    _range("tanh", "tanh", "the hyperbolic tangent", 1, IntervalIs(text="(0, 1]")),
    _range("sigmoid", "sigmoid", "the sigmoid", 1, IntervalIs(text="(0, 1/4]")),
)

_DEPTH: tuple[CheckKind, ...] = (
    TrainingsHave(
        id="models",
        title="Nine models: 5, 20 and 40 hidden layers with ReLU, tanh and sigmoid",
        points=4,
        artefacts=(CODE,),
        models=_NINE,
        field="hidden_layers",
    ),
    _nine("units", "32 units in each hidden layer", 1, "units_per_layer", 32),
    _nine("softmax", "Softmax in the output layer", 1, "output_activation", "softmax"),
    _nine("optimizer", "SGD with a learning rate of 0.01", 1, "optimizer_and_rate", "SGD 0.01"),
    _nine(
        *("loss", "Categorical cross-entropy", 1, "loss"),
        *("categorical_crossentropy", "sparse_categorical_crossentropy"),
    ),
    _nine("normalised", "The images are normalised", 1, "normalised", True),
    ModelsEvaluated(
        id="scores",
        title="The test score of each of the nine models",
        points=3,
        artefacts=(CODE,),
        models=_NINE,
    ),
)

_GRADIENTS: tuple[CheckKind, ...] = (
    _nine("epochs", "Three epochs before the gradients are taken", 1, "epochs", 3),
    GradientsTaken(
        id="maxima",
        title="The largest gradient of each layer on a mini-batch",
        points=5,
        artefacts=(CODE, REPORT),
        models=_NINE,
    ),
    DepthGridDrawn(
        id="grid",
        title="A grid of plots over the layers, one for each depth",
        points=4,
        artefacts=(CODE, REPORT),
        depths=_DEPTHS,
        lines=len(_ACTIVATIONS),
    ),
)

_LECUN_STUDY: tuple[CheckKind, ...] = (
    FunctionIs(
        id="function",
        title="LeCun's activation function",
        points=3,
        artefacts=(CODE,),
        formula=_LECUN,
        at=(-3.2, -1.4, -0.55, 0.0, 0.35, 0.9, 2.6),
        called=_CALLED["lecun"],
        not_called=_DERIVATIVES,
    ),
    _range(
        *("derivative", "lecun", "LeCun's function"),
        *(1, IntervalIs(text=_LECUN_RANGE, tolerance=1e-3)),
    ),
    CurvesCompared(
        id="curves",
        title="Learning curves of LeCun's function and of tanh",
        points=3,
        artefacts=(CODE, REPORT),
        compared=(
            ComparedModel(models=_OWN, called=_CALLED["lecun"]),
            ComparedModel(models=_TANH, called=_CALLED["tanh"]),
        ),
    ),
    GradientsTaken(
        id="untrained-gradients",
        title="Gradients of untrained models at the three depths",
        points=3,
        artefacts=(CODE, REPORT),
        models=_UNTRAINED,
        trained=False,
        drawn=True,
        figures_named=("untrained", "lecun", "not trained", "before training"),
    ),
)

DEPTH_EXERCISES = (
    Exercise(
        id="1a-theory",
        title="1 A. Backpropagation and the ranges of gradients",
        points=8,
        artefacts=(CODE, REPORT, ANSWERS),
        checks=_THEORY,
    ),
    Exercise(
        id="1b-depth",
        title="1 B. Three depths and three activation functions",
        points=12,
        artefacts=(CODE,),
        checks=_DEPTH,
    ),
    Exercise(
        id="1c-gradients",
        title="1 C. The largest gradients layer by layer",
        points=10,
        artefacts=(CODE, REPORT),
        checks=_GRADIENTS,
    ),
    Exercise(
        id="1d-lecun",
        title="1 D. LeCun's activation function",
        points=10,
        artefacts=(CODE, REPORT, ANSWERS),
        checks=_LECUN_STUDY,
    ),
)
