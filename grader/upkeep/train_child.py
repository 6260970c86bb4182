"""Run a program that ends with the process that started it: ``python -m grader.upkeep.train_child PROGRAM ...``.

The starter holds the other end of standard input, whatever happens to it: where that ends, so do we. Ctrl-C is
left to the starter, who knows what to say.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
from pathlib import Path


def _end_with_the_starter() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> None:
    """Run the program named first on the command line, with the arguments after it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    del sys.argv[0]
    sys.path[0] = str(Path(sys.argv[0]).parent)
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
