"""Programs that stand in for those that train: they end at once and remember what they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from grader import resources

#: Stands in for a program that trains: writes what it was asked, and the files of a finished training.
TINY = """
import json, sys
from pathlib import Path
here = Path(__file__).parent
out = Path(sys.argv[sys.argv.index("--out") + 1]) if "--out" in sys.argv else here
epochs = int(sys.argv[sys.argv.index("--epochs") + 1]) if "--epochs" in sys.argv else 4
print("I0000 00:00:17 remark of TensorFlow", file=sys.stderr)
print("Hint: of the program", file=sys.stderr)
out.mkdir(exist_ok=True)
with (here / "asked.txt").open("a") as log:
    print(*sys.argv[1:], file=log)
name = Path(__file__).stem
(out / f"{name}.h5").write_text("network")
(out / f"{name}.training.json").write_text(json.dumps({"epochs": epochs, "of": 4, "seconds": 7}))
"""


def tiny_programs(
    folder: Path, lab: str, exercises: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder of references with a tiny program for each exercise, in place of the real one."""
    (folder / lab).mkdir(parents=True)
    for exercise in exercises:
        (folder / lab / f"{exercise}.py").write_text(TINY)
    monkeypatch.setattr(resources, "reference_solution", lambda slug: folder / slug)
    return folder / lab
