"""Import what student code imports, once, in the process from which those that run it are forked.

None of it may run a TensorFlow operation or start a thread; neither survives a fork. PyTorch is imported too where it
is installed: that takes some seconds of processor time, which a step of student code could not spare.
"""

from __future__ import annotations

import contextlib
import importlib
import os

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("JOBLIB_MULTIPROCESSING", "0")

# Before TensorFlow: a part of PyTorch, Triton, ends the process where it is imported after it.
for _name in ("torch", "torchvision.datasets"):
    with contextlib.suppress(ImportError, OSError):  # it, or a library it needs, is not installed
        importlib.import_module(_name)

import grader.evidence.models.probe.preload  # noqa: E402

#: Not all of them are installed everywhere.
_LIBRARIES = (
    "matplotlib.pyplot",
    "pandas",
    "PIL.Image",
    "scipy.io",
    "scipy.stats",
    "seaborn",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.preprocessing",
    "sklearn.datasets",
)

for _name in _LIBRARIES:
    with contextlib.suppress(ImportError):
        importlib.import_module(_name)

import grader.evidence.code.probe.running.session  # noqa: E402, F401  (imported for the fork)
