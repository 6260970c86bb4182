"""Who stands where in a table of a learning platform, and which of them the results of a run are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.intake.csv_sheet import CsvSheet
from grader.people.matching import Pairs, pair_people
from grader.people.names import all_known
from grader.records.result import GradeReport
from grader.records.submission import Identity


@dataclass(frozen=True)
class PersonRow:
    """The line of one person in a table."""

    row: int
    """Its place among the sheet's rows."""
    identity: Identity
    full: float | None = None
    """The points that are full marks there; None where the table does not say."""
    locked: str = ""
    """Why nothing may be written into it; empty where something may."""


@dataclass(frozen=True, kw_only=True)
class PeopleTable:
    """A table of a learning platform, and who stands where."""

    sheet: CsvSheet
    people: tuple[PersonRow, ...]

    def match(self, reports: Sequence[GradeReport]) -> MatchedPeople:
        """Whose lines the results belong into; of two results that fit one line neither does."""
        pairs = pair_people(
            [all_known(report.student, report.identity) for report in reports],
            [person.identity for person in self.people],
        ).one_each()
        return MatchedPeople(
            found={place: self.people[row] for place, row in sorted(pairs.found.items())},
            doubtful=tuple(
                f"'{student_name(reports[place])}' may be {' or '.join(map(self._name_row, rows))}"
                for place, rows in sorted(pairs.doubts.items())
            ),
            not_in_run=self._without(pairs),
            not_in_file=tuple(
                student_name(report)
                for place, report in enumerate(reports)
                if place not in pairs.found and place not in pairs.doubts
            ),
        )

    def _without(self, pairs: Pairs) -> tuple[str, ...]:
        there = {*pairs.found.values(), *(row for rows in pairs.doubts.values() for row in rows)}
        return tuple(self._name_row(row) for row in range(len(self.people)) if row not in there)

    def _name_row(self, place: int) -> str:
        """What a person's line is called in messages."""
        person = self.people[place]
        called = next(iter((*person.identity.names, *person.identity.ids)), "")
        return f"'{called}' in line {self.sheet.line(person.row)}"


@dataclass(frozen=True)
class MatchedPeople:
    """The results of a run beside the people of a table."""

    found: dict[int, PersonRow]
    """Place of a result to the line it belongs into."""
    doubtful: tuple[str, ...]
    """Students who fit several lines, or one not in everything, with those lines; their cells stay."""
    not_in_run: tuple[str, ...]
    """Lines of people of whom the run has nothing."""
    not_in_file: tuple[str, ...]
    """Students of the run who are not in the table."""


def student_name(report: GradeReport) -> str:
    """What a student is called in what changes."""
    return report.student.name or report.student.id
