"""A class of 6 MLPs and 6 small CNNs on the 10,000 MNIST test images, graded three ways, side by side.

``python -m benchmarks.class_of_twelve [--repeat N]`` prints a table and ends with the two ratios. Needs MNIST
(see GRADER_DATA). The other two ways are what an instructor writes in an afternoon: `load_model` and
`model.predict` with its defaults, in a fresh process for each model, or in a loop in one process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

from benchmarks.timing import Measurement, measure, python

_COURSE = """
[labs.ml-assignment2.checks."3-handwritten/relative-accuracy"]
dataset = "mnist"
"""

_LOOP = """
import json, sys
import numpy as np
import keras
from grader import datasets
test = datasets.get("mnist").load("test")
images = test.images.astype("float32") / 255
accuracies = {}
for path in sys.argv[1:]:
    model = keras.models.load_model(path, compile=False)
    best = model.predict(images.reshape(-1, *model.input_shape[1:]), verbose=0).argmax(axis=1)
    accuracies[path] = float((best == test.labels).mean())
print(json.dumps(accuracies))
"""

_MAKE = """
import sys
from pathlib import Path
import keras
from grader import datasets
layers = keras.layers
train = datasets.get("mnist").load("train")[:10_000]
images = train.images.astype("float32") / 255
for number in range(6):
    keras.utils.set_random_seed(number)
    mlp = [keras.Input((28, 28)), layers.Flatten(), layers.Dense(512 + 64 * number, activation="relu"),
           layers.Dense(256, activation="relu"), layers.Dense(10, activation="softmax")]
    cnn = [keras.Input((28, 28, 1)), layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(),
           layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(),
           layers.Dense(96 + 16 * number, activation="relu"), layers.Dense(10, activation="softmax")]
    for kind, stack in (("mlp", mlp), ("cnn", cnn)):
        model = keras.Sequential(stack)
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(images.reshape(-1, *model.input_shape[1:]), train.labels, batch_size=64, verbose=0)
        model.save(Path(sys.argv[1]) / f"{kind}{number}.h5")
"""


def main() -> None:
    """Make the class, grade it every way, print what each took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--repeat", type=int, default=3, help="take the median of this many rounds")
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models = _make_class(folder)
        rounds = [_round(folder, models, number) for number in range(repeat)]
    grade, each, loop = (
        _median([measured[way] for measured in rounds]) for way in ("grade", "each", "loop")
    )
    print(f"{'12 networks, 10,000 images each':<44}{'seconds':>9}{'peak MiB':>10}")
    for title, measured in (
        ("grader grade, from command line to pages", grade),
        ("one fresh process per model, model.predict", each),
        ("a bare loop in one process, model.predict", loop),
    ):
        print(f"{title:<44}{measured.seconds:>9.1f}{measured.peak_mib:>10.0f}")
    print(
        f"grade / per-process {grade.seconds / each.seconds:.2f}x, "
        f"grade / loop {grade.seconds / loop.seconds:.2f}x"
    )


def _make_class(folder: Path) -> list[str]:
    (folder / "class").mkdir()
    (folder / "course.toml").write_text(_COURSE)
    measure(python("-c", _MAKE, str(folder / "class")), env=_environment())
    return sorted(str(path) for path in (folder / "class").iterdir())


def _round(folder: Path, models: list[str], number: int) -> dict[str, Measurement]:
    run = folder / f"run{number}"
    grade = measure(
        python(
            "-m", "grader", "grade", "ml-assignment2", str(folder / "class"),
            "--course", str(folder), "--out", str(run),
        ),
        env=_environment(),
    )  # fmt: skip
    singles = [measure(python("-c", _LOOP, model), env=_environment()) for model in models]
    each = Measurement(
        sum(single.seconds for single in singles), max(single.peak_mib for single in singles), ""
    )
    loop = measure(python("-c", _LOOP, *models), env=_environment())
    _compare(run, json.loads(loop.output))
    return {"grade": grade, "each": each, "loop": loop}


def _compare(run: Path, expected: dict[str, float]) -> None:
    """Both ways must have measured the same accuracies, or the times mean nothing."""
    for path, accuracy in expected.items():
        report = json.loads((run / "results" / f"{Path(path).stem}.json").read_text())
        measured = report["exercises"][0]["checks"][0]["facts"][0]["value"]
        if measured != accuracy:
            raise SystemExit(f"{path}: graded {measured}, model.predict gives {accuracy}")


def _median(measurements: list[Measurement]) -> Measurement:
    return Measurement(
        statistics.median(each.seconds for each in measurements),
        statistics.median(each.peak_mib for each in measurements),
        "",
    )


def _environment() -> dict[str, str]:
    return dict(os.environ) | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}


if __name__ == "__main__":
    main()
