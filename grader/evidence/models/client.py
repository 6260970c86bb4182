"""Have a sandboxed process open a model and predict with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.failures import bad_output
from grader.evidence.models.protocol import (
    CompanionFile,
    Compute,
    Opened,
    OpenModel,
    Predict,
    Predicted,
)
from grader.evidence.models.record import ModelFormat, ModelSummary
from grader.records.evidence import ArtefactFile, Failure
from grader.records.message import Count
from grader.sandbox import SandboxClient


class OpeningClient(SandboxClient):
    """Requests about one submitted model: what all of them begin with."""

    def open(
        self,
        path: Path,
        kind: ModelFormat,
        companions: Sequence[tuple[ArtefactFile, Path]] = (),
    ) -> ModelSummary | Failure:
        """Open the model.

        Args:
            path: The file.
            kind: The format it is opened in.
            companions: The files that belong to it.
        """
        request = OpenModel(
            path=self.box.bring(path),
            file=self.file,
            format=kind,
            companions=tuple(
                CompanionFile(path=self.box.bring(beside), file=file.path, kind=file.kind)
                for file, beside in companions
            ),
        )
        answer = self.ask_to_open(request, Opened)
        return answer if isinstance(answer, Failure) else answer.summary


class ModelClient(OpeningClient):
    """Requests about one submitted model of images."""

    def predict(self, request: Predict, images: NDArray[np.uint8]) -> NDArray[np.float32] | Failure:
        """The model's outputs, shape (N, width), all finite."""
        return self._outputs(request, np.ascontiguousarray(images).data, len(images))

    def compute(
        self, inputs: Sequence[NDArray[np.float32]], *, output: int, width: int
    ) -> NDArray[np.float32] | Failure:
        """An output of the model for numbers, shape (N, width), all finite.

        Args:
            inputs: One array for each input of the model, in its order, all with N rows.
            output: Which output.
            width: How many numbers it must have in each row.
        """
        request = Compute(shapes=tuple(item.shape for item in inputs), output=output, width=width)
        payload = b"".join(item.astype("<f4").tobytes() for item in inputs)
        return self._outputs(request, payload, len(inputs[0]))

    def _outputs(
        self, request: Predict | Compute, payload: bytes | memoryview, rows: int
    ) -> NDArray[np.float32] | Failure:
        answer = self.ask(request, Predicted, payload, expect=rows * request.width * 4)
        if isinstance(answer, Failure):
            return answer
        outputs = np.frombuffer(answer[1], "<f4").reshape(rows, request.width)
        broken = int((~np.isfinite(outputs)).any(axis=1).sum())
        if broken:
            count, sent = Count(value=broken), Count(value=rows)
            return bad_output(self.file, "not-finite", count=count, images=sent)
        return outputs
