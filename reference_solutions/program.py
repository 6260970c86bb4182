"""Run a program as a student of a lab writes it, with the datasets at hand, and keep what it writes.

Run `python reference_solutions/program.py PROGRAM --out FOLDER FILE...`. The program runs in an empty folder; the files
it was to write are moved to FOLDER once it has come to its end, so that a stopped run replaces nothing.
"""

from __future__ import annotations

import runpy
import shutil
import sys
from contextlib import chdir
from pathlib import Path

import click
import matplotlib as mpl

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the repository
from reference_solutions.served import serve_datasets


@click.command()
@click.argument("program", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
def main(program: Path, files: tuple[Path, ...], out: Path) -> None:
    """Run PROGRAM and move the FILES it writes to the folder OUT."""
    mpl.use("agg")
    serve_datasets()
    program, out = program.resolve(), out.resolve()
    scratch = out / f".{program.stem}.run"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        with chdir(scratch):
            runpy.run_path(str(program), run_name="__main__")
        missing = [str(file) for file in files if not (scratch / file).is_file()]
        if missing:
            raise click.ClickException(f"{program.name} did not write {', '.join(missing)}")
        for file in files:
            (out / file).parent.mkdir(parents=True, exist_ok=True)
            (scratch / file).replace(out / file)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
