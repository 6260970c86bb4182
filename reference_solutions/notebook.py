"""Run a notebook from top to bottom and save it with its outputs, as Jupyter would.

Run `python reference_solutions/notebook.py NOTEBOOK`; GRADER_DATA names the folder of the datasets, which
`keras.datasets` then gives. What cells print and the figures they show become their outputs.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import click
import keras
import matplotlib as mpl
from matplotlib import pyplot as plt

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the repository
from reference_solutions.served import serve_datasets

#: Pixels of saved figures, small enough to keep notebooks small.
_DPI = 60


def run_cell(source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """Run one cell.

    Args:
        source: Its code.
        names: The variables of the notebook.
    """
    printed = io.StringIO()
    outputs: list[dict[str, Any]] = []
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "<cell>", "exec"), names)  # noqa: S102 - a notebook of this repository
    if printed.getvalue():
        lines = printed.getvalue().splitlines(keepends=True)
        outputs.append({"output_type": "stream", "name": "stdout", "text": lines})
    for number in plt.get_fignums():
        picture = io.BytesIO()
        figure = plt.figure(number)
        figure.savefig(picture, format="png", dpi=_DPI)
        plt.close(figure)
        data = {"image/png": base64.b64encode(picture.getvalue()).decode()}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    return outputs


@click.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(notebook: Path) -> None:
    """Run NOTEBOOK and save it with its outputs."""
    mpl.use("agg")
    serve_datasets()
    keras.utils.set_random_seed(0)
    content = json.loads(notebook.read_text("utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(code, 1):
        click.echo(f"cell {number} of {len(code)}")
        cell["outputs"] = run_cell("".join(cell["source"]), names)
        cell["execution_count"] = number
    notebook.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
