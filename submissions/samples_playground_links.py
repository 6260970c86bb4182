"""Hand-ins of parts 1 to 3 of playground-cifar10: links, what was noted of them, and answers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sample_damage import Text
from samples import Sample

EXERCISES = ("1-linear", "2-nonlinear", "3-smallest", "part-2", "part-3")

_REFERENCE = Path(__file__).parents[1] / "reference_solutions" / "playground-cifar10"


@dataclass(frozen=True)
class Noted:
    """A run as a student notes it."""

    exercise: str
    link: str
    epochs: int
    train: float
    test: float

    def having(self, **settings: str) -> Noted:
        """The run with other settings in its link."""
        link = self.link
        for key, value in settings.items():
            begin = link.index(f"{key}=") + len(key) + 1
            end = link.find("&", begin)
            link = link[:begin] + value + (link[end:] if end >= 0 else "")
        return replace(self, link=link)


def _runs() -> Iterator[Noted]:
    """The runs of the reference."""
    tables = tomllib.loads((_REFERENCE / "links.toml").read_text(encoding="utf-8"))
    for exercise, runs in tables.items():
        for run in runs:
            yield Noted(
                exercise, run["lien"], run["epochs"], run["perte_entrainement"], run["perte_test"]
            )


RUNS = tuple(_runs())


def _changed(changes: Mapping[int, Noted]) -> tuple[Noted, ...]:
    return tuple(changes.get(number, run) for number, run in enumerate(RUNS))


def _links(runs: Iterable[Noted]) -> Text:
    tables = (
        f'[[{run.exercise}]]\nlien = "{run.link}"\nepochs = {run.epochs}\n'
        f"perte_entrainement = {run.train:.3f}\nperte_test = {run.test:.3f}\n"
        for run in runs
    )
    return Text("\n".join(tables))


def _answers(*, linear: str = "non", nonlinear: str = "oui") -> Text:
    return Text(
        f'[1-linear]\n"non-linéarités" = "{linear}"\n\n[2-nonlinear]\n"non-linéarités" = "{nonlinear}"\n'
    )


_HEADINGS = {
    "1-linear": "# Partie 1\n\n## Question 1",
    "2-nonlinear": "## Question 2",
    "3-smallest": "## Question 3",
    "part-2": "# Partie 2",
    "part-3": "# Partie 3",
}
_REMARKS = {
    "1-linear": "Apprend des non-linéarités : non\n\nUne droite sépare mal les quatre coins.",
    "2-nonlinear": "Apprend des non-linéarités : oui",
}


def _report() -> Text:
    """The runs in running text, their links over several lines."""
    parts = []
    for exercise, heading in _HEADINGS.items():
        parts += [heading, _REMARKS.get(exercise, "")]
        for run in RUNS:
            if run.exercise == exercise:
                first, rest = run.link[:110], run.link[110:]
                parts.append(
                    f"Après {run.epochs} époques, la perte d'entraînement est {run.train:.3f} et la perte de test "
                    f"{run.test:.3f} :\n{first}\n{rest}"
                )
    return Text("\n\n".join(part for part in parts if part) + "\n")


_PART_2 = [number for number, run in enumerate(RUNS) if run.exercise == "part-2"]
_FIRST = {
    exercise: next(n for n, run in enumerate(RUNS) if run.exercise == exercise)
    for exercise in EXERCISES
}

SAMPLES = (
    Sample(
        "quentin",
        "Every run of parts 1 to 3, with what the page showed, and both answers.",
        {"links.toml": _links(RUNS), "answers.toml": _answers()},
        exercises=EXERCISES,
    ),
    Sample(
        "rosa",
        "Links, losses and answers in the text of a report, the links over two lines.",
        {"rapport.md": _report()},
        exercises=EXERCISES,
    ),
    Sample(
        "samir",
        "The first run is on another data set, and its answer is that a line learns everything.",
        {
            "links.toml": _links(_changed({0: RUNS[0].having(dataset="gauss")})),
            "answers.toml": _answers(linear="oui"),
        },
        loses=("1-linear/link", "1-linear/answer"),
        exercises=EXERCISES,
    ),
    Sample(
        "tessa",
        "The loss noted for the smallest model is one that no start shows.",
        {
            "links.toml": _links(
                _changed(
                    {
                        _FIRST["3-smallest"]: replace(
                            RUNS[_FIRST["3-smallest"]], train=0.08, test=0.101
                        )
                    }
                )
            ),
            "answers.toml": _answers(),
        },
        loses=("3-smallest/loss", "3-smallest/size"),
        exercises=EXERCISES,
    ),
    Sample(
        "ugo",
        "One link has no seed, and one a batch that is no number.",
        {
            "links.toml": _links(
                _changed(
                    {
                        1: replace(RUNS[1], link=RUNS[1].link.replace("&seed=0.50819", "")),
                        _FIRST["part-3"]: RUNS[_FIRST["part-3"]].having(batchSize="dix"),
                    }
                )
            ),
            "answers.toml": _answers(),
        },
        loses=("2-nonlinear/link", "part-3/raw-features"),
        exercises=EXERCISES,
    ),
    Sample(
        "vera",
        "Two initialisations instead of four, and none with another layer.",
        {
            "links.toml": _links(
                run for number, run in enumerate(RUNS) if number not in _PART_2[2:]
            ),
            "answers.toml": _answers(),
        },
        loses=("part-2/runs", "part-2/spread", "part-2/deeper"),
        exercises=EXERCISES,
    ),
    Sample(
        "wanda",
        "The spiral was learnt by a model so large and fast that a last digit decides: it waits for a person.",
        {
            "links.toml": _links(
                _changed(
                    {
                        _FIRST["part-3"]: replace(
                            RUNS[_FIRST["part-3"]].having(
                                activation="tanh",
                                networkShape="8,8,8",
                                batchSize="1",
                                learningRate="0.1",
                            ),
                            epochs=60,
                            train=0.387,
                            test=0.393,
                        )
                    }
                )
            ),
            "answers.toml": _answers(),
        },
        exercises=EXERCISES,
    ),
)
