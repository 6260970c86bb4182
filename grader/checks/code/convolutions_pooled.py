"""`ConvolutionsPooled`: every convolution of a model is followed by a pooling layer."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, training_text
from grader.checks.code.filters import ModelFilter, accepted
from grader.checks.code.layers import settings_of
from grader.evidence.code.record import LayerRead
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Code, Count, Value, message
from grader.records.result import CheckResult


class ConvolutionsPooled(CodeCheck, tag="convolutions-pooled", frozen=True, kw_only=True):
    """Of the trainings with convolutions the best has so many, each followed by max pooling before the next.

    Each of them earns its share. Activations and layers that add no computation of their own may stand between.
    """

    models: ModelFilter = ModelFilter(convolutional=True)
    convolutions: int
    pool_size: tuple[int, int]

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the training with the most convolutions that are followed by pooling."""
        found = accepted(code.trainings, self.models)
        pooling = Code(text=f"MaxPooling2D(pool_size={self.pool_size})")
        if not found:
            return self.no_such_model(self.models, code)
        best = max(found, key=lambda item: self._pooled(item.layers))
        pooled = min(self._pooled(best.layers), self.convolutions)
        values: dict[str, Value] = {
            "training": training_text(best),
            "pooled": Count(value=pooled, setting=True),
            "convolutions": Count(value=self.convolutions, setting=True),
            "pooling": pooling,
        }
        return self.share_result(
            pooled / self.convolutions,
            message("convolutions-pooled.counted", **values),
            advice=()
            if pooled == self.convolutions
            else (message("convolutions-pooled.advice", **values),),
        )

    def _pooled(self, layers: Sequence[LayerRead]) -> int:
        """How many convolutions are followed by such pooling before the next one."""
        count, convolved = 0, False
        for layer in layers:
            if "Conv2D" in layer.class_name:
                convolved = True
            elif layer.class_name == "MaxPooling2D":
                count += convolved and settings_of(layer).get("pool_size") == self.pool_size
                convolved = False
        return count
