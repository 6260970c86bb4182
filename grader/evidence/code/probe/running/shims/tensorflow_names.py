"""TensorFlow 1: names that live on in `tf.compat.v1`, and sessions that evaluate eagerly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.evidence.code.probe.running.shims.absent import Stub
from grader.evidence.code.probe.running.shims.keras_backend import Session
from grader.evidence.code.probe.running.shims.patching import Used, library


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _old_names(tensorflow: Any) -> Mapping[str, Any]:
    """What TensorFlow 1 held and what to give for it, where `tf.compat.v1` will not do."""
    return {
        "Session": Session,
        "InteractiveSession": Session,
        "contrib": Stub(),
        "app": Stub(),
        "flags": Stub(),
        "set_random_seed": tensorflow.random.set_seed,
        "reset_default_graph": _nothing,
        "enable_eager_execution": _nothing,
        "disable_eager_execution": _nothing,
        "disable_v2_behavior": _nothing,
        "enable_v2_behavior": _nothing,
    }


def _stay_eager(tensorflow: Any) -> None:
    """Nothing switches eager execution off: what is recorded of a run needs it."""
    v1 = tensorflow.compat.v1
    for name in (
        "disable_eager_execution",
        "disable_v2_behavior",
        "disable_v2_tensorshape",
        "reset_default_graph",
    ):
        setattr(v1, name, _nothing)
    v1.Session = v1.InteractiveSession = Session
    v1.set_random_seed = tensorflow.random.set_seed


def _one_machine(tensorflow: Any) -> None:
    """One processor, without threads: what chooses devices or threads is left alone."""
    config = tensorflow.config
    for holder, names in (
        (config, ("set_visible_devices", "set_logical_device_configuration")),
        (
            config.threading,
            ("set_inter_op_parallelism_threads", "set_intra_op_parallelism_threads"),
        ),
        (
            config.experimental,
            (
                "set_memory_growth",
                "set_virtual_device_configuration",
                "set_visible_devices",
                "set_synchronous_execution",
            ),
        ),
    ):
        for name in names:
            if hasattr(holder, name):
                setattr(holder, name, _nothing)
    strategy = tensorflow.distribute.get_strategy
    tensorflow.distribute.MirroredStrategy = lambda *_, **__: strategy()
    tensorflow.distribute.experimental.TPUStrategy = lambda *_, **__: strategy()
    tensorflow.distribute.experimental.CentralStorageStrategy = lambda *_, **__: strategy()


def install_tensorflow_names(used: Used) -> None:
    """Let names of TensorFlow 1 be found."""
    tensorflow = library("tensorflow")
    if tensorflow is None:
        return
    names, v1 = _old_names(tensorflow), tensorflow.compat.v1
    before = vars(tensorflow).get("__getattr__")

    def find(name: str) -> Any:
        if not name.startswith("__"):
            if name in names:
                used(f"tf.{name}")
                return names[name]
            if hasattr(v1, name):
                used(f"tf.{name}")
                return getattr(v1, name)
        if before is not None:
            return before(name)
        raise AttributeError(f"module 'tensorflow' has no attribute '{name}'")

    tensorflow.__getattr__ = find
    _stay_eager(tensorflow)
    _one_machine(tensorflow)
