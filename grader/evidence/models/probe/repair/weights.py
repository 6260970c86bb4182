"""Load saved weights into a rebuilt model, layer by layer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from grader.evidence.models.probe.repair.base import (
    MODEL_CLASSES,
    Description,
    Origin,
    Repair,
    layers_of,
)
from grader.evidence.models.probe.repair.conversion import SavedWeights
from grader.evidence.models.probe.repair.mismatch import WeightsMismatchError, shapes_text
from grader.evidence.models.probe.repair.store import NamedArrays, Tree
from grader.evidence.models.probe.repair.table import ARRAY_REPAIRS, WEIGHT_REPAIRS
from grader.records.names import first_few

Part = tuple[Any, Description]
"""A layer of a built model with its description."""

#: Names of the group of an archive that contains a model's layers: Keras 2.13 to 2.15, and Keras 3.
_CONTAINERS = ("_layer_checkpoint_dependencies", "layers", "_layers")


class WeightLoader:
    """Loads the saved weights of one model.

    Args:
        origin: What the file states about the Keras that wrote it.
    """

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._applied: set[str] = set()

    @property
    def applied(self) -> tuple[str, ...]:
        """The names of the repairs that changed something, in order."""
        every = (*ARRAY_REPAIRS, *WEIGHT_REPAIRS)
        return tuple(repair.name for repair in every if repair.name in self._applied)

    def from_hdf5(
        self, model: Any, description: Description, saved: Mapping[str, NamedArrays]
    ) -> None:
        """Load the weights that `read_hdf5_weights` returned.

        Raises:
            ValueError: The weights do not fit; the message names the layer and the shapes.
        """
        for arrays in saved.values():
            self._apply(ARRAY_REPAIRS, arrays)
        filled = {name: arrays for name, arrays in saved.items() if arrays}
        parts = _weighted(_parts(model, description))
        names = [str(part[1].get("saved_name")) for part in parts]
        if not set(names) <= set(filled):
            leaves = _weighted(_leaves(model, description))
            leaf_names = [str(leaf[1].get("saved_name")) for leaf in leaves]
            if set(leaf_names) <= set(filled):
                parts, names = leaves, leaf_names
            elif len(filled) == len(parts):
                names = list(filled)
            else:
                raise WeightsMismatchError(
                    "other-layers",
                    part=model.name,
                    expected=first_few(names, most=5),
                    found=first_few(list(filled), most=5),
                )
        for part, name in zip(parts, names, strict=True):
            self._fill(part, filled[name])

    def from_archive(self, model: Any, description: Description, tree: Tree) -> None:
        """Load the weights that `read_archive_weights` returned, where layers are stored under class and number.

        Raises:
            ValueError: The weights do not fit; the message names the layer and the shapes.
        """
        waiting = _numbered(tree)
        for layer, described in _weighted(_parts(model, description)):
            kind = _snake_case(str(described.get("saved_class") or type(layer).__name__))
            groups = waiting.get(kind) or waiting.get(_snake_case(type(layer).__name__)) or []
            group: Tree = {}
            while groups and not _has_arrays(group):
                group = _unwrapped(groups.pop(0), described)
            if not _has_arrays(group):
                raise WeightsMismatchError(
                    "missing-weights", part=layer.name, expected=layer.name, found="none"
                )
            self._fill_from_tree((layer, described), group)

    def _fill_from_tree(self, part: Part, tree: Tree) -> None:
        layer, description = part
        if description["class_name"] in MODEL_CLASSES:
            self.from_archive(layer, description, tree)
            return
        inner = [(name, unit) for name, unit in _inner(part) if isinstance(tree.get(name), dict)]
        for name, unit in inner:
            self._fill_from_tree(unit, tree[name])
        if inner:
            return
        found = {id(variable): array for variable, array in _pairs(layer, tree)}
        targets = [*layer.trainable_weights, *layer.non_trainable_weights]
        present = [target for target in targets if id(target) in found]
        self._convert(part, [(str(target.name), found[id(target)]) for target in present])

    def _fill(self, part: Part, arrays: NamedArrays) -> None:
        """Distribute the arrays of a layer to its inner layers, down to layers without inner layers."""
        layer, description = part
        inner = _weighted(_inner_parts(layer, description))
        if not inner:
            self._convert(part, arrays)
        elif description["class_name"] not in MODEL_CLASSES:
            count = len(arrays) // len(inner)
            for place, unit in enumerate(inner):
                self._fill(unit, arrays[place * count : (place + 1) * count])
        else:
            shares = _share_by_name(inner, arrays) or _share_by_order(part, inner, arrays)
            for unit, share in zip(inner, shares, strict=True):
                self._fill(unit, share)

    def _convert(self, part: Part, arrays: NamedArrays) -> None:
        layer, description = part
        targets = [*layer.trainable_weights, *layer.non_trainable_weights]
        weights = SavedWeights(
            layer=description,
            names=[name for name, _ in arrays],
            arrays=[array for _, array in arrays],
            roles=tuple(str(target.name) for target in targets),
            shapes=tuple(tuple(target.shape) for target in targets),
            origin=self._origin,
        )
        self._apply(WEIGHT_REPAIRS, weights)
        shapes = [tuple(array.shape) for array in weights.arrays]
        if shapes != list(weights.shapes):
            raise WeightsMismatchError(
                "other-shapes",
                part=f"{layer.name} ({type(layer).__name__})",
                expected=shapes_text(weights.shapes),
                found=shapes_text(shapes),
            )
        for target, array in zip(targets, weights.arrays, strict=True):
            target.assign(array)
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()

    def _apply(self, repairs: Sequence[Repair], weights: SavedWeights | NamedArrays) -> None:
        self._applied |= {repair.name for repair in repairs if repair.apply(weights)}


def _weighted(parts: Iterator[Part]) -> list[Part]:
    return [part for part in parts if part[0].weights]


def _parts(model: Any, description: Description) -> Iterator[Part]:
    """The layers of a model with their descriptions, in saved order."""
    built = {layer.name: layer for layer in model.layers}
    for layer in layers_of(description):
        name = layer["config"].get("name")
        if name in built:
            yield built[name], layer


def _leaves(model: Any, description: Description) -> Iterator[Part]:
    for layer, described in _parts(model, description):
        if described["class_name"] in MODEL_CLASSES:
            yield from _leaves(layer, described)
        else:
            yield layer, described


def _inner_parts(layer: Any, description: Description) -> Iterator[Part]:
    """The layers in a model or a wrapper; none for other layers."""
    if description["class_name"] in MODEL_CLASSES:
        yield from _parts(layer, description)
        return
    yield from (part for _, part in _inner((layer, description)))


def _inner(part: Part) -> Iterator[tuple[str, Part]]:
    """The layers that a wrapper contains, by the name of the attribute."""
    layer, description = part
    config = description["config"]
    if description["class_name"] == "Bidirectional":
        yield "forward_layer", (layer.forward_layer, config["layer"])
        yield (
            "backward_layer",
            (layer.backward_layer, config.get("backward_layer") or config["layer"]),
        )
    elif isinstance(config.get("layer"), dict) and hasattr(layer, "layer"):
        yield "layer", (layer.layer, config["layer"])


def _share_by_name(inner: Sequence[Part], arrays: NamedArrays) -> list[NamedArrays] | None:
    """Give each layer of a model the arrays named after it; None if the names do not decide it."""
    names = [_names_within(description) for _, description in inner]
    shares: list[NamedArrays] = [[] for _ in inner]
    for name, array in arrays:
        scores = [max((_match(name, own) for own in within), default=0) for within in names]
        best = max(scores)
        if best == 0 or scores.count(best) > 1:
            return None
        shares[scores.index(best)].append((name, array))
    return shares if all(shares) else None


def _names_within(description: Description) -> list[str]:
    own = [str(description.get("saved_name") or "")]
    for layer in layers_of(description):
        own += _names_within(layer)
    return [name for name in own if name]


def _match(weight: str, layer: str) -> int:
    """How well a weight's name matches a layer's name: by parts of its path, or, as in Keras 1, by its prefix."""
    scopes = weight.split("/")[:-1]
    if scopes:
        parts = layer.split("/")
        places = range(len(scopes) - len(parts) + 1)
        return len(layer) if any(scopes[at : at + len(parts)] == parts for at in places) else 0
    return len(layer) if weight.startswith(f"{layer}_") else 0


def _share_by_order(part: Part, inner: Sequence[Part], arrays: NamedArrays) -> list[NamedArrays]:
    """Distribute the arrays of a model in saved order: trainable ones layer by layer, then the others."""
    model = part[0]
    counts = [
        (len(layer.trainable_weights), len(layer.non_trainable_weights)) for layer, _ in inner
    ]
    total = sum(sum(pair) for pair in counts)
    if total != len(arrays):
        raise WeightsMismatchError(
            "other-shapes", part=model.name, expected=str(total), found=str(len(arrays))
        )
    shares: list[NamedArrays] = [[] for _ in inner]
    start = 0
    for turn in range(2):
        for share, pair in zip(shares, counts, strict=True):
            share += arrays[start : start + pair[turn]]
            start += pair[turn]
    return shares


def _numbered(tree: Tree) -> dict[str, list[Tree]]:
    """The groups of a model's layers by class, in the order of their numbers, which may have gaps."""
    found: dict[str, list[tuple[int, Tree]]] = defaultdict(list)
    containers = [tree[name] for name in _CONTAINERS if isinstance(tree.get(name), dict)]
    container: Tree = containers[0] if containers else {}
    for name, group in container.items():
        match = _NUMBERED.fullmatch(name)
        if match and isinstance(group, dict):
            found[match["kind"]].append((int(match["number"] or 0), group))
    return {
        kind: [group for _, group in sorted(groups, key=lambda pair: pair[0])]
        for kind, groups in found.items()
    }


