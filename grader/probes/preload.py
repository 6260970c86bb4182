"""Imports what every probe needs, once, in the process the sandboxed ones are forked from.

Importing must not run a TensorFlow operation: its thread pools would not survive the fork.
"""

from __future__ import annotations

import gc
import os
import sys
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


#: What Keras imports where it is there and no network needs: half of the time to start, a quarter of the memory.
_NEEDLESS = ("matplotlib", "pandas", "scipy", "sklearn")


def _import_quietly() -> None:
    """TensorFlow's C++ side greets on standard error whatever its log level; keep that off the terminal."""
    for name in _NEEDLESS:
        sys.modules.setdefault(name, cast(ModuleType, None))  # None stands for what cannot be had
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    gc.disable()  # there is nothing to collect yet, and looking for it takes a fifth of the time
    try:
        import h5py  # noqa: F401  (imported for the fork)
        import keras  # noqa: F401
        import tensorflow as tf  # noqa: F401
    finally:
        gc.enable()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


_import_quietly()
