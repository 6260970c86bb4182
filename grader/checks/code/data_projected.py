"""`DataProjected`: the data are drawn in two or three dimensions that a method found without labels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.checks.base import CheckContext
from grader.checks.code.drawn import place_of
from grader.checks.code.figure_check import FigureCheck, may_draw_more
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Code, Message, Name, message
from grader.records.result import CheckResult

#: Methods that bring data to few dimensions, as scikit-learn and its kin call them.
_METHODS = (
    "PCA", "IncrementalPCA", "KernelPCA", "SparsePCA", "MiniBatchSparsePCA", "TruncatedSVD", "FastICA", "NMF",
    "FactorAnalysis", "LatentDirichletAllocation", "TSNE", "MDS", "Isomap", "LocallyLinearEmbedding",
    "SpectralEmbedding", "UMAP", "GaussianRandomProjection", "SparseRandomProjection",
)  # fmt: skip

#: Calls of such a method that reading did not follow.
_CALLS = re.compile(
    rf"\b({'|'.join(_METHODS)}|MulticoreTSNE|linalg\.svd|linalg\.eigh?|svds|StandardPCA)\s*\("
)

#: How code draws points.
_DRAWS = (
    r"scatter|kdeplot|jointplot|hexbin|lmplot|relplot|pairplot|points\(|\.plot\([^\n]*['\"][.o,+x]"
)

#: Words of captions of such figures.
_CAPTION = (
    r"\bpca\b|t-?sne|umap|svd|principal comp|composantes? principales?|projection|two dimensions|2-?d\b|"
    r"low[- ]dimension|latent|deux dimensions|nuage de points"
)


class DataProjected(FigureCheck, tag="data-projected", frozen=True, kw_only=True):
    """A figure shows the data as points, in the dimensions that a method such as PCA or t-SNE finds without labels.

    Its first artefact is code, all others are reports. The method alone, without a figure, is half.
    """

    drawn_points: int = 50
    """Of one figure, drawn by the run."""

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for the method, then for the figure: of the run, of a saved notebook, of a report."""
        method = next(_methods(code), None)
        if method is None:
            return self._without_method(code, context)
        drawn = self._drawn(code)
        if drawn is not None:
            return self.share_result(1.0, method, drawn)
        saved = self.shown_elsewhere(code, context, source=_DRAWS, caption=_CAPTION)
        if saved is not None:
            return self.share_result(1.0, method, saved, flags=("not-in-run",))
        if may_draw_more(code) and _may_draw_points(code):
            return self.judge_unknown(method)
        unclear = self.unclear_figures(context)
        if unclear is not None:
            return self.judge_unsure(method, unclear)
        none = message("data-projected.no-figure")
        return self.share_result(0.5, method, none, advice=(message("data-projected.draw"),))

    def _without_method(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """A figure of a report whose caption names the method waits for a person; anything else is nothing."""
        reported = self._reported(context, _CAPTION)
        if reported is not None:
            return self.judge_unsure(reported)
        none = message("data-projected.none")
        return self.share_result(0.0, none, advice=(message("data-projected.advice"),))

    def _drawn(self, code: CodeShown) -> Message | None:
        for figure in code.run.figures if code.run is not None else ():
            if sum(axes.scattered for axes in figure.axes) >= self.drawn_points:
                return message("figure-check.found", where=Name(text=place_of(figure, code)))
        return None


def _may_draw_points(code: CodeShown) -> bool:
    """Whether points may be drawn that no run showed: by a script, or by a cell that says so."""
    notebooks = {notebook.file for notebook in code.notebooks}
    sources = (cell.source for notebook in code.notebooks for cell in notebook.cells)
    return not notebooks >= {*code.files} or any(
        re.search(_DRAWS, source, re.IGNORECASE) for source in sources
    )


def _methods(code: CodeShown) -> Iterator[Message]:
    """The methods that the code uses: as reading followed it, then as the cells of notebooks call them."""
    for executed in (True, False):
        for estimator in code.estimators:
            if estimator.name in _METHODS and estimator.executed is executed:
                yield _method(estimator.where, estimator.name)
    for notebook in code.notebooks:
        for cell in notebook.cells:
            found = _CALLS.search(cell.source) if cell.kind == "code" else None
            if found is not None:
                yield _method(f"{notebook.file}, cell {cell.number}", found[1])


def _method(where: str, name: str) -> Message:
    return message("data-projected.method", where=Name(text=where), method=Code(text=name))
