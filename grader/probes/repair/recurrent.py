"""Repairs of recurrent layers."""

from __future__ import annotations

from grader.probes.repair.base import Description

_RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional"})


def fast_recurrent(layer: Description) -> bool:
    """Open layers made for NVIDIA's cuDNN as the plain ones that compute the same."""
    if not layer["saved_class"].startswith("CuDNN"):
        return False
    layer["config"].update(activation="tanh", recurrent_activation="sigmoid")
    if layer["class_name"] == "GRU":
        layer["config"]["reset_after"] = True
    return True


def old_gru(layer: Description) -> bool:
    """Reset before the product, as GRUs did before they could choose."""
    if layer["class_name"] not in ("GRU", "GRUCell") or "reset_after" in layer["config"]:
        return False
    layer["config"]["reset_after"] = False
    return True


def drop_time_major(layer: Description) -> bool:
    """Leave out the order of time and batch, which is the usual one."""
    time_major = layer["config"].pop("time_major", None)
    if time_major and layer["class_name"] in _RECURRENT:
        raise ValueError(
            f"the recurrent layer {layer['config'].get('name')} takes time before images"
        )
    return time_major is not None
