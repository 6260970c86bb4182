"""Loaders of PyTorch: they work in this process, and in quick mode give a few batches."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from grader.evidence.code.probe.running.capping import BATCHES, ROWS
from grader.evidence.code.probe.running.recorder import Recorder

#: Seconds of processor time between batches, of all loaders together, after which batches are small; rows of a batch at
#: most until then.
_LARGE_S, _LARGEST = 4.0, 1_024

#: What asks for processes and memory that there are not.
_ABSENT = ("num_workers", "pin_memory", "prefetch_factor", "persistent_workers")
_PLACE_OF_WORKERS = 5


class Batches(Iterator[Any]):
    """The batches of one way through a loader.

    Args:
        batches: They.
    """

    def __init__(self, batches: Iterator[Any]) -> None:
        self._batches = batches

    def __next__(self) -> Any:
        return next(self._batches)

    def next(self) -> Any:
        """The next batch, as code of before 2022 asks for it."""
        return next(self)


class LoaderPatch:
    """Cuts what loaders give.

    Args:
        recorder: Says whether the mode is quick.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._seconds = 0.0
        self.last: Any = None
        """The loader that is gone through."""

    def install(self, loader: Any) -> None:
        """Patch the class of loaders."""
        construct, iterate = loader.__init__, loader.__iter__

        @wraps(construct)
        def without_workers(self: Any, *args: Any, **kwargs: Any) -> None:
            kept = {name: value for name, value in kwargs.items() if name not in _ABSENT}
            if len(args) > _PLACE_OF_WORKERS:
                args = (*args[:_PLACE_OF_WORKERS], 0, *args[_PLACE_OF_WORKERS + 1 :])
            construct(self, *args, **kept)

        @wraps(iterate)
        def batches(loader: Any) -> Batches:
            quick = self._recorder.mode == "quick"
            return Batches(
                self._noted(loader, self._few(loader, iterate) if quick else iterate(loader))
            )

        loader.__init__, loader.__iter__ = without_workers, batches

    def _noted(self, loader: Any, batches: Iterator[Any]) -> Iterator[Any]:
        """Batches, of which the loader is noted; the time until the next one is asked for is counted."""
        for batch in batches:
            self.last = loader
            started = time.process_time()
            yield batch
            self._seconds += time.process_time() - started
        self.last = None

    def _few(self, loader: Any, iterate: Callable[[Any], Iterator[Any]]) -> Iterator[Any]:
        """The first batches: whole ones, until training took so long that a few rows have to do."""
        if getattr(loader, "batch_sampler", None) is None:  # rows, or a stream
            yield from itertools.islice(iterate(loader), BATCHES * ROWS)
            return
        small = self._seconds > _LARGE_S
        rows = ROWS if small else _LARGEST
        most = 1 if small else max(BATCHES, BATCHES * ROWS // (loader.batch_size or ROWS))
        for places in itertools.islice(loader.batch_sampler, most):
            yield loader.collate_fn(_rows(loader.dataset, list(places)[:rows]))


def _rows(dataset: Any, places: list[Any]) -> Any:
    together = getattr(dataset, "__getitems__", None)
    return together(places) if together is not None else [dataset[place] for place in places]
