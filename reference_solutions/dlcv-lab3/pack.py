"""Pack programs, report and figures into the archive that is handed in, the same bytes every time.

Run `python pack.py`; it writes `submission/DOE_Jane_Lab3_DLCV.tar.bz2`.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
ARCHIVE = HERE / "submission" / "DOE_Jane_Lab3_DLCV.tar.bz2"
FILES = (
    *("lab3.py", "lab3_3.py", "report.md"),
    *("single-neuron.svg", "hidden-layer.svg", "multiclass.svg"),
)


def main() -> None:
    """Write the archive."""
    ARCHIVE.parent.mkdir(exist_ok=True)
    with tarfile.open(ARCHIVE, "w:bz2") as archive:
        for name in FILES:
            content = (HERE / name).read_bytes()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    print(f"{ARCHIVE.relative_to(HERE)}: {ARCHIVE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
