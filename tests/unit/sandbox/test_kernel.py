from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
from pathlib import Path
import numpy as np
from grader.sandbox.kernel import release_file_pages

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])

matrix = np.arange(16.0).reshape(4, 4)
expected = matrix @ matrix
before = resident()
assert release_file_pages() > 10
assert resident() < before * 0.8, (before, resident())
assert (matrix @ matrix == expected).all()
import decimal, sqlite3
assert decimal.Decimal(1) / 3 and sqlite3.sqlite_version
print("works")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_libraries_work_after_their_pages_were_given_back() -> None:
    """Memory becomes less, and what was read from files is read again."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False, timeout=60
    )

    assert ended.stdout.strip() == "works", ended.stderr
