"""Grades one submission of <<lab>> in Classroom 50: reads the checkout in the current folder, writes result.json."""

import os
import pathlib
import subprocess
import sys

BUNDLE = pathlib.Path(os.environ.get("CLASSROOM50_BUNDLE_DIR") or pathlib.Path(__file__).parent).resolve()
ENVIRONMENT = pathlib.Path(os.environ.get("GRADER_ENVIRONMENT", BUNDLE / "venv"))
GRADER = ENVIRONMENT / "bin" / "grader"


def run(*command: object) -> None:
    """Run a command; where it fails, Classroom 50 is to grade the submission again."""
    ended = subprocess.run([str(word) for word in command])
    if ended.returncode:
        sys.exit(ended.returncode)


if not GRADER.exists():
    wheels = sorted((BUNDLE / "wheels").glob("grader-*.whl"))
    run(sys.executable, "-m", "venv", ENVIRONMENT)
    install = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet"]
    {% if is_offline %}
    install += ["--no-index", "--find-links", BUNDLE / "wheels"]
    {% endif %}
    run(*install, "--constraint", BUNDLE / "constraints.txt", *wheels)
    {% if datasets %}
    run(GRADER, "data", "fetch", "<<datasets | join('", "')>>")
    {% endif %}
run(GRADER, "autograde", "classroom50", "--source", BUNDLE, "--root", ".")
