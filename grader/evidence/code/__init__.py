"""Student code: scripts and notebooks, read for what they build and train, and run under watch."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.code.beside import READ_BY_CODE
from grader.evidence.code.function_record import FunctionValuesNeed
from grader.evidence.code.profile import PROFILE
from grader.evidence.code.record import CodeNeed
from grader.evidence.code.run_record import CodeRunNeed
from grader.evidence.code.text_record import CodeTextNeed
from grader.evidence.fixtures import EvidenceFixture

KIND = EvidenceKind(
    name="code",
    version=9,
    needs=(CodeNeed, CodeTextNeed, CodeRunNeed, FunctionValuesNeed),
    accepts={"text": "python", "notebook": "notebook"},
    many=True,
    collect="grader.evidence.code.collect:collect_code",
    decode="grader.evidence.code.view:decode_code",
    sections="grader.evidence.code.view:code_sections",
    profile=PROFILE,
    libraries=("numpy", "keras", "tensorflow", "pygments"),
    companions="grader.evidence.code.beside:files_beside",
    companion_kinds=READ_BY_CODE,
    page_needs=(CodeNeed,),
    compared_needs=(CodeTextNeed,),
    fixtures=(
        EvidenceFixture(
            name="trainings",
            about="The trainings of the code, as read and as run (tuple of Training).",
            needs="grader.evidence.code.fixtures:trainings_needs",
            value="grader.evidence.code.fixtures:trainings",
        ),
        EvidenceFixture(
            name="code",
            about="The code as it reads, with the saved outputs of its notebooks (CodeReading).",
            needs="grader.evidence.code.fixtures:reading_needs",
            value="grader.evidence.code.fixtures:code_reading",
        ),
        EvidenceFixture(
            name="figures",
            about="The figures the code draws when it runs (tuple of FigureDrawn).",
            needs="grader.evidence.code.fixtures:run_needs",
            value="grader.evidence.code.fixtures:figures",
        ),
        EvidenceFixture(
            name="values",
            about="What functions of the code give at the points of the mark values_at (EvaluatedFunctions).",
            needs="grader.evidence.code.fixtures:values_needs",
            value="grader.evidence.code.fixtures:function_values",
            marks=("values_at",),
        ),
    ),
)
