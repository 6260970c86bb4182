"""PyTorch, where it is installed: what it trains is recorded, and code of any year runs without a GPU.

`layers` describes modules, `calls` follows them, `steps` makes trainings of the steps of optimizers, `loaders` cuts
what loaders give, and `adapting` lets code run that is of another version or another machine.
"""

from __future__ import annotations

import sys
from typing import Any

from grader.evidence.code.probe.running.data_used import DataUsed
from grader.evidence.code.probe.running.pytorch.adapting import adapt
from grader.evidence.code.probe.running.pytorch.calls import CallsFollowed
from grader.evidence.code.probe.running.pytorch.loaders import LoaderPatch
from grader.evidence.code.probe.running.pytorch.steps import StepPatch
from grader.evidence.code.probe.running.recorder import Recorder


def install(recorder: Recorder, data: DataUsed) -> None:
    """Record what PyTorch trains and evaluates; nothing happens where it was not imported before the fork.

    PyTorch 2 is needed: older ones have no hooks for optimizers, and run unrecorded.

    Args:
        recorder: Where to.
        data: Describes what is trained on.
    """
    torch: Any = sys.modules.get("torch")
    optimizers = sys.modules.get("torch.optim.optimizer")
    if torch is None or not hasattr(optimizers, "register_optimizer_step_pre_hook"):
        return
    adapt(torch, recorder.used)
    loaders = LoaderPatch(recorder)
    loaders.install(torch.utils.data.DataLoader)
    steps = StepPatch(recorder, data, loaders)
    steps.install(torch)
    CallsFollowed(steps).install(torch)