_NUMBERED = re.compile(r"(?P<kind>.+?)(?:_(?P<number>\d+))?")


def _pairs(layer: Any, tree: Tree) -> Iterator[tuple[Any, NDArray[Any]]]:
    """The variables of a layer and its inner objects, each with its array from the group."""
    held: set[int] = set()
    for name, group in tree.items():
        child = getattr(layer, name, None)
        if name == "vars" or not isinstance(group, dict) or child is None:
            continue
        children = child if isinstance(child, list | tuple) else [child]
        groups = _by_class(group, children) if isinstance(child, list | tuple) else [group]
        for unit, unit_group in zip(children, groups, strict=False):
            held |= {id(weight) for weight in getattr(unit, "weights", ())}
            yield from _pairs(unit, unit_group)
    own = [weight for weight in getattr(layer, "weights", ()) if id(weight) not in held]
    arrays = tree.get("vars") or {}
    yield from zip(own, (arrays[number] for number in sorted(arrays, key=int)), strict=False)


def _unwrapped(tree: Tree, description: Description) -> Tree:
    """A layer's group; if the layer was wrapped for pruning, the group inside the wrapper's."""
    inner = tree.get("layer")
    wrapped = description.get("saved_class") == "PruneLowMagnitude" and isinstance(inner, dict)
    return inner if wrapped and inner is not None else tree


def _by_class(tree: Tree, units: Sequence[Any]) -> list[Tree]:
    """The groups of several inner objects of a layer, each stored under its class and a number."""
    waiting = _numbered({"layers": tree})
    return [waiting[_snake_case(type(unit).__name__)].pop(0) for unit in units]


def _has_arrays(tree: Tree) -> bool:
    return any(_has_arrays(inner) if isinstance(inner, dict) else True for inner in tree.values())


def _snake_case(name: str) -> str:
    """A class name in snake case, as in archives."""
    spaced = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower()
