"""Measure the reference models on their test sets and write `results.json` beside them.

Run `python reference_solutions/measure.py [LAB ...]`; without a name it measures every lab. The
table of scores in README.md is written anew from every `results.json`. The numbers come from
Keras' own `predict` on pixels scaled to 0..1, or from tables of predictions and scikit-learn, not
from the grader, so that the grader can be compared with them.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from grader import datasets, registry
from grader.checks import CheckKind
from grader.datasets.base import Dataset
from grader.datasets.texts import text_ids
from grader.evidence.episodes.environment import Start, play_episodes
from grader.evidence.episodes.record import EpisodesNeed
from grader.evidence.models.probe.fingerprint import fingerprint, keras_weights
from grader.evidence.need import Need
from grader.evidence.predictions.record import PredictionsNeed
from grader.evidence.texts.record import TextPredictionsNeed

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the repository
from reference_solutions.findings import findings

HERE = Path(__file__).parent
#: Where in README.md the table of scores begins and ends.
TABLE_START, TABLE_END = "<!-- scores -->\n", "<!-- end of scores -->\n"


#: Further test sets of an exercise, besides those its checks ask for.
ALSO = {"3-handwritten": ("handwritten", "mnist"), "multiclass": ("mnist",)}


def labs() -> list[str]:
    """The labs that have a reference model or a study."""
    return [lab for lab in registry.labs() if models(lab) or findings(HERE / lab)]


def models(lab: str) -> dict[str, Path]:
    """The trained models of a lab, by the exercise they solve, in the lab's order."""
    files = {
        exercise.id: HERE / lab / f"{exercise.id}.h5" for exercise in registry.lab(lab).exercises
    }
    return {exercise: file for exercise, file in files.items() if file.exists()}


def test_sets(lab: str, exercise: str) -> list[str]:
    """The datasets a model is measured on."""
    asking = PredictionsNeed | TextPredictionsNeed
    names = [need.dataset for need in needs(lab, exercise) if isinstance(need, asking)]
    return list(dict.fromkeys([*names, *ALSO.get(exercise, ())]))


def needs(lab: str, exercise: str) -> list[Need[Any]]:
    """What the checks of an exercise look at."""
    asked = registry.lab(lab).exercise(exercise)
    checks = [check for check in asked.checks if isinstance(check, CheckKind)]
    return list(dict.fromkeys(need for check in checks for need in check.needs(asked)))


def measure(model: keras.Model, test_set: str) -> dict[str, float | int]:
    """Measure a model on a dataset.

    Args:
        model: Takes pixels from 0 to 1, gives one output a class.
        test_set: Name of the dataset; its test split is used.

    Returns:
        The share of images that are predicted correctly, of images whose class is among the five
        best, and how many images there are.
    """
    test = datasets.get(test_set).load("test")
    images = test.images.astype("float32") / 255
    outputs = model.predict(images.reshape(-1, *model.input_shape[1:]), batch_size=500, verbose=0)
    ranked = np.argsort(-outputs, axis=1, kind="stable")[:, :5]
    hits = ranked == test.labels[:, None]
    return {
        "accuracy": round(float(hits[:, 0].mean()), 5),
        "top5": round(float(hits.any(axis=1).mean()), 5),
        "images": len(test),
    }


def measure_tables(folder: Path, test_set: str) -> dict[str, float | int]:
    """Measure the most accurate of the tables of predictions that are handed in, ``id,label`` with numbers.

    Args:
        folder: Holds the tables.
        test_set: Name of a dataset of two classes of texts.

    Returns:
        As `measure`, and the macro F1. Of two classes the right one is always among the five best.
    """
    test = datasets.get(test_set).load("test")
    ids = text_ids(test.texts)
    found = []
    for table in sorted(folder.glob("*.csv")):
        with table.open(encoding="utf-8", newline="") as stream:
            predicted = {row["id"]: int(row["label"]) for row in csv.DictReader(stream)}
        labels = [predicted[name] for name in ids]
        found.append((accuracy_score(test.labels, labels), labels))
    accuracy, labels = max(found)
    return {
        "accuracy": round(float(accuracy), 5),
        "top5": 1.0,
        "images": len(test),
        "macro_f1": round(float(f1_score(test.labels, labels, average="macro")), 5),
    }


