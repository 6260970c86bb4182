"""Repairs of recurrent layers."""

from __future__ import annotations

from grader.evidence.models.probe.repair.base import Description

_RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional"})


def fast_recurrent(layer: Description) -> bool:
    """Replace layers for NVIDIA's cuDNN by the standard layers that compute the same."""
    if not layer["saved_class"].startswith("CuDNN"):
        return False
    layer["config"].update(activation="tanh", recurrent_activation="sigmoid")
    if layer["class_name"] == "GRU":
        layer["config"]["reset_after"] = True
    return True


def old_gru(layer: Description) -> bool:
    """Apply the reset gate before the matrix product, as GRUs did before it became a setting."""
    if layer["class_name"] not in ("GRU", "GRUCell") or "reset_after" in layer["config"]:
        return False
    layer["config"]["reset_after"] = False
    return True


def drop_time_major(layer: Description) -> bool:
    """Remove the setting for the order of time and batch; time first is refused."""
    time_major = layer["config"].pop("time_major", None)
    if time_major and layer["class_name"] in _RECURRENT:
        raise ValueError(
            f"the recurrent layer {layer['config'].get('name')} takes time before images"
        )
    return time_major is not None
