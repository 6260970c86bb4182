"""Pretrained models whose weights are not at hand: the same model with weights of its own."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any

from grader.evidence.code.probe.running.shims.patching import (
    Function,
    Used,
    library,
    replace_everywhere,
)


def _application(used: Used) -> Any:
    def make(original: Function) -> Function:
        def build(*positional: Any, **named: Any) -> Any:
            given = inspect.signature(original).bind(*positional, **named)
            try:
                return original(*given.args, **given.kwargs)
            except FileNotFoundError:
                used("pretrained weights")
                given.arguments["weights"] = None
                return original(*given.args, **given.kwargs)

        return build

    return make


def install_keras_applications(used: Used) -> None:
    """Let pretrained models be built without their weights, which nothing can be downloaded for."""
    applications = library("keras.applications")
    if applications is None:
        return
    roots = ("keras.applications", "keras.src.applications")
    modules = [module for name, module in sys.modules.items() if name.startswith(roots)]
    for name, function in list(vars(applications).items()):
        if inspect.isfunction(function) and "weights" in inspect.signature(function).parameters:
            holders = [module for module in modules if vars(module).get(name) is function]
            replace_everywhere(holders, name, _application(used))
    if library("efficientnet") is None:
        _serve_efficientnet(applications, used)


def _serve_efficientnet(applications: Any, used: Used) -> None:
    """The package `efficientnet`: its models are part of Keras now."""

    class Package(ModuleType):
        def __getattr__(self, name: str) -> Any:
            found = None if name.startswith("__") else getattr(applications, name, None)
            if found is None:
                raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
            used("package efficientnet")
            return found

    for name in ("efficientnet", "efficientnet.keras", "efficientnet.tfkeras"):
        sys.modules[name] = Package(name)
        sys.modules[name].__path__ = []
    for last in ("keras", "tfkeras"):
        setattr(sys.modules["efficientnet"], last, sys.modules[f"efficientnet.{last}"])
