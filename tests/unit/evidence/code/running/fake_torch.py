"""As much of PyTorch as what records it looks at: modules with hooks, optimizers with hooks, loaders."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

_Hook = Callable[..., None]


class Tensor:
    """An array."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values, np.float32)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    def __len__(self) -> int:
        return len(self.values)

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> Any:
        return self.values

    def to(self, *args: Any, **kwargs: Any) -> Any:
        return ("moved", args, kwargs)


class Module:
    """Calls hooks before and after `forward`."""

    before: list[_Hook] = []
    after: list[_Hook] = []

    def __init__(self, **parts: Any) -> None:
        self.parts, self.training = parts, True

    def named_children(self) -> list[tuple[str, Any]]:
        return [item for item in self.parts.items() if isinstance(item[1], Module)]

    def parameters(self, *, recurse: bool = True) -> list[Any]:
        own = [item for item in self.parts.values() if isinstance(item, Tensor)]
        inner = [part for _, child in self.named_children() for part in child.parameters()]
        return [*own, *(inner if recurse else [])]

    def forward(self, x: Any, *_: Any) -> Any:
        for _name, child in self.named_children():
            x = child(x)
        return x

    def __call__(self, *inputs: Any) -> Any:
        for hook in Module.before:
            hook(self, inputs)
        found = self.forward(*inputs)
        for hook in Module.after:
            hook(self, inputs, found)
        return found

    def to(self, *args: Any, **kwargs: Any) -> Any:
        return ("moved", args, kwargs)

    def load_state_dict(self, state: Any) -> str:
        return f"loaded {state}"


def _of(module: str, name: str, **members: Any) -> Any:
    return type(name, (Module,), {"__module__": module, **members})


Linear = _of("torch.nn.modules.linear", "Linear")
Conv2d = _of("torch.nn.modules.conv", "Conv2d", out_channels=4, kernel_size=3)
Dropout = _of("torch.nn.modules.dropout", "Dropout", p=0.25)
Sequential = _of("torch.nn.modules.container", "Sequential")
MSELoss = _of("torch.nn.modules.loss", "MSELoss")


def linear(inputs: int, outputs: int) -> Any:
    """A dense layer."""
    made = Linear(weight=Tensor(np.ones((outputs, inputs))), bias=Tensor(np.ones(outputs)))
    made.out_features = outputs
    return made


class Optimizer:
    """Calls hooks before each step."""

    hooks: list[_Hook] = []

    def __init__(self, params: Any, lr: float = 0.001) -> None:
        self.param_groups = [{"params": list(params), "lr": lr}]

    def step(self) -> None:
        for hook in Optimizer.hooks:
            hook(self, (), {})


class Adam(Optimizer):
    """An optimizer."""


class DataLoader:
    """Gives rows of a dataset in batches, and counts those it was asked for."""

    def __init__(
        self, dataset: Any, batch_size: int = 1, num_workers: int = 0, **settings: Any
    ) -> None:
        self.dataset, self.batch_size = dataset, batch_size
        self.num_workers, self.settings = num_workers, settings
        places = range(len(dataset))
        self.batch_sampler = [
            list(places[start : start + batch_size]) for start in places[::batch_size]
        ]
        self.collate_fn = lambda rows: rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self.batch_sampler)


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package, as if it had been imported."""
    made: Any = ModuleType("torch")
    for kind in (Module, Optimizer, Adam, DataLoader, Tensor):
        for name in ("__init__", "__iter__", "to"):
            if name in vars(kind):
                monkeypatch.setattr(kind, name, vars(kind)[name])
    monkeypatch.setattr(Module, "load_state_dict", Module.load_state_dict)
    monkeypatch.setattr(Module, "cuda", None, raising=False)
    monkeypatch.setattr(Tensor, "cuda", None, raising=False)
    monkeypatch.setattr(Module, "before", [])
    monkeypatch.setattr(Module, "after", [])
    monkeypatch.setattr(Optimizer, "hooks", [])
    made.Tensor, made.learns = Tensor, True
    made.is_grad_enabled = lambda: made.learns
    hooks = SimpleNamespace(
        register_module_forward_pre_hook=lambda hook: Module.before.append(hook),
        register_module_forward_hook=lambda hook, **_: Module.after.append(hook),
    )
    functions = SimpleNamespace(cross_entropy=lambda x, target: 1.0)
    made.nn = SimpleNamespace(
        Module=Module, functional=functions, modules=SimpleNamespace(module=hooks)
    )
    made.optim = SimpleNamespace(Optimizer=Optimizer, Adam=Adam)
    made.utils = SimpleNamespace(data=SimpleNamespace(DataLoader=DataLoader))
    made.save = lambda obj, f, *_: f.write(obj)
    made.load = lambda f, **given: (f.read(), given)
    optimizers: Any = ModuleType("torch.optim.optimizer")
    optimizers.register_optimizer_step_pre_hook = lambda hook: Optimizer.hooks.append(hook)
    monkeypatch.setitem(sys.modules, "torch", made)
    monkeypatch.setitem(sys.modules, "torch.optim.optimizer", optimizers)
    monkeypatch.delitem(sys.modules, "torchvision.models._api", raising=False)
    return made
