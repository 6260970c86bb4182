"""What the outputs saved in a notebook show: tables of `model.summary()`, and logs of trainings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.evidence.code.record import SavedLog, SavedSummary, SummaryLayer

_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\x08")
_BOX = str.maketrans(dict.fromkeys("│┃|", " "))
#: ``conv2d_1 (Conv2D)  (None, 26, 26, 32)  320``; a long class loses its bracket, and several outputs stand in a list.
_LAYER = re.compile(r"^\s*(\S+) \(([A-Za-z]\w*)\)?\s+[\[{(].*?[)\]}]+,?\s+([\d,]+)(?:\s|$)")
_TOTAL = re.compile(r"^\s*Total params:\s*([\d,]+)")
_EPOCH = re.compile(r"^\s*Epoch (\d+)(?:/(\d+))?")
_METRIC = re.compile(r"- ([A-Za-z]\w*):\s*(-?\d[\d.]*(?:[eE][-+]?\d+)?|nan|inf)(?![\w:])")
#: Words before a colon in a log that are no metrics.
_NO_METRICS = frozenset({"ETA", "Epoch", "lr", "learning_rate"})
_SAMPLES = re.compile(r"^\s*Train on (\d+) samples(?:, validate on (\d+) samples)?")

#: Most summaries and logs of one cell, and epochs of one log, that are kept.
_MOST = 60
_EPOCHS = 5_000


def plain_text(text: str) -> str:
    """Output as a terminal leaves it: of a line that is written again and again, the last state."""
    lines = _CODES.sub("", text.replace("\r\n", "\n")).split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def summaries(text: str) -> tuple[SavedSummary, ...]:
    """The tables of `model.summary()` in the output of a cell."""
    found: list[SavedSummary] = []
    layers: list[SummaryLayer] = []
    for line in text.translate(_BOX).split("\n"):
        if total := _TOTAL.match(line):
            found.append(SavedSummary(parameters=_whole(total.group(1)), layers=tuple(layers)))
            layers = []
        elif "Param #" in line:
            layers = []
        elif layer := _LAYER.match(line):
            name, kind, parameters = layer.groups()
            layers.append(SummaryLayer(name=name, class_name=kind, parameters=_whole(parameters)))
    return tuple(found[:_MOST])


def logs(text: str) -> tuple[SavedLog, ...]:
    """The trainings that the output of a cell logs, epoch by epoch."""
    return tuple(log for log in _logs(text.split("\n")) if log.epochs)[:_MOST]


def _logs(lines: Sequence[str]) -> Iterator[SavedLog]:
    """A log begins with its first epoch; what follows an epoch's line until the next is of that epoch."""
    epoch, declared, images, validation = 0, 0, None, None
    history: dict[str, list[float]] = {}
    for line in lines:
        if samples := _SAMPLES.match(line):
            given = samples.groups()
            images, validation = int(given[0]), None if given[1] is None else int(given[1])
        started = _EPOCH.match(line)
        if started:
            number, of = int(started.group(1)), int(started.group(2) or 0)
            if number <= epoch:
                yield _log(history, epoch, declared, images, validation)
                history = {}
            epoch, declared = number, of or declared
        if epoch and len(history.get("loss", ())) < _EPOCHS:
            _add(history, epoch, line)
    yield _log(history, epoch, declared, images, validation)


def _add(history: dict[str, list[float]], epoch: int, line: str) -> None:
    """Keep the metrics of a line as those of the epoch, in place of what the bar showed before."""
    metrics = {name: value for name, value in _METRIC.findall(line) if name not in _NO_METRICS}
    if "loss" not in metrics:
        return  # a line that the program printed itself
    for name, text in metrics.items():
        values = history.setdefault(name, [])
        if len(values) >= epoch:
            values[epoch - 1 :] = [float(text)]
        else:
            values.append(float(text))


def _log(
    history: dict[str, list[float]],
    epoch: int,
    declared: int,
    images: int | None,
    validation: int | None,
) -> SavedLog:
    finite = {
        name: tuple(value if abs(value) < float("inf") else None for value in values)
        for name, values in history.items()
    }
    return SavedLog(
        epochs=epoch if history else 0,
        declared_epochs=declared or None,
        images=images,
        validation_images=validation,
        metrics=finite,
    )


def _whole(text: str) -> int:
    return int(text.replace(",", ""))
