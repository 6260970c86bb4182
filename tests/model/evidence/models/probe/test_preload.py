"""Libraries that few models need are left out of the modules imported in advance."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
from grader.evidence.models.probe import preload
assert not {"matplotlib", "scipy", "sklearn"} & set(sys.modules)
import keras, scipy
assert "keras" in sys.modules and scipy.__version__
print("works")
"""


def test_what_models_hardly_need_is_not_imported_in_advance_but_can_be() -> None:
    """Layers for sound, for example, take their windows from SciPy when they are built."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False, timeout=300
    )

    assert ended.stdout.strip() == "works", ended.stderr
    assert ended.stderr == ""
