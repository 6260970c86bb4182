"""Language generation: a recurrent model writes text, and predicts the end of its corpus better than n-grams do."""

from __future__ import annotations

from grader.checks import (
    BitsBelow,
    CorpusDescribed,
    MarkedByPerson,
    ModelFilter,
    SampleShown,
    TrainingsHave,
)
from grader.labs.shared_artefacts import code_artefact, report_artefact
from grader.records.lab import Artefact, Exercise, Lab

_TEXT, _CODE, _REPORT = "text-model", "code", "report"

LAB = Lab(
    slug="project-text",
    title="Language generation with recurrent neural networks",
    version="1",
    artefacts=(
        Artefact(
            id=_TEXT,
            title="the model, its vocabulary and its text",
            patterns=(
                *("*text*.h5", "*text*.keras", "*lang*.h5", "*lang*.keras", "*model*.h5"),
                *("*model*.keras", "*.h5", "*.hdf5", "*.keras"),
                *("*vocab*.json", "*token*.json", "*char*.json", "*word*.json", "*.json"),
                *("*corpus*.txt", "*.txt"),
            ),
            formats=("text-model", "corpus-text"),
            many=True,
        ),
        code_artefact(_CODE),
        report_artefact(_REPORT),
    ),
    exercises=(
        Exercise(
            id="language",
            title="The model of the text",
            points=50,
            artefacts=(_TEXT,),
            checks=(
                BitsBelow(
                    id="bits",
                    title="Bits per character, against n-grams",
                    points=40,
                ),
                SampleShown(
                    id="sample",
                    title="What the model writes",
                    points=10,
                ),
            ),
        ),
        Exercise(
            id="study",
            title="The text, the code and the discussion",
            points=50,
            artefacts=(_TEXT, _CODE, _REPORT),
            checks=(
                CorpusDescribed(
                    id="corpus",
                    title="A text of at least 100,000 characters, chosen and described",
                    points=10,
                ),
                TrainingsHave(
                    id="code",
                    title="A model with a recurrent layer is trained",
                    points=20,
                    artefacts=(_CODE,),
                    models=(ModelFilter(recurrent=True),),
                    field="epochs",
                    at_least=1,
                ),
                MarkedByPerson(
                    id="discussion",
                    title="How recurrent models work, and what the results mean",
                    points=20,
                    artefacts=(_CODE, _REPORT),
                    notebooks=(_CODE,),
                    question="Is it explained how a recurrent model predicts text, and what the passages and the "
                    "figures say of this one?",
                    sections=(
                        *("discussion", "conclusion*", "result*", "résultat*", "analys*"),
                        *("observation*", "temperature*", "température*"),
                    ),
                ),
            ),
        ),
    ),
)
