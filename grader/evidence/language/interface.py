"""In which ways a model may take a text and predict what follows, by the shapes of its input and output."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader.evidence.language.record import Encoding, Interface, Mode
from grader.evidence.language.vocabulary import Vocabulary
from grader.evidence.models.failures import bad_output
from grader.evidence.models.layout import shape_text
from grader.evidence.models.record import ModelSummary
from grader.records.base import Record
from grader.records.evidence import Failure
from grader.records.message import Code, Count

#: Characters and words before a prediction that a model of any length gets.
_CONTEXT = {"characters": 100, "words": 25}

#: Characters and words that a model which remembers gets at once.
_PIECE = {"characters": 200, "words": 50}


class Shapes(Record, frozen=True, kw_only=True):
    """What a model's input and output say."""

    window: int | None
    """Steps of its input; None where it takes any number."""
    features: int
    """Numbers of each step."""
    rows: int | None
    """Sequences that it must be given at once."""
    width: int
    """Numbers of each prediction."""
    every_step: bool
    """Whether it predicts at every step."""
    has_embedding: bool
    stateful: bool


def read_shapes(model: ModelSummary, *, stateful: bool) -> Shapes | Failure:
    """What the shapes of a model say, or why it is no model of text."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        count = Count(value=len(model.inputs), setting=True)
        outputs = Count(value=len(model.outputs), setting=True)
        return bad_output(model.file, "text-ports", inputs=count, outputs=outputs)
    taken, given = model.inputs[0].shape, model.outputs[0].shape
    is_sequence = len(taken) == 2 or (len(taken) == 3 and taken[2] is not None)
    if not is_sequence:
        return bad_output(model.file, "text-input", found=Code(text=shape_text(taken[1:])))
    if len(given) not in (2, 3) or given[-1] is None or given[-1] < 2:
        return bad_output(model.file, "text-output", found=Code(text=shape_text(given[1:])))
    return Shapes(
        window=taken[1],
        features=taken[2] or 1 if len(taken) == 3 else 1,
        rows=taken[0],
        width=given[-1],
        every_step=len(given) == 3,
        has_embedding=any(layer.type == "Embedding" for layer in model.layers),
        stateful=stateful,
    )


def fit_vocabulary(
    shapes: Shapes, vocabulary: Vocabulary, file: str
) -> tuple[Vocabulary, int] | Failure:
    """The part of a vocabulary that a model has outputs for, and what is added to its indices.

    A model that lacks an output for index 0, which stands for nothing, counts from the first index.
    """
    room = shapes.width if shapes.features == 1 else min(shapes.width, shapes.features)
    if room >= vocabulary.size:
        return vocabulary, 0
    if vocabulary.by_frequency and room > vocabulary.first + 1:
        return vocabulary.up_to(room), 0
    if vocabulary.first > 0 and room == vocabulary.size - vocabulary.first:
        return vocabulary, -vocabulary.first
    return bad_output(
        file,
        "text-width",
        outputs=Count(value=shapes.width, setting=True),
        inputs=Count(value=shapes.features, setting=True),
        tokens=Count(value=vocabulary.size, setting=True),
    )


def candidate_interfaces(shapes: Shapes, vocabulary: Vocabulary, shift: int) -> list[Interface]:
    """The ways in which a model may be given a text, the usual one first."""
    level = vocabulary.level
    mode, window = _mode_and_window(shapes, level)
    first = Interface(encoding="integers", mode=mode, window=window, shift=shift)
    found = [
        msgspec.structs.replace(first, encoding=encoding, scale=scale)
        for encoding, scale in _encodings(shapes, vocabulary)
    ]
    if level == "words" and mode == "windows" and shapes.has_embedding and not shift:
        found += [msgspec.structs.replace(item, context="line") for item in found]
    return found


def _mode_and_window(shapes: Shapes, level: str) -> tuple[Mode, int]:
    if shapes.stateful:
        piece = _PIECE[level] if shapes.every_step else 1
        return "stateful", shapes.window or piece
    if not shapes.every_step:
        return "windows", shapes.window or _CONTEXT[level]
    if shapes.window is None:
        return "steps", 2 * _CONTEXT[level]
    return ("steps" if shapes.window > 1 else "windows"), shapes.window


def _encodings(shapes: Shapes, vocabulary: Vocabulary) -> Iterator[tuple[Encoding, float]]:
    if shapes.features > 1:
        yield "one-hot", 1.0
    elif shapes.has_embedding:
        yield "integers", 1.0
    else:
        size = float(vocabulary.size)
        count = float(len(vocabulary.index))
        divisors = dict.fromkeys((size, count, size - 1, 1.0))
        yield from (("scaled", divisor) for divisor in divisors if divisor > 0)
