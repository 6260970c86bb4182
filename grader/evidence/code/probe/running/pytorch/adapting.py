"""Lets code run that was written for a GPU, for another version of PyTorch, or for paths of another machine."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from functools import wraps
from typing import Any

from grader.evidence.code.probe.running.shims.patching import Function, Used, replace

#: Stands for the weights of a pretrained model.
_NO_WEIGHTS: Mapping[str, Any] = {}


def adapt(torch: Any, used: Used) -> None:
    """Change PyTorch in place.

    Args:
        torch: The package.
        used: Called with a short name each time something was adapted.
    """
    for owner in (torch.Tensor, torch.nn.Module):
        # Not `replace`: tensors inherit both from a class of C++, which cannot be changed.
        owner.cuda = lambda self, *_, **__: _without_gpu(self, used)
        owner.to = _to_cpu(owner.to, used)
    replace(torch, "save", _saved_by_python)
    replace(torch, "load", lambda original: _loaded_whole(original, used))
    torch.compile = lambda model=None, **_: model if model is not None else lambda item: item
    _without_pretrained_weights(torch, used)


def _without_gpu(value: Any, used: Used) -> Any:
    used("cuda")
    return value


def _to_cpu(original: Function, used: Used) -> Function:
    """`to` that leaves out a GPU it is given."""

    @wraps(original)
    def move(self: Any, *args: Any, **kwargs: Any) -> Any:
        kept = tuple(item for item in args if not _is_gpu(item))
        named = {name: item for name, item in kwargs.items() if not _is_gpu(item)}
        if len(kept) + len(named) < len(args) + len(kwargs):
            used("cuda")
        if not any(name != "non_blocking" for name in named) and not kept:
            return self
        return original(self, *kept, **named)

    return move


def _is_gpu(value: Any) -> bool:
    kind = value if isinstance(value, str) else getattr(value, "type", None)
    return isinstance(kind, str) and kind.startswith(("cuda", "mps"))


def _saved_by_python(original: Function) -> Function:
    """`save` that opens files as Python does: there, paths of other machines are known."""

    def save(obj: Any, f: Any, *args: Any, **kwargs: Any) -> None:
        if hasattr(f, "write"):
            original(obj, f, *args, **kwargs)
            return
        with builtins.open(f, "wb") as file:  # noqa: PTH123 (what the shim of paths replaces)
            original(obj, file, *args, **kwargs)

    return save


def _loaded_whole(original: Function, used: Used) -> Function:
    """`load` of whole models, as it was before PyTorch 2.6, onto the processor."""

    def load(f: Any, *args: Any, **kwargs: Any) -> Any:
        if not kwargs.get("weights_only"):
            kwargs["weights_only"] = False
        if args or "map_location" in kwargs:
            used("cuda")
        kwargs["map_location"] = "cpu"
        if hasattr(f, "read"):
            return original(f, **kwargs)
        with builtins.open(f, "rb") as file:  # noqa: PTH123 (likewise)
            return original(file, **kwargs)

    return load


def _without_pretrained_weights(torch: Any, used: Used) -> None:
    """Let the pretrained models of torchvision be built with weights of their own."""
    models: Any = sys.modules.get("torchvision.models._api")
    if models is None:
        return

    def no_weights(*_: Any, **__: Any) -> Mapping[str, Any]:
        used("pretrained weights")
        return _NO_WEIGHTS

    models.WeightsEnum.get_state_dict = no_weights

    def unless_none(original: Function) -> Function:
        def load(self: Any, state_dict: Any, *args: Any, **kwargs: Any) -> Any:
            if state_dict is _NO_WEIGHTS:
                return None
            return original(self, state_dict, *args, **kwargs)

        return load

    replace(torch.nn.Module, "load_state_dict", unless_none)
