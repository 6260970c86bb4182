"""Callbacks with the arguments they took once, and without what a sandbox cannot do."""

from __future__ import annotations

from typing import Any

from grader.evidence.code.probe.running.shims.patching import Function, Used, library, replace


def _plateau(used: Used) -> Any:
    def make(original: Function) -> Function:
        def construct(self: Any, *positional: Any, **named: Any) -> None:
            if "epsilon" in named:
                used("epsilon=")
                named["min_delta"] = named.pop("epsilon")
            original(self, *positional, **named)

        return construct

    return make


def _checkpoint(used: Used) -> Any:
    """`ModelCheckpoint` takes any suffix: saving under it is fixed elsewhere."""

    def make(original: Function) -> Function:
        def construct(self: Any, filepath: Any, *positional: Any, **named: Any) -> None:
            period = named.pop("period", None)
            if len(positional) > 5 and isinstance(positional[5], int):
                positional, period = positional[:5], positional[5]
            if period is not None:
                used("period=")
            for name in ("options", "load_weights_on_restart", "save_format"):
                named.pop(name, None)
            weights = named.get(
                "save_weights_only", positional[3] if len(positional) > 3 else False
            )
            suffix = ".weights.h5" if weights else ".keras"
            path = str(filepath)
            if path.endswith(suffix):
                original(self, path, *positional, **named)
            else:
                used("ModelCheckpoint suffix")
                original(self, path + suffix, *positional, **named)
                self.filepath = path
            if period is not None and int(period) > 1:
                _only_every(self, int(period))

        return construct

    return make


def _watch_accuracy(used: Used) -> Any:
    """A callback that watches `acc` by its old name wants it high."""

    def make(original: Function) -> Function:
        def set_monitor_op(self: Any) -> None:
            watched = self.monitor
            if self.mode == "auto" and str(watched).endswith("acc"):
                used(watched)
                self.mode = "max"
            original(self)

        return set_monitor_op

    return make


def _only_every(callback: Any, period: int) -> None:
    """Let a checkpoint be written after every few epochs only."""
    on_epoch_end = callback.on_epoch_end

    def end(epoch: int, logs: Any = None) -> None:
        if (epoch + 1) % period == 0:
            on_epoch_end(epoch, logs)

    callback.on_epoch_end = end


def _quiet_board(board: Any, base: Any) -> None:
    """`TensorBoard` keeps its settings and writes nothing."""

    def construct(self: Any, log_dir: Any = "logs", *positional: Any, **named: Any) -> None:
        base.__init__(self)
        self.log_dir = str(log_dir)
        self.histogram_freq = named.get("histogram_freq", 0)

    board.__init__ = construct
    for name in [name for name in vars(board) if name.startswith("on_") or name == "set_model"]:
        setattr(board, name, getattr(base, name))


def install_keras_callbacks(used: Used) -> None:
    """Let callbacks take the arguments they took once."""
    keras = library("keras")
    if keras is None:
        return
    callbacks = keras.callbacks
    replace(callbacks.ReduceLROnPlateau, "__init__", _plateau(used))
    replace(callbacks.ModelCheckpoint, "__init__", _checkpoint(used))
    replace(callbacks.EarlyStopping, "_set_monitor_op", _watch_accuracy(used))
    _quiet_board(callbacks.TensorBoard, callbacks.Callback)
