"""How exactly and how fast Playground links are replayed: ``python -m benchmarks.playground CASES.json...``.

Cases were run in the page's own program. Three forms are read: numbers of seeds (seed to numbers), replays
(``url_hash``, initial and final weights, losses by epoch) and clicks (``start_hash``, ``actions``, ``hash``,
``epochs``, ``w0``, ``lt``, ``lv``, ``shown``). Prints a line for each with how far it agrees, and ends with ``exact A
of B, within 1e-9 C of B``: exact with the browser's elementary functions, within 1e-9 with the platform's. Clicks whose
weights are nowhere in the stream of the link, such as data drawn anew, agree where the replay says that it is
contradicted.

``--speed`` trains the default model for 500 epochs, in turn by our code and by plain NumPy with the same rules.
``--class N`` grades N students with five links each, which all have seeds of their own, as `grader grade` does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grader.evidence.playground.reading import read_settings
from grader.evidence.playground.record import Claim
from grader.evidence.playground.replay.elementary import ORIGINAL, PLATFORM, Elementary
from grader.evidence.playground.replay.replay import Replay
from grader.evidence.playground.replay.settings import Settings
from grader.evidence.playground.replay.stream import RandomStream
from grader.evidence.playground.replaying import replay_link
from grader.evidence.playground.urls import hash_of

_CLOSE = 1e-9

#: What the students of a class hand in.
_LAB = "playground-cifar10"
_EXERCISES = '"1-linear", "2-nonlinear", "3-smallest", "part-2", "part-3"'
_XOR = "dataset=xor&noise=35&activation"
_RUNS = (
    ("1-linear", f"{_XOR}=linear&networkShape=1"),
    ("2-nonlinear", f"{_XOR}=relu&networkShape=2"),
    ("3-smallest", f"{_XOR}=relu&networkShape=4"),
    ("part-2", f"{_XOR}=relu&networkShape=3"),
    ("part-3", "dataset=spiral&activation=relu&networkShape=8,4&sinX=true&sinY=true"),
)

#: Starts in which the weights of clicks are looked for, and the difference of one that the replay did not find.
_STARTS, _LOST = 400, float("inf")

_EPOCHS, _ROUNDS = 500, 5


@dataclass(frozen=True)
class Agreement:
    """The largest differences of a case: with the browser's functions, and with the platform's."""

    name: str
    original: float
    platform: float
    remark: str = ""

    def __str__(self) -> str:
        text = f"{self.name:<40} original {self.original:.1e}  platform {self.platform:.1e}  {self.remark}"
        return text.rstrip()


def main() -> None:
    """Compare, and say how far all agree."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", type=Path, metavar="CASES.json")
    parser.add_argument("--speed", action="store_true", help="compare the time with plain NumPy")
    parser.add_argument("--class", dest="students", type=int, metavar="N", help="grade N students")
    arguments = parser.parse_args()
    found = []
    for path in arguments.cases:
        for agreement in _agreements(json.loads(path.read_text(encoding="utf-8"))):
            print(agreement, flush=True)
            found.append(agreement)
    if found:
        exact = sum(item.original == 0 for item in found)
        close = sum(item.platform <= _CLOSE for item in found)
        print(f"exact {exact} of {len(found)}, within 1e-9 {close} of {len(found)}")
    if arguments.speed:
        _compare_speed()
    if arguments.students:
        _grade_class(arguments.students)


def _agreements(cases: Any) -> Iterator[Agreement]:
    if isinstance(cases, dict):
        for seed, numbers in cases.items():
            yield _seed(seed, numbers)
    else:
        for case in cases:
            yield _clicks(case) if "actions" in case else _replay(case)


def _seed(seed: str, numbers: list[float]) -> Agreement:
    stream = RandomStream(seed)
    difference = _difference([stream() for _ in numbers], numbers)
    return Agreement(f"seed {seed[:30]!r}", difference, difference)


def _replay(case: dict[str, Any]) -> Agreement:
    settings = _settings(case["url_hash"])

    def difference(functions: Elementary) -> float:
        replay = Replay(settings, functions)
        train = replay.train_points[: len(case["first5_train"])]
        found = [_difference(np.ravel(train), np.ravel(case["first5_train"]))]
        found.append(_difference(replay.weights, case["initial_weights"]))
        for epoch, losses in sorted(case["losses"].items(), key=lambda item: int(item[0])):
            replay.advance_to(int(epoch))
            shown = replay.losses()
            found.append(_difference((shown.train, shown.test), (losses["train"], losses["test"])))
            if int(epoch) == 100 and "weights_100" in case:
                found.append(_difference(replay.weights, case["weights_100"]))
        found.append(_difference(replay.weights, case["final_weights"]))
        return max(found)

    return Agreement(case["name"], difference(ORIGINAL), difference(PLATFORM), _certainty(settings))


def _clicks(case: dict[str, Any]) -> Agreement:
    """The page after some clicks: the start is searched for by what it shows."""
    settings = _settings(case["hash"])
    epochs = int(case["shown"][2].replace(",", ""))
    claim = Claim(
        epochs=epochs, train_loss=float(case["shown"][0]), test_loss=float(case["shown"][1])
    )
    found = replay_link(settings, claim, epochs)
    name = f"clicks: {case['actions'] or 'none'}"
    if found.skipped is None:
        lost = _LOST if _is_in_stream(settings, case) else 0.0
        return Agreement(name, lost, lost, "contradicted")
    original, platform = (
        _clicked(settings, functions, found.skipped, case) for functions in (ORIGINAL, PLATFORM)
    )
    return Agreement(name, original, platform, f"start {found.skipped}")


