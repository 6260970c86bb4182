"""A test that was found as a check of an exercise."""

from __future__ import annotations

from grader.checks.hidden_test import HiddenTest
from grader.hidden.fixtures import FixtureError, FixtureResolver
from grader.records.hidden_test import FixtureUse, FoundTest
from grader.records.lab import Artefact, Lab


def described_test(
    test: FoundTest, digest: str, lab: Lab, resolver: FixtureResolver, otherwise: str
) -> tuple[str, HiddenTest]:
    """The exercise a test belongs to, and the test as a check; one that cannot be run says why.

    Args:
        test: As pytest found it.
        digest: Of its file.
        lab: Whose exercises and artefacts it may name.
        resolver: Knows what its fixtures look at.
        otherwise: The exercise of tests that name none.
    """
    uses: tuple[FixtureUse, ...] = ()
    exercise, problem = otherwise, test.problem
    if not problem:
        try:
            exercise, artefacts = _scope(test, lab, otherwise)
            uses = resolver.uses(test, artefacts)
        except FixtureError as error:
            problem = f"{test.place}: {error}"
    title, tested = _texts(test)
    looked_at = dict.fromkeys(need.values["artefact"] for use in uses for need in use.needs)
    return exercise, HiddenTest(
        id=test.name or "test",
        title=title,
        points=test.points,
        artefacts=tuple(looked_at),
        visibility=test.visibility,
        test=test.test,
        tested=tested,
        uses=uses,
        digest=digest,
        problem=problem,
    )


def _scope(test: FoundTest, lab: Lab, otherwise: str) -> tuple[str, tuple[Artefact, ...]]:
    """The exercise, and the artefacts its fixtures may look at."""
    exercises = {exercise.id: exercise for exercise in lab.exercises}
    if test.exercise and test.exercise not in exercises:
        known = ", ".join(exercises)
        raise FixtureError(f"'{test.exercise}' is no exercise of the lab; it has {known}")
    names = [artefact.id for artefact in lab.artefacts]
    if test.exercise:
        names = list(exercises[test.exercise].artefacts)
    for name in test.looks_at:
        if name not in names:
            whose = f"exercise '{test.exercise}'" if test.exercise else "the lab"
            raise FixtureError(f"'{name}' is no artefact of {whose}; it has {', '.join(names)}")
    looked_at = test.looks_at or names
    artefacts = tuple(lab.artefact(name) for name in names if name in looked_at)
    return test.exercise or otherwise, artefacts


def _texts(test: FoundTest) -> tuple[str, str]:
    """The first line of its docstring; and the first paragraph where that has more."""
    paragraph = test.docstring.strip().partition("\n\n")[0]
    lines = [line.strip() for line in paragraph.splitlines()]
    if not lines:
        return test.name.replace("-", " "), ""
    return lines[0], " ".join(lines) if len(lines) > 1 else ""
