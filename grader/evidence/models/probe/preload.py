"""Import the libraries that every probe needs, once, in the process from which sandboxed processes are forked.

The import must not run a TensorFlow operation, because TensorFlow's thread pools do not survive a fork.
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


#: Libraries that Keras imports if they are installed, though few models need them. Importing them takes half of
#: the start-up time and 70 MB.
_RARELY_NEEDED = ("matplotlib", "pandas", "scipy", "sklearn")


@contextmanager
def _hidden_libraries() -> Iterator[None]:
    """Make the rarely needed libraries impossible to import in this context; they can be imported after it."""
    hidden = [name for name in _RARELY_NEEDED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden, cast(ModuleType, None)))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def _silenced_stderr() -> Iterator[None]:
    """Discard what TensorFlow's C++ code writes to standard error on import, whatever its log level."""
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


with _hidden_libraries(), _silenced_stderr():
    gc.disable()  # there is nothing to collect yet, and the collector takes a fifth of the import time
    import h5py  # noqa: F401  (imported for the fork)
    import keras  # noqa: F401
    import tensorflow as tf  # noqa: F401

    gc.enable()
