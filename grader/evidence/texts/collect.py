"""Collect what models predict on texts from the tables that were handed in.

Tables are read on the trusted side, as ``submission.toml`` is: text of bounded size that Python's `csv` splits into
cells, whatever they contain.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader.datasets.pool import LoadedTexts
from grader.datasets.texts import text_ids
from grader.datasets.unlabelled import EXAMPLE_FILE
from grader.datasets.unlabelled_texts import TEXTS_FILE, TRAIN_FILE
from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.texts.record import TextPredictions, TextPredictionsNeed, TextShown
from grader.evidence.texts.tables import HeldOut, PredictedTable, read_tables
from grader.evidence.texts.view import PREDICTED, unread_message
from grader.records.evidence import ArtefactFile, Failure, file_failure
from grader.records.message import Listing, Name
from grader.records.names import first_few

if TYPE_CHECKING:
    from grader.evidence.base import Arrays

#: Files that are given out with the texts, and often lie beside what is handed in.
_GIVEN_OUT = frozenset({TEXTS_FILE, TRAIN_FILE, EXAMPLE_FILE})

#: Models that are read of one submission.
_MOST_MODELS = 8

#: Texts on which models disagree that are kept for pages, and characters of each.
_TEXTS_SHOWN, _TEXT_LENGTH = 40, 400


def collect_tables(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need for predictions on texts from all tables; a table that cannot be read leaves the others."""
    collected = Collected()
    for need in task.needs:
        if not isinstance(need, TextPredictionsNeed):
            collected.records[need] = file_failure("no-model", task.file.path)
            continue
        found = _read(task, need, context)
        if isinstance(found, Failure):
            collected.records[need] = found
        else:
            collected.records[need], collected.arrays[need] = found
    return collected


def _read(
    task: CollectTask, need: TextPredictionsNeed, context: CollectContext
) -> tuple[TextPredictions, Arrays] | Failure:
    loaded = context.datasets.texts(need.dataset, file=task.file.path)
    if isinstance(loaded, Failure):
        return loaded
    texts = loaded.texts()
    held_out = HeldOut(
        ids=text_ids(texts),
        class_names=loaded.record.class_names,
        text_bytes=sum(len(text.encode(errors="surrogatepass")) for text in texts),
    )
    read: list[PredictedTable] = []
    unread: list[Failure] = []
    for file, path in _handed_in(task):
        found = read_tables(path, file.path, held_out)
        if isinstance(found, Failure):
            unread.append(found)
        else:
            read += found
    return _recorded(read, unread, loaded) if read else _none_read(unread)


def _none_read(unread: Sequence[Failure]) -> Failure:
    """Why no table can be used: what is wrong with each of several."""
    if len(unread) == 1:
        return unread[0]
    files = [str(getattr(failure.values.get("file"), "text", "")) for failure in unread]
    each = tuple(map(unread_message, unread[:_MOST_MODELS]))
    return Failure(
        reason="bad-text-predictions",
        why=("text-table-each",),
        values={"file": Name(text=first_few(files)), "each": Listing(items=each, separator=" ")},
    )


def _handed_in(task: CollectTask) -> Sequence[tuple[ArtefactFile, Path]]:
    """The tables that are the student's own, not what was given out beside them; all where there is no other."""
    own = [item for item in task.files if PurePosixPath(item[0].path).name not in _GIVEN_OUT]
    return own or task.files


def _recorded(
    read: Sequence[PredictedTable], unread: Sequence[Failure], loaded: LoadedTexts
) -> tuple[TextPredictions, Arrays]:
    kept = read[:_MOST_MODELS]
    predicted = np.stack([table.labels for table in kept])
    record = TextPredictions(
        dataset=loaded.record.name,
        dataset_digest=loaded.record.digest,
        texts=predicted.shape[1],
        class_names=loaded.record.class_names,
        models=tuple(table.model for table in kept),
        unread=tuple(unread[:_MOST_MODELS]),
        left_out=len(read) - len(kept),
        disagreements=() if loaded.record.secret else _disagreements(predicted, loaded.texts()),
    )
    return record, {PREDICTED: predicted}


def _disagreements(predicted: NDArray[np.uint8], texts: Sequence[str]) -> tuple[TextShown, ...]:
    """Some texts on which models disagree, spread over all of them."""
    places = np.flatnonzero((predicted != predicted[0]).any(axis=0))
    if len(places) > _TEXTS_SHOWN:
        places = places[np.linspace(0, len(places) - 1, _TEXTS_SHOWN).astype(int)]
    return tuple(
        TextShown(place=int(place), text=_beginning(texts[int(place)])) for place in places
    )


def _beginning(text: str) -> str:
    """The beginning of a text in one line, as it can be stored: a character alone of a pair becomes a mark."""
    line = " ".join(text.encode(errors="replace").decode().split())
    return line if len(line) <= _TEXT_LENGTH else f"{line[:_TEXT_LENGTH].rstrip()} …"
