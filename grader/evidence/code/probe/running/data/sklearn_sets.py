"""The datasets that scikit-learn fetches, without a download."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.running.data import stand_ins
from grader.evidence.code.probe.running.data.file_contents import planes
from grader.evidence.code.probe.running.data.numpy_files import sorted_digits
from grader.evidence.code.probe.running.data.patching import replace_everywhere, served_first
from grader.evidence.code.probe.running.data.served import ServedData

#: What OpenML calls the datasets, without dashes and underscores, and its numbers of them.
_OPENML = {
    "mnist784": "mnist",
    "mnist": "mnist",
    "fashionmnist": "fashion-mnist",
    "cifar10": "cifar10",
    "svhn": "svhn",
}
_NUMBERS = {554: "mnist", 40996: "fashion-mnist", 40927: "cifar10", 41081: "svhn"}

_CALIFORNIA = (
    *("MedInc", "HouseAge", "AveRooms", "AveBedrms"),
    *("Population", "AveOccup", "Latitude", "Longitude"),
)
_BOSTON = (
    *("CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE"),
    *("DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT"),
)


def install(data: ServedData, used: Callable[[str], None]) -> None:
    """Let `fetch_openml`, `fetch_california_housing` and loaders of the past give data.

    Args:
        data: What they give.
        used: Told when a loader is called that scikit-learn no longer has.
    """
    try:
        import sklearn.datasets as library
        from sklearn.utils import Bunch
    except ImportError:
        return

    def fetch_openml(
        name: str | None = None,
        *,
        data_id: int | None = None,
        return_X_y: bool = False,  # noqa: N803 - scikit-learn's own name
        as_frame: str | bool = "auto",
        **kwargs: Any,
    ) -> Any:
        known = _OPENML.get(re.sub(r"[-_ ]", "", name or "").lower()) or _NUMBERS.get(data_id or 0)
        return known and _openml(Bunch, data, known, return_X_y, as_frame)

    def fetch_california_housing(
        *,
        data_home: Any = None,
        download_if_missing: bool = True,
        return_X_y: bool = False,  # noqa: N803 - scikit-learn's own name
        as_frame: bool = False,
        **kwargs: Any,
    ) -> Any:
        data.tell("california-housing")
        x, y = stand_ins.table("california-housing", 20_640, 8, (2.07, 1.15))
        return _table(Bunch, x, y, _CALIFORNIA, "MedHouseVal", return_X_y, as_frame)

    def load_boston(*, return_X_y: bool = False) -> Any:  # noqa: N803 - scikit-learn's own name
        used("load_boston")
        data.tell("boston-housing")
        x, y = stand_ins.table("boston-housing", 506, 13, (22.5, 9.2))
        return _table(Bunch, x, y, _BOSTON, "MEDV", return_X_y, False)

    def fetch_mldata(dataname: str, *args: Any, **kwargs: Any) -> Any:
        if "mnist" not in dataname.lower():
            raise OSError(f"mldata.org, which had {dataname!r}, is no more")
        used("fetch_mldata")
        images, labels = sorted_digits(data)
        return Bunch(data=images, target=labels, COL_NAMES=["label", "data"])

    for served in (fetch_openml, fetch_california_housing):
        replacement = served_first(getattr(library, served.__name__), served)
        replace_everywhere(served.__name__, replacement, _is_datasets)
    library.fetch_mldata = fetch_mldata
    library.load_boston = load_boston


def _is_datasets(module: str) -> bool:
    return module.startswith("sklearn.datasets")


def _openml(
    bunch: Callable[..., Any], data: ServedData, name: str, pair: bool, as_frame: str | bool
) -> Any:
    """All images of a dataset, training images first, as OpenML has them: rows of values, labels as texts."""
    splits = [data.original(name, part) for part in ("train", "test")]
    rows = np.concatenate(
        [
            planes(split.images) if split.images.ndim == 4 else split.images.reshape(-1, 784)
            for split in splits
        ]
    )
    labels = np.concatenate([split.labels for split in splits]).astype(str).astype(object)
    titles = [f"pixel{number}" for number in range(1, rows.shape[1] + 1)]
    pandas = sys.modules.get("pandas")
    if as_frame is False or pandas is None:
        x: Any = rows.astype(np.float64)
        y: Any = labels
    else:
        x = pandas.DataFrame(rows.astype(np.int64), columns=titles)
        y = pandas.Series(labels, dtype="category", name="class")
    if pair:
        return x, y
    return bunch(
        data=x, target=y, feature_names=titles, target_names=["class"], DESCR="", details={}
    )


def _table(
    bunch: Callable[..., Any],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    titles: tuple[str, ...],
    target: str,
    pair: bool,
    as_frame: bool,
) -> Any:
    frame, pandas = None, sys.modules.get("pandas")
    data: Any = x
    values: Any = y
    if as_frame and pandas is not None:
        data = pandas.DataFrame(x, columns=list(titles))
        values = pandas.Series(y, name=target)
        frame = data.assign(**{target: values})
    if pair:
        return data, values
    return bunch(
        data=data,
        target=values,
        frame=frame,
        feature_names=list(titles),
        target_names=[target],
        DESCR="",
    )
