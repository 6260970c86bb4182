"""Bounds of what is recorded while code runs: of every list, every text and every number.

The process that runs the code keeps to them, so that honest code loses no more than it must; the trusted side applies
them again, since the process may say anything.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from grader.evidence.code.function_record import MOST_FUNCTIONS
from grader.evidence.code.run_record import CodeRun, FigureDrawn, LineDrawn, TracedTraining
from grader.records.base import RecordT

#: Entries of a list, or names of a mapping, by the field that holds it; of any other field.
_ENTRIES: Mapping[str, int] = {
    "steps": 2_000,
    "layers": 2_000,
    "trainings": 500,
    "evaluations": 500,
    "gradients": 500,
    "configs": 500,
    "figures": 200,
    "written": 200,
    "shims": 200,
    "missing_files": 200,
    "asked": 100,
    "stand_ins": 20,
    "functions": MOST_FUNCTIONS,
    "lines": 200,
    "axes": 200,
    "x": 400,
    "y": 400,
    "errors": 400,
}
_OTHER_ENTRIES = 200

#: Layers of all trainings together.
_LAYERS = 50_000

#: Characters of a text, by the field that holds it; of any other field, and of names.
_CHARACTERS: Mapping[str, int] = {"printed": 4_000, "traceback": 4_000, "error": 600}
_OTHER_CHARACTERS = 300

#: Characters of the description of a model: one that is longer would be worth nothing in part.
_CONFIG_CHARACTERS = 400_000

#: The largest number, away from zero: every reader of JSON takes it as it is.
_LARGEST = (1 << 53) - 1

#: Points that lines are thinned out to where a run is too large to be sent.
_FEW_POINTS = 50


def bounded(record: RecordT) -> RecordT:
    """A record with everything in it bounded: what exceeds a bound is cut off.

    Texts lose what no file can hold, such as halves of surrogate pairs. Numbers that are not finite become None.
    """
    found: RecordT = _bounded(record, "", Counter())
    return found


def bounded_run(run: CodeRun) -> CodeRun:
    """A run with everything in it bounded; `CodeRun.left_out` counts what was cut off of its lists."""
    cut: Counter[str] = Counter()
    found: CodeRun = _bounded(run, "", cut)
    trainings, gradients, left = [], [], _LAYERS
    for training in found.trainings:
        if len(training.layers) > left:
            cut["layers"] += len(training.layers)
            training = _without_layers(training)
        left -= len(training.layers)
        trainings.append(training)
    for computed in found.gradients:
        if len(computed.layers) > left:
            cut["layers"] += len(computed.layers)
            computed = msgspec.structs.replace(computed, layers=())
        left -= len(computed.layers)
        gradients.append(computed)
    bare = msgspec.structs.replace(found, trainings=tuple(trainings), gradients=tuple(gradients))
    return with_left_out(bare, cut)


def fitted(run: CodeRun, most_bytes: int) -> CodeRun:
    """A run that takes no more than so many bytes as JSON: what takes most room and says least is left out first."""
    for smaller in (_thinned, _without_lines, _without_configs, _without_all_layers, _bare):
        if len(msgspec.json.encode(run)) <= most_bytes:
            break
        run = smaller(run)
    return run


def _bounded(value: Any, name: str, cut: Counter[str]) -> Any:
    """A value of a record, bounded; `name` is that of the field it is in."""
    if isinstance(value, str):
        return _text(value, name)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return max(-_LARGEST, min(_LARGEST, value))
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, msgspec.Struct):
        fields = type(value).__struct_fields__
        found = {field: _bounded(getattr(value, field), field, cut) for field in fields}
        return type(value)(**found)
    most = _ENTRIES.get(name, _OTHER_ENTRIES)
    if len(value) > most:
        cut[name] += len(value) - most
    if isinstance(value, Mapping):
        pairs = list(value.items())[:most]
        return {_text(key, ""): _bounded(item, "", cut) for key, item in pairs}
    return tuple(_bounded(item, name, cut) for item in value[:most])


def _text(text: str, name: str) -> str:
    if name == "configs":
        kept = text if len(text) <= _CONFIG_CHARACTERS else ""
    else:
        most = _CHARACTERS.get(name, _OTHER_CHARACTERS)
        kept = text[-most:] if name == "printed" else text[:most]
    return kept.encode("utf-8", "replace").decode()


def _thinned(run: CodeRun) -> CodeRun:
    """With fewer points of lines."""
    return _with_lines(run, lambda line: _few_points(line))


def _few_points(line: LineDrawn) -> LineDrawn:
    step = -(-max(len(line.x), len(line.y)) // _FEW_POINTS) or 1
    return msgspec.structs.replace(
        line, x=line.x[::step], y=line.y[::step], errors=line.errors[::step]
    )


def _without_lines(run: CodeRun) -> CodeRun:
    return _with_lines(run, lambda line: msgspec.structs.replace(line, x=(), y=(), errors=()))


def _with_lines(run: CodeRun, change: Any) -> CodeRun:
    def changed(figure: FigureDrawn) -> FigureDrawn:
        axes = tuple(
            msgspec.structs.replace(item, lines=tuple(map(change, item.lines)))
            for item in figure.axes
        )
        return msgspec.structs.replace(figure, axes=axes)

    points = sum(
        len(line.y) for figure in run.figures for axes in figure.axes for line in axes.lines
    )
    found = msgspec.structs.replace(run, figures=tuple(map(changed, run.figures)))
    left = sum(
        len(line.y) for figure in found.figures for axes in figure.axes for line in axes.lines
    )
    return with_left_out(found, Counter(points=points - left))


def _without_configs(run: CodeRun) -> CodeRun:
    return with_left_out(
        msgspec.structs.replace(run, configs=()), Counter(configs=len(run.configs))
    )


def _without_all_layers(run: CodeRun) -> CodeRun:
    layers = sum(len(training.layers) for training in run.trainings)
    layers += sum(len(computed.layers) for computed in run.gradients)
    found = msgspec.structs.replace(
        run,
        trainings=tuple(map(_without_layers, run.trainings)),
        gradients=tuple(msgspec.structs.replace(item, layers=()) for item in run.gradients),
    )
    return with_left_out(found, Counter(layers=layers))


def _without_layers(training: TracedTraining) -> TracedTraining:
    return msgspec.structs.replace(training, layers=())


def _bare(run: CodeRun) -> CodeRun:
    """With nothing that was recorded."""
    lists = ("trainings", "evaluations", "gradients", "figures", "written")
    cut = Counter({name: len(getattr(run, name)) for name in lists})
    bare = CodeRun(files=run.files, mode=run.mode, keras=run.keras, left_out=run.left_out)
    return with_left_out(bare, cut)


def with_left_out(run: CodeRun, cut: Mapping[str, int]) -> CodeRun:
    """A run of which more was left out.

    Args:
        run: It.
        cut: How many more, by what they are.
    """
    whole = Counter(run.left_out) + Counter(cut)
    return msgspec.structs.replace(run, left_out=dict(whole))
