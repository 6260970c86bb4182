"""Links while they are found, within bounds."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.evidence.playground.links import read_link
from grader.evidence.playground.record import Claim, Link, Links

#: What is kept of a file.
_MOST_LINKS = 40
_MOST_PROBLEMS = 20
_MOST_NAME = 120


@dataclass
class Draft:
    """The links of a file."""

    file: str
    links: list[Link] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_out: int = 0

    def add(self, exercise: str, where: str, url: str, claim: Claim) -> None:
        """Add a link as it was found, as far as there is room."""
        if len(self.links) >= _MOST_LINKS:
            self.left_out += 1
            return
        name = " ".join(exercise.split())[:_MOST_NAME]
        self.links.append(read_link(url, claim, exercise=name, where=where))

    def trouble(self, line: str) -> None:
        """Add a line that cannot be read."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(" ".join(line.split())[:_MOST_NAME])

    def finish(self) -> Links:
        """The record of them."""
        return Links(
            file=self.file,
            links=tuple(self.links),
            problems=tuple(self.problems),
            left_out=self.left_out,
        )
