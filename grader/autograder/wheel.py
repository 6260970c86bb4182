"""The grader as a wheel, however it is installed here, and the versions of what it runs with."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path, PurePosixPath

from grader.errors import GraderError

_NAME = "grader"

#: What an installation adds to a wheel.
_ADDED = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json")


def grader_wheel() -> tuple[str, bytes]:
    """Name and content of a wheel of this grader.

    Raises:
        GraderError: It runs from a checkout, and building it there failed.
    """
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file():
        return _built(checkout)
    return _packed_again(distribution(_NAME))


def constraints() -> str:
    """A line ``name==version`` for every package that is installed here but the grader, sorted."""
    pins = {
        f"{found.name.lower()}=={found.version}"
        for found in distributions()
        if found.name.lower() != _NAME
    }
    return "".join(f"{pin}\n" for pin in sorted(pins))


def _built(checkout: Path) -> tuple[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        command += ["--no-build-isolation", "--wheel-dir", folder, str(checkout)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - pip
        if done.returncode:
            raise GraderError(
                f"the grader in {checkout} could not be built: {done.stderr.strip()[-300:]}",
                hint="`make install` brings what building it needs",
            )
        (wheel,) = Path(folder).glob("*.whl")
        return wheel.name, wheel.read_bytes()


def _packed_again(installed: Distribution) -> tuple[str, bytes]:
    """The wheel an installation came from: its files, but for scripts and bytecode."""
    with tempfile.TemporaryFile() as stream:
        record = []
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(installed.files or (), key=str):
                path = PurePosixPath(file.as_posix())
                if ".." in path.parts or path.suffix == ".pyc" or path.name in _ADDED:
                    continue
                content = Path(str(file.locate())).read_bytes()
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
                record.append(f"{path},sha256={digest.decode()},{len(content)}")
                archive.writestr(str(path), content)
            record_path = f"{_NAME}-{installed.version}.dist-info/RECORD"
            archive.writestr(record_path, "\n".join([*record, f"{record_path},,"]) + "\n")
        stream.seek(0)
        return f"{_NAME}-{installed.version}-py3-none-any.whl", stream.read()
