"""What a lab asks about a model, and whether answers and sentences say it rightly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from grader.checks.answers.given import GivenAnswers
from grader.checks.described.described_model import DescribedModel
from grader.checks.described.words import (
    is_loss,
    layer_counts,
    losses_in,
    products,
    unit_chains,
    unit_counts,
    whole_numbers,
)
from grader.checks.text.names import activations_in
from grader.checks.text.prose import Sentence
from grader.evidence.answers.choices import items_of
from grader.evidence.answers.numbers import count_of, is_number
from grader.evidence.answers.record import Answer
from grader.evidence.answers.words import value_text
from grader.records.message import Name, Value
from grader.records.question import AnswerForm

Aspect = Literal["layers", "neurons", "activations", "parameters", "sizes", "loss"]

_NEURONS = re.compile(r"neuron|unit|node|dense|layer|perceptron|output|input|dimension|class|digit")


#: Parameters by their names.
_PARAMETERS = re.compile(r"param|weight|bias|poids|train\w*able|total|summary")


@dataclass(frozen=True)
class Asked:
    """A question about a model."""

    names: tuple[str, ...]
    """What it may be called in a file of answers."""
    form: AnswerForm


@dataclass(frozen=True)
class Said:
    """What was found about an aspect: whether it is right of a model, and where it stands."""

    is_right: bool
    text: str
    where: Value


ASKED: Mapping[Aspect, tuple[Asked, ...]] = {
    "layers": (Asked(("layers", "number of layers"), "number"),),
    "neurons": (Asked(("neurons", "neurons per layer", "number of neurons", "units"), "numbers"),),
    "activations": (Asked(("activations", "activation functions", "activation"), "words"),),
    "parameters": (Asked(("parameters", "number of parameters", "total parameters"), "number"),),
    "sizes": (
        Asked(("input size", "input dimension", "size of the input"), "number"),
        Asked(("output size", "output dimension", "size of the output"), "number"),
    ),
    "loss": (Asked(("loss", "loss function"), "word"),),
}


def typed(
    aspect: Aspect, given: GivenAnswers, exercise: str, models: Sequence[DescribedModel]
) -> Said | None:
    """What is answered to the questions about an aspect in a file; None where one of them is not answered.

    Args:
        aspect: What is asked about.
        given: The typed answers.
        exercise: Id of the exercise.
        models: It is right where it is true of one of them.
    """
    answers = [given.find(exercise, *asked.names) for asked in ASKED[aspect]]
    found = [answer for answer in answers if answer is not None]
    if not found or len(found) < len(answers):
        return None
    text = "; ".join(value_text(answer.value) for answer in found)
    right = any(_TYPED[aspect](found, model) for model in models)
    return Said(right, text, Name(text=found[0].where))


def in_words(
    aspect: Aspect, sentences: Sequence[Sentence], models: Sequence[DescribedModel]
) -> Said | None:
    """What sentences say about an aspect; None where they say nothing of it.

    Args:
        aspect: What is asked about.
        sentences: In the student's own words.
        models: It is right where it is true of one of them.
    """
    said = [sentence for sentence in sentences if _SPEAKS[aspect](sentence)]
    if not said:
        return None
    for model in models:
        fitting = _TRUE[aspect](said, model)
        if fitting:
            return Said(True, fitting[0].text, fitting[0].where)
    return Said(False, said[0].text, said[0].where)


def _typed_layers(answers: Sequence[Answer], model: DescribedModel) -> bool:
    return count_of(answers[0]) in _layer_counts(model)


def _typed_neurons(answers: Sequence[Answer], model: DescribedModel) -> bool:
    counts = [count_of(item) for item in items_of(answers[0])]
    return counts in ([*model.units], [model.inputs, *model.units])


def _typed_activations(answers: Sequence[Answer], model: DescribedModel) -> bool:
    named = [activations_in(str(item.value)) for item in items_of(answers[0])]
    if len(named) == len(model.activations):
        return all(name in said for name, said in zip(model.activations, named, strict=True))
    return set[str]().union(*named) == {*model.activations}


def _typed_parameters(answers: Sequence[Answer], model: DescribedModel) -> bool:
    return model.parameters is not None and is_number(answers[0], model.parameters)


def _typed_sizes(answers: Sequence[Answer], model: DescribedModel) -> bool:
    first, last = answers
    is_input = model.inputs is not None and is_number(first, model.inputs)
    is_shape = model.image[:2] in products(str(first.value).replace(",", "x"))
    return (is_input or is_shape) and is_number(last, model.units[-1])


def _typed_loss(answers: Sequence[Answer], model: DescribedModel) -> bool:
    return is_loss(losses_in(str(answers[0].value)), model.loss)


_TYPED: Mapping[Aspect, Callable[[Sequence[Answer], DescribedModel], bool]] = {
    "layers": _typed_layers,
    "neurons": _typed_neurons,
    "activations": _typed_activations,
    "parameters": _typed_parameters,
    "sizes": _typed_sizes,
    "loss": _typed_loss,
}


def _layer_counts(model: DescribedModel) -> set[int]:
    """With or without the input, which `Flatten` stands for."""
    return {len(model.units), len(model.units) + 1}


def _layers_true(said: Sequence[Sentence], model: DescribedModel) -> list[Sentence]:
    return [
        sentence
        for sentence in said
        for counts in (layer_counts(sentence.text),)
        if counts.total & _layer_counts(model)
        or len(model.units) in counts.dense
        or (not counts.total and len(model.units) - 1 in counts.hidden)
    ]


def _neurons_true(said: Sequence[Sentence], model: DescribedModel) -> list[Sentence]:
    fitting = [item for item in said if _has_fitting_chains(item, model)]
    return _with_all(
        fitting, ({count} for count in model.units), lambda item: {*unit_counts(item.text)}
    )


def _has_fitting_chains(sentence: Sentence, model: DescribedModel) -> bool:
    """Whether lists of the units of all layers in a sentence, if any, end in those of the model."""
    chains = unit_chains(sentence.text)
    return not chains or any(chain[-len(model.units) :] == model.units for chain in chains)


def _activations_true(said: Sequence[Sentence], model: DescribedModel) -> list[Sentence]:
    names = dict.fromkeys(model.activations)
    said_softmax = any("softmax" in activations_in(item.text) for item in said)
    if said_softmax and "softmax" not in names:
        return []  # which is said of the output: others are named for comparison, too
    return _with_all(said, ({name} for name in names), lambda item: {*activations_in(item.text)})


def _parameters_true(said: Sequence[Sentence], model: DescribedModel) -> list[Sentence]:
    return [item for item in said if model.parameters in whole_numbers(item.text)]


def _sizes_true(said: Sequence[Sentence], model: DescribedModel) -> list[Sentence]:
    wanted = ({model.inputs or 0, model.image[:2]}, {model.units[-1]})
    return _with_all(said, wanted, _sizes_in)


def _loss_true(said: Sequence[Sentence], model: DescribedModel) -> list[Sentence]:
    return [item for item in said if is_loss(losses_in(item.text), model.loss)]


_TRUE: Mapping[Aspect, Callable[[Sequence[Sentence], DescribedModel], list[Sentence]]] = {
    "layers": _layers_true,
    "neurons": _neurons_true,
    "activations": _activations_true,
    "parameters": _parameters_true,
    "sizes": _sizes_true,
    "loss": _loss_true,
}


def _sizes_in(sentence: Sentence) -> set[object]:
    return {*unit_counts(sentence.text), *products(sentence.text)}


def _with_all(
    said: Sequence[Sentence],
    wanted: Iterable[AbstractSet[object]],
    found_in: Callable[[Sentence], AbstractSet[object]],
) -> list[Sentence]:
    """Sentences that have one of each group between them; none where a group is in no sentence."""
    fitting: list[Sentence] = []
    for group in wanted:
        having = [sentence for sentence in said if found_in(sentence) & group]
        if not having:
            return []
        fitting += having[:1]
    return fitting


_SPEAKS: Mapping[Aspect, Callable[[Sentence], bool]] = {
    "layers": lambda sentence: bool(layer_counts(sentence.text)),
    "neurons": lambda sentence: bool(
        _NEURONS.search(sentence.plain) and unit_counts(sentence.text)
    ),
    "activations": lambda sentence: bool(activations_in(sentence.text)),
    "parameters": lambda sentence: any(
        number >= (100 if "param" in sentence.plain else 1000)
        and _PARAMETERS.search(sentence.plain)
        for number in whole_numbers(sentence.text)
    ),
    "sizes": lambda sentence: bool(_NEURONS.search(sentence.plain) and _sizes_in(sentence)),
    "loss": lambda sentence: bool(losses_in(sentence.text)),
}
