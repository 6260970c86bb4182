"""`LinkRun`: a link with the data and the model asked for, whose losses are those that were noted."""

from __future__ import annotations

from grader.checks.playground.base import LinksCheck
from grader.checks.playground.found import FoundRuns, replayed_message
from grader.evidence.playground.view import run_figures
from grader.records.result import CheckResult


class LinkRun(LinksCheck, tag="link-run", frozen=True, kw_only=True):
    """A run was made as asked: all or nothing. What is chaotic waits for a person."""

    def judge_runs(self, found: FoundRuns) -> CheckResult:
        """Take a run whose losses are certified, else one that is not contradicted."""
        if not found.runs:
            return self.no_run(found)
        agreeing = [run for run in found.runs if not run.is_contradicted]
        run = next((item for item in agreeing if item.is_certain), (agreeing or found.runs)[0])
        if run.is_contradicted:
            return self.contradicted(run)
        if not run.is_certain:
            return self.uncertain(run)
        return self.result("passed", 1.0, replayed_message(run), figures=run_figures([run.link]))
