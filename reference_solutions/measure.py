"""Measure the reference networks on their test sets and write `results.json` beside them.

Run `python reference_solutions/measure.py [LAB ...]`; without a name it measures every lab. The
table of scores in README.md is written anew from every `results.json`. The numbers come from
Keras' own `predict` on pixels scaled to 0..1, not from the grader, so that the grader can be held
against them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from grader import datasets

HERE = Path(__file__).parent
#: Where in README.md the table of scores begins and ends.
TABLE_START, TABLE_END = "<!-- scores -->\n", "<!-- end of scores -->\n"


@dataclass(frozen=True)
class Reference:
    """One trained network."""

    lab: str
    """The lab it belongs to; the name of its folder."""

    exercise: str
    """The exercise it solves."""

    file: str
    """Name of the .h5 file, without the ending."""

    test_sets: tuple[str, ...]
    """The datasets it is measured on."""


REFERENCES = (
    Reference("mnist-cifar100", "mnist", "mnist", ("mnist",)),
    Reference("mnist-cifar100", "cifar100", "cifar100", ("cifar100",)),
    Reference("ml-assignment2", "3-handwritten", "handwritten", ("digits", "handwritten", "mnist")),
    Reference("playground-cifar10", "part-4-cifar10", "cifar10", ("cifar10",)),
)


def measure(network: keras.Model, test_set: str) -> dict[str, float | int]:
    """Measure a network on a dataset.

    Args:
        network: Takes pixels from 0 to 1, gives one output a class.
        test_set: Name of the dataset; its test split is used.

    Returns:
        The share of right answers, of right answers among the five best, and how many images
        were asked.
    """
    test = datasets.get(test_set).load("test")
    images = test.images.astype("float32") / 255
    outputs = network.predict(
        images.reshape(-1, *network.input_shape[1:]), batch_size=500, verbose=0
    )
    ranked = np.argsort(-outputs, axis=1, kind="stable")[:, :5]
    hits = ranked == test.labels[:, None]
    return {
        "accuracy": round(float(hits[:, 0].mean()), 5),
        "top5": round(float(hits.any(axis=1).mean()), 5),
        "images": len(test),
    }


def write_results(lab: str) -> Path:
    """Measure the networks of a lab.

    Args:
        lab: Name of its folder.

    Returns:
        The `results.json` written: `scores` per exercise and dataset, then per exercise the
        seconds the training took and the number of parameters.
    """
    scores: dict[str, dict] = {}
    seconds: dict[str, int] = {}
    parameters: dict[str, int] = {}
    for reference in REFERENCES:
        if reference.lab != lab:
            continue
        path = HERE / lab / reference.file
        network = keras.models.load_model(path.with_suffix(".h5"), compile=False)
        scores[reference.exercise] = {
            test_set: measure(network, test_set) for test_set in reference.test_sets
        }
        training = json.loads(path.with_suffix(".training.json").read_text())
        seconds[reference.exercise] = training["seconds"]
        parameters[reference.exercise] = network.count_params()
    results = {"scores": scores, "training_seconds": seconds, "parameters": parameters}
    target = HERE / lab / "results.json"
    target.write_text(json.dumps(results, indent=2) + "\n")
    return target


def score_table() -> str:
    """Every `results.json` there is, as one Markdown table."""
    lines = [
        "| file | test set | images | accuracy | top 5 | parameters | kB | trained in |",
        "| --- | --- | --: | --: | --: | --: | --: | --: |",
    ]
    for reference in REFERENCES:
        folder = HERE / reference.lab
        if not (folder / "results.json").exists():
            continue
        results = json.loads((folder / "results.json").read_text())
        for test_set, scores in results["scores"][reference.exercise].items():
            cells = (
                f"`{reference.lab}/{reference.file}.h5`",
                test_set,
                f"{scores['images']:,}",
                f"{scores['accuracy']:.2%}",
                f"{scores['top5']:.2%}",
                f"{results['parameters'][reference.exercise]:,}",
                f"{(folder / reference.file).with_suffix('.h5').stat().st_size / 1000:,.0f}",
                f"{results['training_seconds'][reference.exercise] / 60:.0f} min",
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def write_score_table() -> None:
    """Put the table of scores into README.md."""
    readme = HERE / "README.md"
    before, _, rest = readme.read_text().partition(TABLE_START)
    _, _, after = rest.partition(TABLE_END)
    readme.write_text(before + TABLE_START + score_table() + TABLE_END + after)


def main() -> None:
    """Measure the labs named on the command line, or all."""
    for lab in sys.argv[1:] or sorted({reference.lab for reference in REFERENCES}):
        target = write_results(lab)
        print(target.name, "of", lab)
        print(target.read_text())
    write_score_table()


if __name__ == "__main__":
    main()
