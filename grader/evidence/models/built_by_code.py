"""The models that the code of a submission builds, as descriptions for weights that lack one.

All of it was said by the student's own process. A description is a text here: what it holds is checked where it is
opened, in a process of its own, like one that was handed in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from grader.evidence.code.run_record import CodeRun, TracedEvaluation, TracedTraining, WeightsFile
from grader.records.names import first_few

#: How many models are tried.
MAX_MODELS = 12

#: Fields of a description that do not tell two models apart that weights are loaded into.
_OF_NO_MATTER = frozenset({"name", "compile_config"})

_CELL_OR_LINE = re.compile(r"(, cell \d+.*|:\d+)$")
_SUFFIXES = re.compile(r"(\.weights)?(\.(h5|hdf5|keras|ckpt|tf))*$")


@dataclass(frozen=True)
class BuiltModel:
    """A model that code builds."""

    built_by: str
    """The script or notebook, as the student calls it."""
    where: str
    """The line that trains, saves, loads or evaluates it; the file where no line is known."""
    config: str
    """What `model.to_json()` gave."""
    layers: int | None
    """How many layers it lists, inputs left out; None where it lists none."""


def built_models(run: CodeRun, weights: str) -> tuple[BuiltModel, ...]:
    """The models of a run, each architecture once, those that are likely to be meant first.

    That is what was saved under the name of the weights, then what was loaded from it, then the others in their order.

    Args:
        run: What was recorded.
        weights: What the student calls the file of weights.
    """
    places = _places(run)
    ranks = _ranks(run, weights)
    numbers = sorted(
        (number for number, text in enumerate(run.configs, 1) if text),
        key=lambda number: ranks.get(number, 2),
    )
    found: dict[str, BuiltModel] = {}
    for number in numbers:
        config = run.configs[number - 1]
        try:
            architecture = _architecture(config)
        except ValueError:
            continue
        where = places.get(number) or first_few(run.files, most=3)
        found.setdefault(
            json.dumps(architecture, sort_keys=True),
            BuiltModel(
                built_by=_CELL_OR_LINE.sub("", where),
                where=where,
                config=config,
                layers=_layers(architecture),
            ),
        )
    return tuple(found.values())[:MAX_MODELS]


def _places(run: CodeRun) -> Mapping[int, str]:
    """The first place at which something was done with each model."""
    places: dict[int, str] = {}
    uses: list[TracedTraining | WeightsFile | TracedEvaluation] = [
        *run.trainings,
        *run.weights_files,
        *run.evaluations,
    ]
    for item in uses:
        if item.where:
            places.setdefault(item.model, item.where)
    return places


def _ranks(run: CodeRun, weights: str) -> Mapping[int, int]:
    """0 for the last model that was saved under the name of the weights, 1 for those saved or loaded so."""
    named = [item for item in run.weights_files if _stem(item.path) == _stem(weights)]
    ranks = dict.fromkeys((item.model for item in named), 1)
    saved = [item.model for item in named if item.method == "saved"]
    return ranks | dict.fromkeys(saved[-1:], 0)


def _stem(path: str) -> str:
    """A file's name without its folder and without what Keras or the grader adds to it."""
    name = PurePosixPath(path.replace("\\", "/")).name.casefold()
    return _SUFFIXES.sub("", name)


def _architecture(config: str) -> Any:
    """A description as JSON, without names and without how the model is trained.

    Raises:
        ValueError: It is no JSON, or nested too deeply.
    """
    try:
        return _without_names(json.loads(config))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _without_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_names(item) for key, item in value.items() if key not in _OF_NO_MATTER
        }
    return list(map(_without_names, value)) if isinstance(value, list) else value


def _layers(architecture: Any) -> int | None:
    inner = architecture.get("config") if isinstance(architecture, dict) else None
    layers = inner.get("layers") if isinstance(inner, dict) else None
    if not isinstance(layers, list):
        return None
    return sum(
        not (isinstance(layer, dict) and layer.get("class_name") == "InputLayer")
        for layer in layers
    )
