"""Deep Q-learning project: a model that balances the pole of CartPole-v1, and the comparison that led to it."""

from __future__ import annotations

from grader.checks import (
    ModelFilter,
    ModelsExplained,
    ReturnAtLeast,
    ReturnsDrawn,
    SettingsVaried,
    WorstTenth,
)
from grader.labs.shared_artefacts import code_artefact, report_artefact
from grader.records.lab import Artefact, Exercise, Lab

_MODEL, _CODE, _REPORT = "model", "code", "report"

#: Of the first graded episode. Courses may set another one in `course.toml`.
_SEED = 20_201_125

#: Any: a model may have two outputs, or one where it is given the action or ends in a dueling head.
_POLICY = ModelFilter()

LAB = Lab(
    slug="project-cartpole",
    title="Deep Q-learning: balancing a pole on a cart",
    version="1",
    artefacts=(
        Artefact(
            id=_MODEL,
            title="the trained model",
            patterns=(
                *("*solve*.h5", "*best*.h5", "*cart*pole*.h5", "*dqn*.h5", "*.h5", "*.hdf5"),
                *("*solve*.keras", "*best*.keras", "*.keras", "*.onnx"),
            ),
            formats=("hdf5", "keras-zip", "onnx"),
        ),
        code_artefact(_CODE),
        report_artefact(_REPORT),
    ),
    exercises=(
        Exercise(
            id="solves",
            title="The pole is balanced",
            points=60,
            artefacts=(_MODEL,),
            checks=(
                ReturnAtLeast(
                    id="return",
                    title="The mean return of 100 episodes",
                    points=45,
                    seed=_SEED,
                ),
                WorstTenth(
                    id="stable",
                    title="The shortest tenth of the episodes",
                    points=15,
                    seed=_SEED,
                ),
            ),
        ),
        Exercise(
            id="study",
            title="Architectures compared",
            points=40,
            artefacts=(_CODE, _REPORT),
            checks=(
                SettingsVaried(
                    id="architectures",
                    title="At least two architectures are trained",
                    points=15,
                    artefacts=(_CODE,),
                    models=_POLICY,
                    fields=("architecture",),
                ),
                ReturnsDrawn(
                    id="curves",
                    title="The return over the episodes is drawn",
                    points=10,
                ),
                ModelsExplained(
                    id="discussion",
                    title="What the comparison shows",
                    points=15,
                    models=_POLICY,
                    question="Is it discussed how the architectures differ in what they learn, and why?",
                    sections=(
                        *("discussion", "comparison", "conclusion*", "result*", "compar*"),
                        *("architecture*", "résultat*", "dqn*", "double*", "dueling*"),
                    ),
                ),
            ),
        ),
    ),
)