def _clicked(
    settings: Settings, functions: Elementary, skipped: int, case: dict[str, Any]
) -> float:
    replay = Replay(settings, functions)
    replay.restart(skipped)
    weights = _difference(replay.weights, case["w0"])
    replay.advance_to(int(case["shown"][2].replace(",", "")))
    losses = replay.losses()
    return max(weights, _difference((losses.train, losses.test), (case["lt"], case["lv"])))


def _is_in_stream(settings: Settings, case: dict[str, Any]) -> bool:
    """Whether a start in the stream of the link shows what the page showed."""
    replay = Replay(settings, ORIGINAL)
    for skipped in range(_STARTS):
        replay.restart(skipped)
        if _difference(replay.weights, case["w0"]) == 0:
            return _clicked(settings, ORIGINAL, skipped, case) == 0
    return False


def _certainty(settings: Settings) -> str:
    return "certain" if replay_link(settings).is_certain else "chaotic, cannot be certified"


def _settings(link: str) -> Settings:
    settings = read_settings(hash_of(link)).settings
    if settings is None:
        raise SystemExit(f"this link cannot be replayed: {link}")
    return settings


def _difference(found: Any, expected: Any) -> float:
    if len(found) != len(expected):
        return float("inf")
    return float(np.max(np.abs(np.subtract(found, expected)), initial=0.0))


def _compare_speed() -> None:
    settings = Settings(seed="0.66230")
    ratios = []
    for _ in range(_ROUNDS):
        seconds = []
        replays = (Replay(settings, PLATFORM), _NumPyReplay(settings))
        for replay in replays:
            begun = time.perf_counter()
            replay.advance_to(_EPOCHS)
            seconds.append(time.perf_counter() - begun)
        if _difference(*(replay.weights for replay in replays)) > _CLOSE:
            raise SystemExit("NumPy came to other weights: this compares nothing")
        ratios.append(seconds[0] / seconds[1])
        print(f"written code {seconds[0]:.3f} s, NumPy {seconds[1]:.3f} s, ratio {ratios[-1]:.2f}")
    print(f"{_EPOCHS} epochs of the default model: {np.median(ratios):.2f} x the time of NumPy")


def _grade_class(students: int) -> None:
    """Grade a class that hands in links alone, and print how long it takes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for student in range(students):
            home = root / "class" / f"student-{student:03}"
            home.mkdir(parents=True)
            (home / "links.toml").write_text(_links(student), encoding="utf-8")
        (root / "course.toml").write_text(f"[labs.{_LAB}]\nexercises = [{_EXERCISES}]\n")
        command = [sys.executable, "-m", "grader", "grade", _LAB, "class", "--out", "run"]
        begun = time.perf_counter()
        subprocess.run([*command, "--course", "."], cwd=root, check=True, capture_output=True)
        seconds = time.perf_counter() - begun
    print(f"{students} students with {len(_RUNS)} links each: {seconds:.0f} s")


def _links(student: int) -> str:
    """Five runs of the lab with seeds of their own."""
    tables = (
        f'[[{exercise}]]\nlink = "https://playground.tensorflow.org/#{settings}&seed=0.{student:03}{number}"\n'
        "epochs = 500\n"
        for number, (exercise, settings) in enumerate(_RUNS)
    )
    return "\n".join(tables)


class _NumPyReplay:
    """The same rules for models with tanh, a batch at a time: what is left of an epoch waits for the next update."""

    def __init__(self, settings: Settings) -> None:
        replay = Replay(settings, PLATFORM)
        self._settings = settings
        points = np.array(replay.train_points)
        self._inputs, self._labels = points[:, :2], points[:, 2:]
        self._weights, self._biases, begin = [], [], 0
        for before, after in zip(settings.layer_sizes, settings.layer_sizes[1:], strict=False):
            drawn = np.array(replay.weights[begin : begin + before * after])
            self._weights.append(drawn.reshape(after, before))
            self._biases.append(np.full(after, 0.1))
            begin += before * after
        self._weight_sums = [np.zeros_like(weights) for weights in self._weights]
        self._bias_sums = [np.zeros_like(bias) for bias in self._biases]
        self._counted = 0

    def advance_to(self, epochs: int) -> None:
        size = self._settings.batch_size
        for _ in range(epochs):
            for begin in range(0, len(self._inputs), size):
                inputs = self._inputs[begin : begin + size]
                self._add(inputs, self._labels[begin : begin + size])
                if len(inputs) == size:
                    self._update()

    def _add(self, inputs: Any, labels: Any) -> None:
        """The derivatives of a batch."""
        outputs = [inputs]
        for weights, bias in zip(self._weights, self._biases, strict=True):
            outputs.append(np.tanh(outputs[-1] @ weights.T + bias))
        error = (outputs[-1] - labels) * (1 - outputs[-1] ** 2)
        for layer in range(len(self._weights) - 1, -1, -1):
            self._weight_sums[layer] += error.T @ outputs[layer]
            self._bias_sums[layer] += error.sum(axis=0)
            if layer:
                error = (error @ self._weights[layer]) * (1 - outputs[layer] ** 2)
        self._counted += len(inputs)

    def _update(self) -> None:
        rate, decay = self._settings.learning_rate, self._settings.regularization_rate
        for layer, weights in enumerate(self._weights):
            self._biases[layer] -= rate * self._bias_sums[layer] / self._counted
            moved = weights - rate / self._counted * self._weight_sums[layer]
            self._weights[layer] = moved - rate * decay * weights if decay else moved
            self._weight_sums[layer][:] = 0
            self._bias_sums[layer][:] = 0
        self._counted = 0

    @property
    def weights(self) -> list[float]:
        """Weights by layer, node and input."""
        return [float(weight) for weights in self._weights for weight in weights.ravel()]


if __name__ == "__main__":
    main()
