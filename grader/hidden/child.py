"""The process pytest runs in: ``python -P -m grader.hidden.child find|run TESTS FOLDER``.

FOLDER is where the request lies (``request.json``, of `run`) and what comes of it is written.
"""

from __future__ import annotations

import sys
from pathlib import Path

from grader.hidden.files import REQUEST_FILE
from grader.hidden.finding import find_tests
from grader.hidden.running import run_tests
from grader.records.base import from_json
from grader.records.hidden_test import RunRequest


def main() -> None:
    """Do what the command line says."""
    task, tests, folder = sys.argv[1], Path(sys.argv[2]).resolve(), Path(sys.argv[3]).resolve()
    if task == "find":
        find_tests(tests, folder)
    else:
        request = from_json((folder / REQUEST_FILE).read_bytes(), RunRequest)
        run_tests(tests, request, folder)


if __name__ == "__main__":
    main()
