"""Imports what every probe needs, once, in the process the sandboxed ones are forked from.

Importing must not run a TensorFlow operation: its thread pools would not survive the fork.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import cast

os.environ.update(
    {
        "CUDA_VISIBLE_DEVICES": "-1",
        "HDF5_PLUGIN_PRELOAD": "::",
        "HDF5_USE_FILE_LOCKING": "FALSE",
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "1",
    }
)


#: What Keras imports where it is there and hardly a network needs: half of the time to start, 70 MB.
_FOR_LATER = ("matplotlib", "pandas", "scipy", "sklearn")


@contextmanager
def _not_yet() -> Iterator[None]:
    """Within, those libraries cannot be had; afterwards, whoever does need one imports it."""
    held_back = [name for name in _FOR_LATER if name not in sys.modules]
    sys.modules.update(dict.fromkeys(held_back, cast(ModuleType, None)))
    try:
        yield
    finally:
        for name in held_back:
            del sys.modules[name]


@contextmanager
def _quietly() -> Iterator[None]:
    """TensorFlow's C++ side greets on standard error whatever its log level; keep that off the terminal."""
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


with _not_yet(), _quietly():
    gc.disable()  # there is nothing to collect yet, and looking for it takes a fifth of the time
    import h5py  # noqa: F401  (imported for the fork)
    import keras  # noqa: F401
    import tensorflow as tf  # noqa: F401

    gc.enable()
