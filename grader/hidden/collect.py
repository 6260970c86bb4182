"""The tests of a lab's folder, as pytest finds them, with the images they draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.errors import CourseError
from grader.hidden.files import FOUND_FILE, file_digests
from grader.hidden.process import FINDING_S, run_child
from grader.records.base import from_json
from grader.records.hidden_test import FoundTests
from grader.sandbox.scratch import scratch_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class FoundFolder:
    """The test files of a lab and what is in them."""

    found: FoundTests
    images: dict[int, NDArray[np.uint8]]
    """Number, as `FoundTest.images` has it, to images."""
    digests: dict[str, str]
    """Name of a test file to its digest."""


def read_test_folder(folder: Path) -> FoundFolder:
    """Find the tests in a folder; nothing is found again while its modules are as they were.

    Raises:
        CourseError: pytest itself did not come to an end.
    """
    digests = file_digests(folder)
    return _find(folder, tuple(digests.items()))


@cache
def _find(folder: Path, digests: tuple[tuple[str, str], ...]) -> FoundFolder:
    import numpy as np

    with scratch_folder("hidden-tests") as out:
        trouble = run_child("find", folder, out, timeout_s=FINDING_S)
        try:
            found = from_json((out / FOUND_FILE).read_bytes(), FoundTests)
        except (OSError, msgspec.DecodeError) as error:
            raise CourseError(
                f"the hidden tests in {folder} cannot be read: {trouble or error}",
                hint="look for what ends the process when their files are imported",
            ) from error
        images = {int(path.stem): np.load(path) for path in out.glob("*.npy")}
    return FoundFolder(found, images, dict(digests))
