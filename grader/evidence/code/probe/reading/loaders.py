"""Functions and objects that load, split and batch data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.evidence.code.probe.reading import arrays, datasets
from grader.evidence.code.probe.reading.values import (
    UNKNOWN,
    Array,
    Made,
    Unknown,
    Value,
    first_input,
)


def subset_of(made: Made, images: Value, subset: Value) -> Value:
    """The part of images that a generator with a validation split gives."""
    share, count = made.arguments.get("validation_split"), arrays.rows(images)
    if (
        subset not in ("training", "validation")
        or not isinstance(share, float)
        or not isinstance(images, Array)
    ):
        return images
    validation = None if count is None else int(count * share)
    kept = (
        validation
        if subset == "validation" or count is None or validation is None
        else count - validation
    )
    return Array(
        (kept, *(images.shape or (None,))[1:]), images.source, part=True, classes=images.classes
    )


def folds(made: Made, count: int | None) -> Value:
    """The places of training and validation rows, fold by fold."""
    folds = made.arguments.get("n_splits", made.arguments.get("0", 5))
    if not isinstance(folds, int) or not 0 < folds <= 100:
        return UNKNOWN
    sizes = [
        None if count is None else count // folds + (fold < count % folds) for fold in range(folds)
    ]
    return [
        (
            Array((None if size is None or count is None else count - size,), "order"),
            Array((size,), "order"),
        )
        for size in sizes
    ]


def dataset_method(
    made: Made, name: str, positional: Sequence[Value], named: Mapping[str, Value]
) -> Value:
    """A `tf.data.Dataset` after one of its methods: its arrays, and the size of its batches."""
    first = positional[0] if positional else next(iter(named.values()), None)
    if name == "batch" and isinstance(first, int):
        return Made(made.path, {**made.arguments, "batch_size": first})
    if name == "skip" and isinstance(made.arguments.get("x"), Array) and isinstance(first, int):
        return Made(
            made.path,
            {**made.arguments, "x": arrays.item(made.arguments["x"], slice(first, None, None))},
        )
    if name == "take" and isinstance(made.arguments.get("x"), Array) and isinstance(first, int):
        return Made(
            made.path,
            {**made.arguments, "x": arrays.item(made.arguments["x"], slice(0, first, None))},
        )
    return made


def from_slices(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """What ``tf.data.Dataset.from_tensor_slices`` gives."""
    given = positional[0] if positional else named.get("tensors")
    images = given[0] if isinstance(given, tuple | list) and given else given
    return Made("tensorflow.data.Dataset", {"x": images})


def images_of(value: Value) -> Value:
    """The images in what a model is trained on: an array, or a generator or dataset over one."""
    value = first_input(value)
    return value.arguments.get("x", UNKNOWN) if isinstance(value, Made) else value


def batch_of(value: Value) -> Value:
    """The size of the batches that a generator or a dataset gives."""
    return value.arguments.get("batch_size") if isinstance(value, Made) else None


def _test_share(named: Mapping[str, Value]) -> float | None:
    """The share that `train_test_split` keeps for testing; None where it is said as a number of rows."""
    size = named.get("test_size", 0.25 if "train_size" not in named else None)
    return size if isinstance(size, float) else None


def train_test_split(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """What scikit-learn's `train_test_split` gives: two parts of each array."""
    parts: list[Value] = []
    for given in positional:
        array = arrays.as_array(given) if not isinstance(given, Unknown) else Array()
        rows = arrays.rows(array)
        sizes = arrays.split_sizes(rows, named.get("test_size"), named.get("train_size"))
        for size in sizes:
            shape = None if not array.shape else (size, *array.shape[1:])
            share = None if size is None and rows is not None else _test_share(named)
            parts.append(Array(shape, array.source, part=True, classes=array.classes, share=share))
    return tuple(parts)


def read_data_sets(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """``input_data.read_data_sets`` of TensorFlow 1."""
    one_hot = named.get("one_hot") is True

    def part(rows: int, source: str) -> Made:
        labels = Array((rows, 10) if one_hot else (rows,), source, classes=10)
        return Made(
            "mnist", {"images": Array((rows, 784), source), "labels": labels, "num_examples": rows}
        )

    return Made(
        "mnist",
        {
            "train": part(55_000, "mnist/train"),
            "validation": part(5_000, "mnist/train"),
            "test": part(10_000, "mnist/test"),
        },
    )


def openml(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """What `fetch_openml` gives."""
    found = datasets.openml(positional[0] if positional else named.get("name"))
    if isinstance(found, Unknown) or named.get("return_X_y") is True:
        return found
    images, labels = found
    return {"data": images, "target": labels}


def load_digits(positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """What scikit-learn's `load_digits` gives."""
    data, images, target = datasets.small_digits()
    if named.get("return_X_y") is True:
        return data, target
    return Made("digits", {"data": data, "images": images, "target": target})
