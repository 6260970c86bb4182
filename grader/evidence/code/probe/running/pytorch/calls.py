"""Which modules of PyTorch are called, with what, and which loss is computed of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from grader.evidence.code.probe.running.pytorch.layers import is_loss


class Listener(Protocol):
    """What is called is reported to it."""

    def called(self, module: Any, x: Any, *, learns: bool) -> None:
        """A model was called with inputs; whether it is being trained."""

    def lost(self, name: str, labels: Any) -> None:
        """A loss was computed, of labels."""


class CallsFollowed:
    """Follows the outermost modules that are called, and the losses.

    Args:
        listener: They are reported to it.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._depth = 0

    def install(self, torch: Any) -> None:
        """Hook into every module, and into the functions that compute losses."""
        modules = torch.nn.modules.module

        def enter(module: Any, inputs: tuple[Any, ...]) -> None:
            if self._depth == 0:
                self._tell(torch, module, inputs)
            self._depth += 1

        def leave(*_: Any) -> None:
            self._depth = max(0, self._depth - 1)

        modules.register_module_forward_pre_hook(enter)
        modules.register_module_forward_hook(leave, always_call=True)
        functions = torch.nn.functional
        for name, function in list(vars(functions).items()):
            if ("loss" in name or "entropy" in name) and callable(function) and name[0] != "_":
                setattr(functions, name, self._followed(name, function))

    def _tell(self, torch: Any, module: Any, inputs: tuple[Any, ...]) -> None:
        if is_loss(module):
            self._listener.lost(type(module).__name__, inputs[1] if len(inputs) > 1 else None)
            return
        if (
            next(iter(module.parameters()), None) is None
        ):  # torchvision's transforms are modules, too
            return
        learns = bool(torch.is_grad_enabled() and module.training)
        self._listener.called(module, inputs[0] if inputs else None, learns=learns)

    def _followed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def compute(*args: Any, **kwargs: Any) -> Any:
            if self._depth == 0:  # else a module computes it, which was reported
                self._listener.lost(name, kwargs.get("target", args[1] if len(args) > 1 else None))
            return function(*args, **kwargs)

        return compute
