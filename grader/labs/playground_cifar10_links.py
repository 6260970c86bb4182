"""Parts 1 to 3 of the TensorFlow Playground lab: links that are replayed, and what was learnt from them. In French."""

from __future__ import annotations

from grader.checks import (
    AnswerIs,
    AskedRun,
    LinkRun,
    LossReached,
    RequiredAnswer,
    RunsRepeated,
    SmallestModel,
    SpreadNoted,
    YesOrNo,
)
from grader.evidence.playground.replay.settings import Activation, Feature
from grader.records.lab import Artefact, Exercise

LINKS, ANSWERS = "links", "answers"

_RAW: tuple[Feature, ...] = ("x", "y")

#: Data of the first part. In exercise 3 the threshold depends on the seed, so that all students take the same.
_SMALLEST = AskedRun(dataset="xor", noise=35, seed="0.50819", features=_RAW)
_SMALLEST_LOSS = 0.177
#: Neurons of the smallest model that the search found: reference_solutions/playground-cifar10/smallest.csv.
_SMALLEST_KNOWN = 3

_REPEATED = AskedRun(dataset="xor", hidden=((3,),), epochs=500)
_DEEPER = AskedRun(dataset="xor", layers_at_least=2, epochs=500)
_SPIRAL = AskedRun(dataset="spiral", features=_RAW)
_SPIRAL_MORE = AskedRun(dataset="spiral", more_features=True)

_TEXTS = ("*.pdf", "*.docx", "*.md", "*.html", "*.ipynb", "*rapport*.txt")

ARTEFACTS = (
    Artefact(
        id=LINKS,
        title="les liens Playground",
        patterns=(
            *("links*.toml", "liens*.toml", "*lien*.txt", "*link*.txt", *_TEXTS),
            *("answers*.toml", "reponses*.toml", "réponses*.toml"),
        ),
        formats=("links", "links-document", "links-notebook"),
    ),
    Artefact(
        id=ANSWERS,
        title="les réponses",
        patterns=("answers*.toml", "reponses*.toml", "réponses*.toml", *_TEXTS),
        formats=("toml", "answers-document", "answers-notebook"),
    ),
)


def _run_and_answer(
    exercise_id: str,
    title: str,
    run: str,
    *,
    hidden: tuple[tuple[int, ...], ...],
    activations: tuple[Activation, ...],
    learns: bool,
) -> Exercise:
    """A question of part 1: a run, and whether its model learns what no line parts."""
    return Exercise(
        id=exercise_id,
        title=title,
        points=10,
        artefacts=(LINKS, ANSWERS),
        checks=(
            LinkRun(
                id="link",
                title=run,
                points=6,
                artefacts=(LINKS,),
                asked=AskedRun(
                    dataset="xor", noise=35, features=_RAW, hidden=hidden, activations=activations
                ),
            ),
            AnswerIs(
                id="answer",
                title="La réponse",
                points=4,
                artefacts=(ANSWERS,),
                answers=(
                    RequiredAnswer(
                        names=("non-linéarités", "apprend", "apprend des non-linéarités", "learns"),
                        expected=YesOrNo(yes=learns),
                        text="Ce modèle peut-il apprendre des non-linéarités ?",
                    ),
                ),
            ),
        ),
    )


EXERCISES = (
    _run_and_answer(
        "1-linear",
        "Partie 1, question 1 : un neurone linéaire",
        "L'essai avec un neurone linéaire",
        hidden=((1,), ()),
        activations=("linear",),
        learns=False,
    ),
    _run_and_answer(
        "2-nonlinear",
        "Partie 1, question 2 : deux neurones non linéaires",
        "L'essai avec deux neurones non linéaires",
        hidden=((2,),),
        activations=("relu", "tanh", "sigmoid"),
        learns=True,
    ),
    Exercise(
        id="3-smallest",
        title="Partie 1, question 3 : le plus petit modèle",
        points=20,
        artefacts=(LINKS,),
        checks=(
            LossReached(
                id="loss",
                title="Une perte de test de 0,177 ou moins",
                points=10,
                asked=_SMALLEST,
                full_at=_SMALLEST_LOSS,
                zero_at=0.35,
            ),
            SmallestModel(
                id="size",
                title="Peu de neurones",
                points=10,
                asked=_SMALLEST,
                loss=_SMALLEST_LOSS,
                smallest=_SMALLEST_KNOWN,
                zero_at=13,
            ),
        ),
    ),
    Exercise(
        id="part-2",
        title="Partie 2 : plusieurs initialisations",
        points=25,
        artefacts=(LINKS,),
        checks=(
            RunsRepeated(
                id="runs",
                title="Quatre à cinq essais de 500 pas",
                points=10,
                asked=_REPEATED,
                runs=4,
            ),
            SpreadNoted(
                id="spread",
                title="Les pertes notées",
                points=7,
                asked=_REPEATED,
                runs=4,
            ),
            RunsRepeated(
                id="deeper",
                title="Les mêmes essais avec une couche de plus",
                points=8,
                asked=_DEEPER,
                runs=4,
            ),
        ),
    ),
    Exercise(
        id="part-3",
        title="Partie 3 : la spirale",
        points=15,
        artefacts=(LINKS,),
        checks=(
            LossReached(
                id="raw-features",
                title="Avec X1 et X2 seulement",
                points=8,
                asked=_SPIRAL,
                full_at=0.2,
                zero_at=0.45,
            ),
            LossReached(
                id="more-features",
                title="Avec des produits, des carrés ou des sinus",
                points=7,
                asked=_SPIRAL_MORE,
                full_at=0.1,
                zero_at=0.4,
            ),
        ),
    ),
)
