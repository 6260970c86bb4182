"""`BestKept`: of the models that were trained, the best is named or kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.checks.base import CheckContext
from grader.checks.code.base import may_train_more, trainings_text
from grader.checks.code.best_named import BestNamed, Sentence
from grader.checks.code.saved_histories import is_below, saved_histories
from grader.evidence.code.record import NotebookCell, NotebookRead
from grader.evidence.code.run_record import CodeShown
from grader.evidence.report.record import ReportReading
from grader.records.message import Message, Name, Share, message
from grader.records.result import CheckResult

_SAVES = re.compile(r"\.save(?:_weights)?\(|save_model\(|torch\.save\(|ModelCheckpoint\(")
_MODEL_FILE = re.compile(r"\.(?:h5|hdf5|keras|pt|pth|onnx|pb|ckpt|weights)$")
_CELL = re.compile(r"(.+), cell (\d+)")
_OTHER = re.compile(r"\bmnist\b", re.IGNORECASE)


class BestKept(BestNamed, tag="best-kept", frozen=True, kw_only=True):
    """As `BestNamed`; a model that the code saves, or the best of several saved histories, is kept too.

    Only what stands below the dataset of its models is about them.
    """

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for a sentence that names the best model, then for where it is kept."""
        trained = [item for item in code.trainings if self.models.accepts(item)]
        if not trained:
            if may_train_more(code, self.models):
                return self.judge_unknown()
            return self.no_such_model(self.models, code)
        named = super().judge_code(code, context)
        if named.status == "passed":
            return named
        kept = self._saved(code) or self._best_by_history(code)
        if kept is not None:
            return self.result("passed", 1.0, kept)
        return self.share_result(
            0.5,
            message("best-kept.unnamed", found=trainings_text(trained)),
            advice=(message("best-named.advice"),),
        )

    def sentences(self, code: CodeShown, reports: list[ReportReading]) -> Iterator[Sentence]:
        """Those of these models: not what stands above their dataset, or names another."""
        for sentence in super().sentences(code, reports):
            other = _OTHER.search(sentence.text) is not None and "mnist" not in self.models.dataset
            if not other and self._is_below(sentence.where, code):
                yield sentence

    def _is_below(self, where: str, code: CodeShown) -> bool:
        found = _CELL.match(where)
        notebooks = {notebook.file: notebook for notebook in code.notebooks}
        if found is None or found[1] not in notebooks or not self.models.dataset:
            return True
        return is_below(self.models.dataset, int(found[2]), notebooks[found[1]])

    def _saved(self, code: CodeShown) -> Message | None:
        """Where the code saves a model of this kind."""
        for notebook, cell in _code_cells(code):
            where = f"{notebook.file}, cell {cell.number}"
            if _SAVES.search(_without_comments(cell.source)) and self._is_below(where, code):
                return message("best-kept.saved", where=Name(text=where))
        for file in code.run.written if code.run is not None and not code.notebooks else ():
            if _MODEL_FILE.search(file.path) and not _OTHER.search(file.path):
                return message("best-kept.saved", where=Name(text=file.path))
        return None

    def _best_by_history(self, code: CodeShown) -> Message | None:
        """The history with the highest accuracy on validation images, where there are several."""
        known = [
            (item.best_val_accuracy, item.where)
            for item in saved_histories(code, self.models)
            if item.best_val_accuracy is not None
        ]
        if len(known) < 2:
            return None
        accuracy, where = max(known)
        return message("best-kept.history", where=Name(text=where), accuracy=Share(value=accuracy))


def _code_cells(code: CodeShown) -> Iterator[tuple[NotebookRead, NotebookCell]]:
    for notebook in code.notebooks:
        yield from ((notebook, cell) for cell in notebook.cells if cell.kind == "code")


def _without_comments(source: str) -> str:
    return re.sub(r"^\s*#.*$", "", source, flags=re.MULTILINE)
