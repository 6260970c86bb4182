"""How long one model may play."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from grader.evidence.episodes.environment import Act
from grader.evidence.models.client import ModelClient
from grader.records.evidence import Failure


class Clock:
    """Ends episodes that take longer, all requests together, than `SandboxClient.timeout_s`.

    Args:
        client: The process that is asked.
    """

    def __init__(self, client: ModelClient) -> None:
        self._client = client
        self._started = time.monotonic()

    def checked(self, act: Act) -> Act:
        """What acts likewise while there is time."""

        def act_in_time(
            states: NDArray[np.float32], places: NDArray[np.intp]
        ) -> NDArray[np.intp] | Failure:
            if time.monotonic() - self._started > self._client.timeout_s:
                return self._client.timed_out("while episodes were played")
            return act(states, places)

        return act_in_time
