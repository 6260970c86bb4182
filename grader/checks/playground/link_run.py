"""`LinkRun`: a link with the data and the model asked for, whose losses are those that were noted."""

from __future__ import annotations

from grader.checks.base import CheckContext, CheckKind
from grader.checks.playground.asked import AskedRun
from grader.checks.playground.found import find_runs, links_needs, replayed_message, run_messages
from grader.evidence.playground.record import LinksNeed
from grader.evidence.playground.view import run_figures
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import message
from grader.records.result import CheckResult


class LinkRun(CheckKind, tag="link-run", frozen=True, kw_only=True):
    """A run was made as asked: all or nothing. What is chaotic waits for a person."""

    asked: AskedRun

    def needs(self, exercise: Exercise) -> tuple[LinksNeed, ...]:
        """The links."""
        return links_needs(exercise.artefacts_of(self))

    def judge(self, context: CheckContext) -> CheckResult:
        """Find a run as asked, and compare what was noted."""
        exercise = context.exercise
        found = find_runs(context.evidence, exercise.artefacts_of(self), exercise.id, self.asked)
        if isinstance(found, Failure):
            return self.judge_failure(found)
        if not found.runs:
            advice = (message("links.how"),)
            return self.result(
                "failed", 0.0, message("links.none"), *run_messages(found), advice=advice
            )
        agreeing = [run for run in found.runs if not run.is_contradicted]
        run = next((item for item in agreeing if item.is_certain), (agreeing or found.runs)[0])
        figures = run_figures([run.link])
        if run.is_contradicted:
            return self.result(
                "failed",
                0.0,
                replayed_message(run),
                advice=(message("links.fresh"),),
                figures=figures,
                flags=("noted-otherwise",),
            )
        if not run.is_certain:
            return self.result("pending", None, replayed_message(run), figures=figures)
        return self.result("passed", 1.0, replayed_message(run), figures=figures)
