"""Have a sandboxed process open a model of text and predict with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grader.evidence.language.protocol import Inspect, Inspected, PredictSteps, StepsPredicted
from grader.evidence.models.client import OpeningClient
from grader.evidence.models.failures import bad_output
from grader.records.evidence import Failure
from grader.records.message import Count


class LanguageClient(OpeningClient):
    """Requests about one submitted model of text."""

    def inspect(self) -> Inspected | Failure:
        """What the summary does not say."""
        answer = self.ask(Inspect(), Inspected)
        return answer if isinstance(answer, Failure) else answer[0]

    def predict(
        self, request: PredictSteps, indices: NDArray[np.integer]
    ) -> NDArray[np.float32] | Failure:
        """Outputs of shape (rows, steps, width), all finite, for indices of shape (rows, length)."""
        payload = np.ascontiguousarray(indices, "<i4").data
        size = request.rows * request.steps * request.width
        answer = self.ask(request, StepsPredicted, payload, expect=size * 4)
        if isinstance(answer, Failure):
            return answer
        outputs = np.frombuffer(answer[1], "<f4").reshape(
            request.rows, request.steps, request.width
        )
        broken = int((~np.isfinite(outputs)).any(axis=(1, 2)).sum())
        if broken:
            count, sent = Count(value=broken), Count(value=request.rows)
            return bad_output(self.file, "steps-not-finite", count=count, windows=sent)
        return outputs
