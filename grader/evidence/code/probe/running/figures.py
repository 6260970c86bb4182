"""The figures that code shows, saves, closes or leaves open, recorded in place of being shown."""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import matplotlib
import matplotlib.pyplot as plt
import msgspec
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure

from grader.evidence.code.bounds import bounded
from grader.evidence.code.probe.running.figure_files import save
from grader.evidence.code.probe.running.figure_pictures import small_picture
from grader.evidence.code.probe.running.figure_reading import FigureReader
from grader.evidence.code.run_record import FigureDrawn
from grader.sandbox.serving import encoded_answer

#: Most states of one figure that are recorded, figures from one place, which may be a function that draws every
#: history, figures from all places, and how many of these with a picture.
_OF_ONE_FIGURE = 4
_AT_ONE_PLACE = 20
_FIGURES = 200
_PICTURES = 60

#: Modules that hold pyplot's functions under the same names.
_PYPLOTS = ("matplotlib.pyplot", "matplotlib.pylab", "pylab")


@dataclass
class _Known:
    """How a figure was recorded last."""

    content: bytes
    number: int
    """Of all records, from 0."""
    times: int
    """How often it was recorded."""


class FigureRecorder:
    """Records what figures show, once for each state they are shown in.

    Args:
        place: The line of the student's code that runs; empty where none does.
        series: What series of values is known as, such as ``training 2, val_accuracy``; empty for others.
    """

    def __init__(self, place: Callable[[], str], series: Callable[[Sequence[float]], str]) -> None:
        self._place = place
        self._reader = FigureReader(series)
        self._records: list[tuple[FigureDrawn, bytes]] = []
        self._given = 0
        self._pictures = 0
        self._at: Counter[str] = Counter()
        self._known: WeakKeyDictionary[Figure, _Known] = WeakKeyDictionary()
        self._made_at: WeakKeyDictionary[Figure, str] = WeakKeyDictionary()
        self._close = plt.close
        self._savefig = Figure.savefig

    def install(self) -> None:
        """Take the place of what shows, saves and closes figures. No window opens, and nothing waits for one."""
        plt.switch_backend("Agg")
        plt.ioff()
        functions = {
            "show": self._show,
            "pause": lambda *_, **__: self._show(block=False),
            "draw": _ignored,
            "close": self._closed,
            "savefig": lambda *args, **kwargs: plt.gcf().savefig(*args, **kwargs),
            "switch_backend": _ignored,
            "ion": _ignored,
        }
        for module in filter(None, map(sys.modules.get, _PYPLOTS)):
            for name, function in functions.items():
                setattr(module, name, function)
        methods: tuple[tuple[object, str, Callable[..., object]], ...] = (
            (Figure, "__init__", self._made(Figure.__init__)),
            (Figure, "savefig", self._saved()),
            (Figure, "show", lambda figure, *_, **__: self._record(figure, self._place())),
            (FigureCanvasBase, "start_event_loop", _ignored),
            (matplotlib, "use", _ignored),
        )
        for owner, name, method in methods:
            setattr(owner, name, method)

    def end_of_step(self) -> None:
        """Record the open figures and close them, as a notebook does at the end of a cell."""
        try:
            for figure in _open_figures():
                self._record(figure, self._made_at.get(figure, ""))
        finally:  # where it takes too long, not again after the next step
            self._close("all")

    def end_of_file(self) -> None:
        """Record what a script leaves open, which stays open between its statements."""
        self.end_of_step()

    def taken(self) -> list[tuple[FigureDrawn, bytes]]:
        """What was recorded since the last call, each with a PNG image; empty bytes where none was kept."""
        taken, self._records = self._records, []
        self._given += len(taken)
        return taken

    def _show(self, block: object = None, *_: object, **__: object) -> None:
        """As `plt.show`: whoever sees the figures closes them, unless the program goes on meanwhile."""
        where = self._place()
        for figure in _open_figures():
            self._record(figure, where)
        if block is not False:
            self._close("all")

    def _closed(self, *args: object, **kwargs: object) -> None:
        """As `plt.close`."""
        before = _open_figures()
        self._close(*args, **kwargs)  # type: ignore[arg-type]  # what the student gave
        still_open = _open_figures()
        for figure in before:
            if figure not in still_open:
                self._record(figure, self._made_at.get(figure, ""))

    def _made(self, original: Callable[..., None]) -> Callable[..., None]:
        """As `Figure.__init__`; where a figure was made is where one that is never shown belongs."""

        @functools.wraps(original)
        def made(figure: Figure, *args: object, **kwargs: object) -> None:
            original(figure, *args, **kwargs)
            self._made_at[figure] = self._place()

        return made

    def _saved(self) -> Callable[..., None]:
        """As `Figure.savefig`."""

        @functools.wraps(self._savefig)
        def saved(figure: Figure, fname: object, *args: object, **kwargs: object) -> None:
            name = save(functools.partial(self._savefig, figure), fname, *args, **kwargs)
            self._record(figure, self._place(), name)

        return saved

    def _record(self, figure: Figure, where: str, saved_as: str = "") -> None:
        """Record a figure, unless it is as it was. Whatever goes wrong here is not the student's matter."""
        known = self._known.get(figure)
        has_room = self._has_room(where, known)
        if not figure.axes or not (has_room or (saved_as and self._lacks_name(known))):
            return
        try:
            drawn = bounded(self._reader.read(figure))
        except Exception:
            return
        content = encoded_answer(drawn)
        if known is not None and known.content == content:
            self._add_name(known, saved_as)
        elif has_room:
            times = 1 if known is None else known.times + 1
            self._known[figure] = _Known(content, self._given + len(self._records), times)
            self._at[where] += 1
            self._keep(msgspec.structs.replace(drawn, where=where, saved_as=saved_as), figure)

    def _keep(self, drawn: FigureDrawn, figure: Figure) -> None:
        """Keep a record, with a picture as long as there are not too many."""
        picture = small_picture(figure) if self._pictures < _PICTURES else b""
        self._pictures += bool(picture)
        self._records.append((msgspec.structs.replace(drawn, picture=bool(picture)), picture))

    def _has_room(self, where: str, known: _Known | None) -> bool:
        """Whether more is recorded of a figure, from a place, and at all."""
        return (
            self._given + len(self._records) < _FIGURES
            and self._at[where] < _AT_ONE_PLACE
            and (known is None or known.times < _OF_ONE_FIGURE)
        )

    def _lacks_name(self, known: _Known | None) -> bool:
        """Whether a record that is still here names no file."""
        index = -1 if known is None else known.number - self._given
        return index >= 0 and not self._records[index][0].saved_as

    def _add_name(self, known: _Known, saved_as: str) -> None:
        """Note the first file that a figure was saved as."""
        if saved_as and self._lacks_name(known):
            index = known.number - self._given
            record, picture = self._records[index]
            self._records[index] = (msgspec.structs.replace(record, saved_as=saved_as), picture)


def _open_figures() -> list[Figure]:
    """Those that pyplot holds, by their numbers; asking `plt.figure` for one would make it the current one."""
    managers = sorted(Gcf.get_all_fig_managers(), key=lambda manager: manager.num)
    return [manager.canvas.figure for manager in managers]


def _ignored(*_: object, **__: object) -> ExitStack:
    """Nothing; also where it is used in a `with` statement, as `plt.ion()` may be."""
    return ExitStack()
