"""pandas, seaborn and SciPy: what they held once."""

from __future__ import annotations

import inspect
from typing import Any

from grader.evidence.code.probe.running.shims.patching import Function, Used, library, replace


def _pandas(pandas: Any, used: Used) -> None:
    frame, series = pandas.DataFrame, pandas.Series

    def append(self: Any, other: Any, ignore_index: bool = False, **_: Any) -> Any:
        used("df.append")
        if isinstance(other, dict):
            other = pandas.DataFrame([other])
        elif isinstance(other, series) and isinstance(self, frame):
            other = other.to_frame().T
        elif (
            isinstance(other, list)
            and isinstance(self, frame)
            and not all(isinstance(x, frame) for x in other)
        ):
            other = pandas.DataFrame(other)
        parts = [self, *other] if isinstance(other, list) else [self, other]
        return pandas.concat(parts, ignore_index=ignore_index)

    def as_matrix(self: Any, columns: Any = None) -> Any:
        used("df.as_matrix")
        return (self if columns is None else self[columns]).values

    def ix(self: Any) -> Any:
        used("df.ix")
        return _Ix(self)

    def iteritems(self: Any) -> Any:
        used("df.iteritems")
        return self.items()

    for holder in (frame, series):
        for name, method in (
            ("append", append),
            ("as_matrix", as_matrix),
            ("iteritems", iteritems),
        ):
            if not hasattr(holder, name):
                setattr(holder, name, method)
        if not hasattr(holder, "ix"):
            holder.ix = property(ix)
    replace(pandas, "read_csv", _read_csv(used))


class _Ix:
    """Rows by their label, else by their place."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getitem__(self, key: Any) -> Any:
        try:
            return self._table.loc[key]
        except (KeyError, TypeError):
            return self._table.iloc[key]


def _read_csv(used: Used) -> Any:
    def make(original: Function) -> Function:
        def read_csv(*positional: Any, **named: Any) -> Any:
            if named.pop("error_bad_lines", True) is False:
                used("error_bad_lines=")
                named["on_bad_lines"] = "skip"
            for name in (
                "warn_bad_lines",
                "squeeze",
                "prefix",
                "mangle_dupe_cols",
                "infer_datetime_format",
            ):
                named.pop(name, None)
            return original(*positional, **named)

        return read_csv

    return make


def _seaborn(seaborn: Any, used: Used) -> None:
    def by_name(original: Function) -> Function:
        takes = [name for name in inspect.signature(original).parameters if name in ("x", "y")]

        def draw(*positional: Any, **named: Any) -> Any:
            if positional and "data" in inspect.signature(original).parameters:
                used(f"{original.__name__} positional")
                first = positional[0]
                table = hasattr(first, "columns") or "data" in named
                names = takes if not table or "data" in named else ["data", *takes]
                named |= dict(zip(names, positional, strict=False))
                positional = ()
            return original(*positional, **named)

        return draw

    for name in (
        "countplot", "barplot", "boxplot", "violinplot", "pointplot", "stripplot", "swarmplot", "scatterplot",
        "lineplot", "regplot", "lmplot", "catplot",
    ):  # fmt: skip
        replace(seaborn, name, by_name)
    if not hasattr(seaborn, "factorplot"):
        seaborn.factorplot = seaborn.catplot
    distplot = getattr(seaborn, "distplot", None)

    def draw_distribution(*positional: Any, **named: Any) -> Any:
        used("sns.distplot")
        for name in ("hist_kws", "kde_kws", "fit", "rug", "hist", "norm_hist"):
            named.pop(name, None)
        return seaborn.histplot(*positional, **named)

    seaborn.distplot = draw_distribution if distplot is None else distplot


def _scipy(used: Used) -> None:
    """`scipy.misc` read and resized images once; other functions moved."""
    pillow, integrate, array = library("PIL.Image"), library("scipy.integrate"), library("numpy")
    misc = library("scipy.misc")
    if integrate is not None:
        for old, new in (
            ("simps", "simpson"),
            ("trapz", "trapezoid"),
            ("cumtrapz", "cumulative_trapezoid"),
        ):
            if not hasattr(integrate, old):
                setattr(integrate, old, getattr(integrate, new))
    if misc is None or pillow is None or array is None:
        return

    def imread(name: Any, flatten: bool = False, mode: Any = None) -> Any:
        used("scipy.misc")
        picture = pillow.open(name)
        picture = picture.convert(mode or ("F" if flatten else picture.mode))
        return array.asarray(picture)

    def imresize(image: Any, size: Any, interp: str = "bilinear", mode: Any = None) -> Any:
        used("scipy.misc")
        picture = pillow.fromarray(array.asarray(image).astype("uint8"))
        if isinstance(size, (int, float)):
            factor = size / 100 if isinstance(size, int) else size
            size = (int(picture.height * factor), int(picture.width * factor))
        filters = {"nearest": 0, "bilinear": 2, "bicubic": 3, "lanczos": 1}
        return array.asarray(picture.resize((size[1], size[0]), filters.get(interp, 2)))

    def imsave(name: Any, image: Any, *_: Any) -> None:
        used("scipy.misc")
        pillow.fromarray(array.asarray(image).astype("uint8")).save(name)

    for function in (imread, imresize, imsave):
        if not hasattr(misc, function.__name__):
            setattr(misc, function.__name__, function)


def install_tables_and_plots(used: Used) -> None:
    """Let old functions of pandas, seaborn and SciPy be found."""
    pandas, seaborn = library("pandas"), library("seaborn")
    if pandas is not None:
        _pandas(pandas, used)
    if seaborn is not None:
        _seaborn(seaborn, used)
    _scipy(used)
