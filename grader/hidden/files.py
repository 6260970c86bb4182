"""The test files of a lab in a course directory, and their digests."""

from __future__ import annotations

import hashlib
from pathlib import Path

#: The folder of a course directory that holds a folder for each lab.
HIDDEN_TESTS = "hidden_tests"

#: Files of the process of pytest: the request, what was found, and how tests ended, a `RunLine` a line.
REQUEST_FILE, FOUND_FILE, ENDED_FILE = "request.json", "found.json", "ended.jsonl"


def list_test_files(folder: Path) -> list[Path]:
    """The files whose functions are tests, by name; empty where there is no such folder."""
    return sorted(path for path in folder.glob("test_*.py") if path.is_file())


def file_digests(folder: Path) -> dict[str, str]:
    """Name of each test file to a digest of it and of the modules beside it that are none."""
    tests = list_test_files(folder)
    others = sorted(path for path in folder.glob("*.py") if path not in tests)
    beside = hashlib.sha256()
    for path in others:
        beside.update(path.name.encode() + b"\0" + path.read_bytes())
    return {
        path.name: hashlib.sha256(beside.digest() + path.read_bytes()).hexdigest() for path in tests
    }
