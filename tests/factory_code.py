"""Programs to be compared, made by hand, and the evidence that holds them."""

from __future__ import annotations

from collections.abc import Mapping

from grader.evidence.code.probe.text import code_text
from grader.evidence.code.text_record import CodeText, CodeTextNeed
from grader.evidence.view import StoredEvidence
from grader.records.evidence import ArtefactFile, ServedArtefact
from grader.records.submission import Student, Submission, SubmittedFile
from grader.similarity.code import SubmittedCode
from grader.similarity.starter_code import StarterScript
from tests.factories import ARTEFACT, evidence, observation, resolved

CODE_NEED = CodeTextNeed(artefact=ARTEFACT)

#: Words that make the programs of `program` differ.
_CALLS = ("open", "scale", "split", "draw", "count", "merge", "sort", "shift", "blend", "probe")
_SIGNS = "+-*/%@&|^"


def program(seed: int, functions: int = 8) -> str:
    """A program of functions of about 35 tokens each; those of other seeds have hardly a run of 20 tokens in common."""
    return "\n".join(function(seed * 97 + number) for number in range(functions))


def function(seed: int) -> str:
    """A function whose tokens the seed chooses."""
    state, lines = seed + 1, [f"def task{seed}(rows, size):"]
    for line in range(4):
        state = (state * 1103515245 + 12345) % (1 << 31)
        call = _CALLS[(state >> 8) % len(_CALLS)]
        sign = _SIGNS[(state >> 16) % len(_SIGNS)]
        name = f"step{line}"
        lines.append(f"    {name} = lib.{call}_{state % 50}(rows {sign} size)  # part {line}")
    return "\n".join([*lines, f"    return {name}\n"])


def text_of(source: str | bytes, name: str = "lab.py") -> CodeText:
    """What the sandbox reads of a script or notebook."""
    return code_text({name: source.encode() if isinstance(source, str) else source})


def submitted_code(
    student: str, source: str | bytes, *, name: str = "lab.py", file: str = "", person: str = ""
) -> SubmittedCode:
    """The code of a student; the digest of the file is the student's own unless `file` gives one."""
    return SubmittedCode(
        student=student,
        person=person or student,
        files=(file or student,),
        pieces=text_of(source, name).pieces,
    )


def handed_out(source: str, name: str = "start.py", file: str = "starter") -> StarterScript:
    """A script that was handed out."""
    pieces = text_of(source, name).pieces
    lines = tuple(line for piece in pieces for line in piece.tokens.split("\n"))
    return StarterScript(name=name, sha256=file, tokens=lines)


def code_evidence(sources: Mapping[str, str]) -> list[StoredEvidence]:
    """The evidence of a class: student id to a script."""
    return [_stored(student, source) for student, source in sources.items()]


def _stored(student: str, source: str) -> StoredEvidence:
    file = ArtefactFile(path="lab.py", sha256=student, kind="text", size=1)
    found = evidence(
        submission=Submission(
            student=Student(id=student),
            source=student,
            files=(SubmittedFile(path="lab.py", size=1, sha256=student, kind="text"),),
            sha256="5" * 64,
        ),
        resolved=resolved(artefacts={ARTEFACT: ServedArtefact(files=(file,))}),
        observations=(observation(CODE_NEED, text_of(source), key=student.ljust(64, "0")),),
    )
    return StoredEvidence(found, dict, {})
