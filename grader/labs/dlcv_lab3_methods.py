"""The three methods of dlcv-lab3: their models in code, what reports call them, and what is asked of the report."""

from __future__ import annotations

from typing import Any

from grader.checks import CheckKind, CurvesShown, MarkedByPerson, ModelFilter, NumberReported, Topic
from grader.records.base import Record

_SINGLE_WORDS = (
    *("single neuron", "single-neuron", "one neuron", "one-neuron", "1 neuron", "simple neuron"),
    *("simple neural network", "simple network", "simple nn", "single neural network", "one unit"),
    *("single unit", "single layer", "single-layer", "single perceptron", "simple perceptron"),
    *("neurone unique", "un neurone", "un seul neurone", "neurone simple", "réseau simple"),
)
_HIDDEN_WORDS = (
    *("hidden layer*", "hidden-layer*", "one-hidden-layer", "couche cachée", "couches cachées"),
    *("64 units", "64 neurons", "64 neurones"),
)
_MULTICLASS_WORDS = (
    *("multiclass", "multi-class", "multi class", "multi-classes", "multi-classe", "multiclasse*"),
    *("ten classes", "10 classes", "dix classes", "multi neural network"),
)
#: What texts say of the dataset and of outputs, too: they name a method in a heading alone.
_MULTICLASS_HEADINGS = (
    *("ten digits", "10 digits", "all digits", "all the digits", "dix chiffres", "10 chiffres"),
    *("softmax", "categorical", "categorical classification"),
)
_MLP = ("mlp", "multilayer perceptron", "multi-layer perceptron", "perceptron multicouche*")
_BINARY = ("binary classification", "binary classifier", "classification binaire")
_EARLIER_LAB = ("from scratch", "from-scratch", "numpy")


class Method(Record, frozen=True, kw_only=True):
    """One of the methods that the lab compares."""

    name: str
    """As titles call it: ``the single neuron``."""
    models: ModelFilter
    topic: Topic


SINGLE_NEURON = Method(
    name="the single neuron",
    models=ModelFilter(outputs=1, hidden_layers=0, changed_into=ModelFilter(outputs=1)),
    topic=Topic(
        words=_SINGLE_WORDS,
        headings=(*_BINARY, "logistic regression", "régression logistique"),
        number=1,
        others=(*_HIDDEN_WORDS, *_MLP),
        apart=(*_EARLIER_LAB, *_MULTICLASS_WORDS),
    ),
)
HIDDEN_LAYER = Method(
    name="the hidden layer",
    models=ModelFilter(outputs=1, hidden_layers=1),
    topic=Topic(
        words=_HIDDEN_WORDS,
        headings=_MLP,
        number=2,
        others=_SINGLE_WORDS,
        apart=(*_EARLIER_LAB, *_MULTICLASS_WORDS),
    ),
)
MULTICLASS = Method(
    name="ten classes",
    models=ModelFilter(outputs=10),
    topic=Topic(
        words=_MULTICLASS_WORDS,
        headings=_MULTICLASS_HEADINGS,
        number=3,
        others=(*_SINGLE_WORDS, *_BINARY),
        apart=_EARLIER_LAB,
    ),
)


def report_checks(slug: str, method: Method, discussion: float) -> tuple[CheckKind, ...]:
    """The checks on what the report says of one method.

    Args:
        slug: The method in ids of checks.
        method: Which.
        discussion: Points that a person gives for discussing its accuracy.
    """
    about: dict[str, Any] = {
        "artefacts": ("report", "programs"),
        "topic": method.topic,
        "models": method.models,
    }
    return (
        NumberReported(
            id=f"loss-at-100-{slug}",
            title=f"The loss after 100 epochs: {method.name}",
            points=2,
            quantity="loss",
            epochs=100,
            **about,
        ),
        CurvesShown(
            id=f"loss-plot-{slug}",
            title=f"A plot of the loss over the epochs: {method.name}",
            points=2,
            **about,
        ),
        NumberReported(
            id=f"accuracy-{slug}",
            title=f"The accuracy: {method.name}",
            points=2,
            quantity="accuracy",
            **about,
        ),
        MarkedByPerson(
            id=f"discussion-{slug}",
            title=f"The accuracy is discussed: {method.name}",
            points=discussion,
            artefacts=("report",),
            question=f"Is the accuracy of {method.name} discussed, with the settings that were tried?",
            sections=(*method.topic.words, *method.topic.headings),
        ),
    )
