from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
from grader.probes import preload
assert not {"matplotlib", "scipy", "sklearn"} & set(sys.modules)
import keras, scipy
assert "keras" in sys.modules and scipy.__version__
print("works")
"""


def test_what_networks_hardly_need_is_not_imported_in_advance_but_can_be() -> None:
    """Layers for sound, say, take their windows from SciPy when they are built."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False, timeout=300
    )

    assert ended.stdout.strip() == "works", ended.stderr
    assert ended.stderr == ""
