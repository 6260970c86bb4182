"""PyTorch as far as code says it: layers, optimizers, losses, loaders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from grader.evidence.code.probe.reading.values import Array, Made, Object, Value, as_float
from grader.evidence.code.probe.reading.work import spend
from grader.evidence.code.record import LayerRead

_ROWS = {
    "MNIST": ("mnist", 60_000, 10_000),
    "FashionMNIST": ("fashion-mnist", 60_000, 10_000),
    "CIFAR10": ("cifar10", 50_000, 10_000),
    "CIFAR100": ("cifar100", 50_000, 10_000),
    "SVHN": ("svhn", 73_257, 26_032),
}

#: Names of positional parameters.
POSITIONS: Mapping[str, tuple[str, ...]] = {
    "Linear": ("in_features", "out_features", "bias"),
    **dict.fromkeys(
        ("Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d"),
        ("in_channels", "out_channels", "kernel_size", "stride", "padding"),
    ),
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"), ("num_features",)),
    "Embedding": ("num_embeddings", "embedding_dim"),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), ("input_size", "hidden_size", "num_layers")),
    **dict.fromkeys(("MaxPool2d", "AvgPool2d"), ("kernel_size", "stride", "padding")),
    **dict.fromkeys(("Dropout", "Dropout2d"), ("p",)),
    "Subset": ("dataset", "indices"),
    "DataLoader": ("dataset", "batch_size", "shuffle"),
    "SGD": ("params", "lr", "momentum"),
    **dict.fromkeys(("Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "NAdam"), ("params", "lr")),
    **dict.fromkeys(_ROWS, ("root", "train")),
}
_DEFAULT_RATES = {"Adam": 0.001, "AdamW": 0.001, "RMSprop": 0.01, "Adagrad": 0.01, "Adadelta": 1.0}


def is_module(value: Value) -> bool:
    """Whether something is a layer or a model."""
    if isinstance(value, Object):
        return value.cls.library_base == "torch.nn.Module"
    return isinstance(value, Made) and value.path.startswith("torch.nn.")


def bind(path: str, positional: list[Value], named: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments of a class of PyTorch by name; further ones by their place."""
    names = POSITIONS.get(path.rpartition(".")[2], ())
    given = {
        names[place] if place < len(names) else str(place): value
        for place, value in enumerate(positional)
    }
    return {**given, **named}


def layers(module: Value) -> Iterator[LayerRead]:
    """The layers in a model, in the order in which they were made."""
    spend(5)
    if isinstance(module, Object):
        for value in module.attributes.values():
            yield from layers(value)
    elif isinstance(module, list | tuple):
        for item in module:
            yield from layers(item)
    elif isinstance(module, dict):
        yield from layers(list(module.values()))
    elif isinstance(module, Made) and module.name in (
        "Sequential",
        "ModuleList",
        "ModuleDict",
        "OrderedDict",
    ):
        yield from layers(list(module.arguments.values()))
    elif (
        isinstance(module, Made)
        and module.path.startswith("torch.nn.")
        and not module.name.endswith("Loss")
    ):
        yield _layer(module)


def _layer(made: Made) -> LayerRead:
    kernel = made.arguments.get("kernel_size")
    axes = int(made.name[-2]) if made.name[-1:] == "d" and made.name[-2:-1].isdigit() else 2
    return LayerRead(
        class_name=made.name,
        units=_number(made, "out_features", "hidden_size"),
        filters=_number(made, "out_channels"),
        kernel_size=_sizes(kernel, axes) or (),
        rate=as_float(made.arguments.get("p")) if made.name.startswith("Dropout") else None,
        parameters=_parameters(made, axes),
    )


def _parameters(made: Made, axes: int) -> int | None:
    match made.name:
        case "Linear":
            rows, columns = _number(made, "in_features"), _number(made, "out_features")
            return (
                None if rows is None or columns is None else rows * columns + _bias(made, columns)
            )
        case "Conv1d" | "Conv2d" | "Conv3d":
            inside, outside = _number(made, "in_channels"), _number(made, "out_channels")
            kernel = _sizes(made.arguments.get("kernel_size"), axes)
            if inside is None or outside is None or kernel is None:
                return None
            return inside * outside * prod(kernel) + _bias(made, outside)
        case "BatchNorm1d" | "BatchNorm2d" | "BatchNorm3d":
            features = _number(made, "num_features")
            return None if features is None else 2 * features
        case "Embedding":
            rows, columns = _number(made, "num_embeddings"), _number(made, "embedding_dim")
            return None if rows is None or columns is None else rows * columns
        case "LSTM" | "GRU" | "RNN" | "ConvTranspose2d" | "Bilinear" | "PReLU" | "LayerNorm":
            return None
    return 0


def _bias(made: Made, size: int) -> int:
    return 0 if made.arguments.get("bias") is False else size


def _number(made: Made, *names: str) -> int | None:
    for name in names:
        value = made.arguments.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def _sizes(value: Value, count: int) -> tuple[int, ...] | None:
    if isinstance(value, int):
        return (value,) * count
    if isinstance(value, tuple | list) and all(isinstance(item, int) for item in value):
        return tuple(value)
    return None


def optimizer_rate(optimizer: Made) -> tuple[float | None, bool]:
    """The learning rate of an optimizer, and whether it is written down."""
    if "lr" in optimizer.arguments:
        return as_float(optimizer.arguments["lr"]), True
    return _DEFAULT_RATES.get(optimizer.name), False


def is_optimizer(value: Value) -> bool:
    """Whether something is an optimizer, and no schedule of its rate."""
    is_of_module = isinstance(value, Made) and value.path.startswith("torch.optim.")
    return is_of_module and "lr_scheduler" not in value.path


def model_of(optimizer: Made) -> Value:
    """The model whose parameters an optimizer changes."""
    return _model_in(optimizer.arguments.get("params"))


def _model_in(parameters: Value) -> Value:
    spend(1)
    if isinstance(parameters, Made):
        return parameters.arguments.get("model")
    if isinstance(parameters, dict):
        return _model_in(parameters.get("params"))
    if isinstance(parameters, list | tuple):
        return [_model_in(item) for item in parameters]
    return None


def batches(loader: Value) -> tuple[int | None, str]:
    """The size of a loader's batches, and where its data are from."""
    if not isinstance(loader, Made) or loader.name != "DataLoader":
        return None, ""
    size = loader.arguments.get("batch_size", 1)
    dataset = loader.arguments.get("dataset")
    return (size if isinstance(size, int) else None), _source(dataset)


def _source(dataset: Value) -> str:
    if isinstance(dataset, Array):
        return dataset.source
    if isinstance(dataset, Made) and dataset.name in ("Subset", "TensorDataset"):
        return _source(dataset.arguments.get("dataset", dataset.arguments.get("0")))
    known = _ROWS.get(dataset.name) if isinstance(dataset, Made) else None
    if known is None or not isinstance(dataset, Made):
        return ""
    is_test = dataset.arguments.get("train") is False or dataset.arguments.get("split") == "test"
    return f"{known[0]}/{'test' if is_test else 'train'}"


def rows(dataset: Value) -> int | None:
    """How many images a dataset or loader of torchvision has."""
    if isinstance(dataset, Made) and dataset.name == "DataLoader":
        count, size = rows(dataset.arguments.get("dataset")), dataset.arguments.get("batch_size", 1)
        return None if count is None or not isinstance(size, int) or not size else -(-count // size)
    known = _ROWS.get(dataset.name) if isinstance(dataset, Made) else None
    if known is None or not isinstance(dataset, Made):
        return None
    return known[2] if _source(dataset).endswith("test") else known[1]
