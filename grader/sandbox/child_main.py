"""What a fresh process runs: import, receive the files, set the limits, run the target."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path

import msgspec

from grader.sandbox.channel import PipeConnection
from grader.sandbox.confinement import home_variables, limit_resources, submitted_name
from grader.sandbox.protocol import Ready, Setup
from grader.sandbox.worker import resolve


def main(folder: str) -> None:
    """Run the target that the first message names, until the other side hangs up.

    Args:
        folder: Created here; the working folder.
    """
    # What untrusted work prints goes to the log, not between the messages.
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    connection = PipeConnection(reading, writing)
    setup = msgspec.json.decode(connection.recv_bytes(), type=Setup)
    Path(folder).mkdir(mode=0o700)
    os.chdir(folder)
    os.environ.update(home_variables(folder))
    tempfile.tempdir = folder
    for module in setup.preload:
        importlib.import_module(module)
    target = resolve(setup.target)
    connection.send_bytes(msgspec.json.encode(Ready()))
    for place in range(setup.files):
        Path(folder, submitted_name(place)).write_bytes(connection.recv_bytes())
    limit_resources(setup.limits)
    target(connection, setup.limits)
    sys.stderr.flush()
    os._exit(0)
