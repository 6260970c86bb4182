"""What pages show of stored evidence: the sections that kinds of evidence make of their records."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.checks.needs import check_needs, lab_needs
from grader.evidence import kinds
from grader.evidence.need import Need
from grader.evidence.view import StoredEvidence
from grader.records.evidence import Failure
from grader.records.lab import Exercise, Lab, Visibility
from grader.records.result import ShownEvidence
from grader.records.section import Section

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownNeeds:
    """The needs of a lab whose records pages show."""

    lab: Lab

    @cached_property
    def of_artefact(self) -> dict[str, tuple[Need[Any], ...]]:
        """Artefact id to everything that may have been collected of it: for pages, then for checks."""
        return {
            artefact: tuple(dict.fromkeys([*self._of_pages(artefact), *needs]))
            for artefact, needs in lab_needs(self.lab).items()
        }

    @cached_property
    def visible(self) -> frozenset[Need[Any]]:
        """What students may see something of: not what only checks without visible figures ask for."""
        asked = [
            need
            for exercise in self.lab.exercises
            for check in exercise.checks
            if check.visibility == "visible"
            for need in check_needs(check, exercise)
        ]
        shown = [need for item in self.lab.artefacts for need in self._of_pages(item.id)]
        return frozenset([*shown, *asked])

    def _of_pages(self, artefact: str) -> list[Need[Any]]:
        """What is collected of an artefact whether or not a check asks for it."""
        types = [need_type for kind in kinds().values() for need_type in kind.page_needs]
        return [need_type(artefact=artefact) for need_type in types]


def shown_evidence(
    exercise: Exercise, submission: StoredEvidence, needs: ShownNeeds
) -> tuple[ShownEvidence, ...]:
    """What the kinds of evidence show of the exercise's artefacts."""
    shown: list[ShownEvidence] = []
    for need in (need for name in exercise.artefacts for need in needs.of_artefact[name]):
        sections = _sections(need, submission)
        if sections:
            visibility: Visibility = "visible" if need in needs.visible else "hidden"
            shown.append(
                ShownEvidence(datasets=need.datasets, sections=sections, visibility=visibility)
            )
    return tuple(shown)


def _sections(need: Need[Any], submission: StoredEvidence) -> tuple[Section, ...]:
    """A bug in what a kind shows costs its sections, not the page."""
    observed = submission.evidence.find(need.id)
    if observed is None or observed.failure is not None:
        return ()
    record = submission.get(need)
    if isinstance(record, Failure):
        return ()
    try:
        return kinds()[need.kind].page_sections(record)
    except Exception:
        _LOG.exception("the kind '%s' failed to show a record", need.kind)
        return ()