def play(model: keras.Model, need: EpisodesNeed) -> dict[str, float | int]:
    """The mean return of the episodes a model is graded on, and that of the shortest tenth."""
    starts = [Start(need.seed + place) for place in range(need.episodes)]
    played = play_episodes(
        need.environment, starts, lambda states, _: np.asarray(model(states)).argmax(axis=1)
    )
    steps = sorted(item.steps for item in played)
    worst = steps[: len(steps) // 10]
    return {
        "mean": round(float(np.mean(steps)), 2),
        "shortest_tenth": round(float(np.mean(worst)), 2),
        "episodes": len(steps),
    }


def write_results(lab: str) -> Path:
    """Measure the models of a lab.

    Args:
        lab: Name of its folder.

    Returns:
        The `results.json` written: `scores` per exercise and dataset, `returns` per exercise and
        environment where models play, then per exercise the
        seconds the training took, the number of parameters, and the fingerprint that copies of the
        model are recognised by; `findings` are what the study of the lab shows.
    """
    scores: dict[str, dict] = {}
    returns: dict[str, dict] = {}
    seconds: dict[str, int] = {}
    parameters: dict[str, int] = {}
    fingerprints: dict[str, object] = {}
    for exercise, file in models(lab).items():
        model = keras.models.load_model(file, compile=False)
        scores[exercise] = {
            name: measure(model, name)
            if isinstance(datasets.get(name), Dataset)
            else measure_tables(HERE / lab / "submission", name)
            for name in test_sets(lab, exercise)
        }
        played = [need for need in needs(lab, exercise) if isinstance(need, EpisodesNeed)]
        if played:
            returns[exercise] = {need.environment: play(model, need) for need in played}
        training = json.loads(file.with_suffix(".training.json").read_text())
        seconds[exercise] = training["seconds"]
        parameters[exercise] = model.count_params()
        weights = keras_weights(model, model.get_config())
        fingerprints[exercise] = msgspec.to_builtins(fingerprint(weights))
    results = {
        "scores": scores,
        **({"returns": returns} if returns else {}),
        "training_seconds": seconds,
        "parameters": parameters,
        "fingerprints": fingerprints,
        "findings": findings(HERE / lab),
    }
    target = HERE / lab / "results.json"
    target.write_text(json.dumps(results, indent=2) + "\n")
    return target


def score_table() -> str:
    """Every `results.json` there is, as one Markdown table."""
    lines = [
        "| file | test set | images | accuracy | top 5 | parameters | kB | trained in |",
        "| --- | --- | --: | --: | --: | --: | --: | --: |",
    ]
    for lab in labs():
        if not (HERE / lab / "results.json").exists():
            continue
        results = json.loads((HERE / lab / "results.json").read_text())
        for exercise, file in models(lab).items():
            for test_set, scores in results["scores"][exercise].items():
                cells = (
                    f"`{lab}/{file.name}`",
                    test_set,
                    f"{scores['images']:,}",
                    f"{scores['accuracy']:.2%}",
                    f"{scores['top5']:.2%}",
                    f"{results['parameters'][exercise]:,}",
                    f"{file.stat().st_size / 1000:,.0f}",
                    f"{results['training_seconds'][exercise] / 60:.0f} min",
                )
                lines.append(f"| {' | '.join(cells)} |")
            for environment, played in results.get("returns", {}).get(exercise, {}).items():
                cells = (
                    f"`{lab}/{file.name}`",
                    environment,
                    f"{played['episodes']:,} episodes",
                    f"{played['mean']:g} steps",
                    "",
                    f"{results['parameters'][exercise]:,}",
                    f"{file.stat().st_size / 1000:,.0f}",
                    f"{results['training_seconds'][exercise] / 60:.0f} min",
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
    for lab in sys.argv[1:] or labs():
        target = write_results(lab)
        print(target.name, "of", lab)
        print(target.read_text())
    write_score_table()


if __name__ == "__main__":
    main()
