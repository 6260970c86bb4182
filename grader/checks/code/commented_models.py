"""Models in lines that are commented out: layers by layers, with what they are compiled and trained with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from grader.checks.code.layers import output_layer
from grader.checks.text.names import optimizers_in
from grader.evidence.code.record import CodeReading, LayerRead, Training, UnusedCode
from grader.evidence.code.words import file_of

#: A layer, with arguments that may have brackets of their own.
_LAYER = re.compile(
    r"\b(?P<class>Dense|Activation|Flatten|Dropout|Conv2D|MaxPooling2D|BatchNormalization)"
    r"\(\s*(?P<arguments>(?:[^()]|\([^()]*\))*)\)"
)
_UNITS = re.compile(r"(?:units\s*=\s*)?(?P<units>\w+)\s*(?:,|$)")
_ACTIVATION = re.compile(r"activation\s*=\s*[\"']?(?:[\w.]*\.)?(?P<name>[a-zA-Z]\w*)")
#: Of a layer that is nothing else.
_OWN_ACTIVATION = re.compile(r"[\"']?(?:[\w.]*\.)?(?P<name>[a-zA-Z]\w*)")
_SETTING = r"\b{name}\s*=\s*[\"']?(?:[\w.]*\.)?(?P<value>\w+)"
#: How many lines may lie between commented-out lines of one model: those it was changed into.
_BETWEEN = 3
_PLACE = re.compile(r"(?P<unit>.*?)(?::|, line )(?P<line>\d+)")


def commented_models(code: CodeReading) -> list[Training]:
    """The models in commented-out code, each as a training that the program does not reach.

    Lines that change a model in place leave its last layer, its loss and its optimizer where they are: these are taken
    from the model that is trained there now.
    """
    return [
        model
        for where, text in _joined(code.commented_out)
        for part in _models_in(text)
        if (model := _model(where, part, _trained_there(where, code))) is not None
    ]


def unit_of(where: str) -> str:
    """The script, or the cell, of a place."""
    found = _PLACE.fullmatch(where)
    return where if found is None else found["unit"]


def _joined(blocks: Sequence[UnusedCode]) -> Iterator[tuple[str, str]]:
    """Commented-out lines, those of one model together: (place of the first, text)."""
    first, text, unit, end = "", "", "", 0
    for block in blocks:
        found = _PLACE.fullmatch(block.where)
        line = int(found["line"]) if found is not None else 0
        if text and unit_of(block.where) == unit and 0 <= line - end <= _BETWEEN:
            text = f"{text}\n{block.text}"
        else:
            if text:
                yield first, text
            first, text, unit = block.where, block.text, unit_of(block.where)
        end = line + block.text.count("\n") + 1
    if text:
        yield first, text


def _models_in(text: str) -> list[str]:
    """The text parted where another model begins."""
    return [part for part in re.split(r"(?=\w+\s*=\s*(?:[\w.]*\.)?Sequential\()", text) if part]


def _trained_there(where: str, code: CodeReading) -> Training | None:
    """The model that is trained in the same cell, else in the same file."""
    known = [item for item in (*code.trainings, *code.untrained) if item.layers]
    in_unit = (item for item in known if unit_of(item.where) == unit_of(where))
    in_file = (item for item in known if file_of(item.where) == file_of(where))
    return next(in_unit, next(in_file, None))


def _model(where: str, text: str, now: Training | None) -> Training | None:
    layers = list(_layers(text))
    if not any(layer.class_name == "Dense" for layer in layers):
        return None
    is_in_place = "Sequential(" not in text and "compile(" not in text
    last = None if now is None else output_layer(now.layers)
    if last is not None:
        layers = list(_ended(layers, last, may_lack_end=is_in_place))
    inherited = now if is_in_place else None
    optimizers = optimizers_in(_setting("optimizer", text))
    return Training(
        where=where,
        layers=tuple(layers),
        loss=_snake(_setting("loss", text)) or (inherited.loss if inherited else ""),
        optimizer=optimizers[0] if optimizers else inherited.optimizer if inherited else "",
        epochs=_whole(_setting("epochs", text)),
        batch_size=_whole(_setting("batch_size", text)),
        executed=False,
        runs=0,
    )


def _layers(text: str) -> Iterator[LayerRead]:
    for found in _LAYER.finditer(text):
        name, arguments = found["class"], found["arguments"]
        pattern = _OWN_ACTIVATION if name == "Activation" else _ACTIVATION
        activation = pattern.search(arguments)
        units = _UNITS.match(arguments) if name == "Dense" else None
        yield LayerRead(
            class_name=name,
            units=None if units is None else _whole(units["units"]),
            activation="" if activation is None else activation["name"],
        )


def _ended(
    layers: Iterable[LayerRead], last: LayerRead, *, may_lack_end: bool
) -> Iterator[LayerRead]:
    """Layers with the last one of the model that is trained now, where it was left as it is."""
    found = list(layers)
    dense = [layer for layer in found if layer.class_name == "Dense"]
    for layer in found:
        is_end = layer is dense[-1] and layer.units is None
        yield msgspec.structs.replace(layer, units=last.units) if is_end else layer
    if may_lack_end and dense[-1].units not in (None, last.units):
        yield last


def _setting(name: str, text: str) -> str:
    found = re.search(_SETTING.format(name=name), text)
    return "" if found is None else found["value"]


def _snake(name: str) -> str:
    """``BinaryCrossentropy`` as ``binary_crossentropy``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
