"""Submissions that attack the grader or break it by accident, and what must be reported of each."""

from __future__ import annotations

from tests.model.models import classifier, drop_hdf5_config, layers, save
from tests.model.sandbox.makers import (
    Maker,
    cut,
    edited,
    external_group,
    external_link,
    external_storage,
    file,
    huge_description,
    link_to_canary,
    nested,
    poisoned,
    renamed,
    saved_model,
    soft_link,
    stacked,
    tar_leading_out,
    tar_with_link,
    twenty_thousand_layers,
    units,
    unwritten,
    virtual_dataset,
    whole_numbers,
    with_activation,
    with_code,
    with_description,
    with_layer,
    with_weight,
    zip_named_h5,
)

_POINTER = (
    b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 123456\n"
)

#: What is handed in, which reasons may be given for it, and a word that must stand in what the student reads.
THREATS: dict[str, tuple[Maker, set[str], str]] = {
    "lambda-h5": (with_code("h5"), {"refused"}, "innocent"),
    "lambda-keras": (with_code("keras"), {"refused"}, "innocent"),
    "lambda-bytecode": (with_layer("Lambda", function=["4wEAAA==", None, None]), {"refused"}, "trojan"),
    "lambda-get-file": (with_layer("Lambda", function="keras.utils.get_file"), {"refused"}, "trojan"),
    "lambda-nested": (
        with_layer("TimeDistributed", layer={"class_name": "Lambda", "config": {"name": "within"}}),
        {"refused"},
        "within",
    ),
    "os-system": (with_activation("os", "system"), {"refused"}, "system"),
    "subprocess": (with_activation("subprocess", "run"), {"refused"}, "run"),
    "builtins-exec": (with_activation("builtins", "exec"), {"refused"}, "exec"),
    "get-file": (with_activation("keras.utils", "get_file"), {"refused"}, "get_file"),
    "enable-unsafe": (
        with_activation("keras.config", "enable_unsafe_deserialization"),
        {"refused"},
        "enable_unsafe",
    ),
    "saved-model": (with_layer("TFSMLayer", filepath="CANARY"), {"refused"}, "trojan"),
    "torch": (with_layer("TorchModuleWrapper", module="gASV"), {"refused"}, "trojan"),
    "string-lookup": (with_layer("StringLookup", vocabulary="CANARY"), {"refused"}, "trojan"),
    "integer-lookup": (with_layer("IntegerLookup", vocabulary="CANARY"), {"refused"}, "trojan"),
    "text-vectorization": (with_layer("TextVectorization", vocabulary="CANARY"), {"refused"}, "trojan"),
    "hdf5-storage": (with_weight(external_storage), {"refused"}, "kernel"),
    "hdf5-virtual": (with_weight(virtual_dataset), {"refused"}, "kernel"),
    "hdf5-link": (with_weight(external_link), {"refused"}, "kernel"),
    "hdf5-link-group": (
        with_weight(external_group),
        {"refused"},
        "model_weights",
    ),
    "hdf5-soft-link": (with_weight(soft_link), {"refused"}, "kernel"),
    "weights-40-GiB": (with_weight(unwritten(40)), {"refused", "out-of-memory"}, ""),
    "weights-3.9-GiB": (with_weight(unwritten(3.9)), {"refused", "out-of-memory"}, ""),
    "dense-1e8": (edited(units(10**8)), {"refused", "out-of-memory", "unsupported"}, ""),
    "upsampling": (
        saved_model(
            stacked(
                layers.Reshape((28, 28, 1)), layers.UpSampling2D(3_000),
                layers.GlobalAveragePooling2D(), layers.Dense(10),
            )
        ),
        {"refused", "out-of-memory", "timed-out"},
        "",
    ),
    "huge-output": (
        saved_model(stacked(layers.Flatten(), layers.Dense(10), layers.RepeatVector(10**7))),
        {"bad-output", "out-of-memory"},
        "",
    ),
    "layers-20000": (edited(twenty_thousand_layers), {"refused", "corrupt"}, ""),
    "description-256-MiB": (huge_description, {"refused", "corrupt", "wrong-format"}, ""),
    "description-deep": (with_description("[" * 20_000), {"refused", "corrupt", "unsupported"}, ""),
    "layers-150-deep": (edited(nested(150)), {"refused"}, ""),
    "convolutions": (
        saved_model(
            stacked(
                *[layers.Conv2D(256, 7, padding="same") for _ in range(20)],
                layers.GlobalAveragePooling2D(), layers.Dense(10), shape=(512, 512, 1),
            )
        ),
        {"timed-out", "out-of-memory", "wrong-input"},
        "",
    ),
    "cut": (cut(0.5), {"corrupt"}, ""),
    "empty": (file(b""), {"wrong-format", "corrupt"}, ""),
    "text": (file(b"import keras\n"), {"wrong-format"}, ""),
    "noise": (file(bytes(range(256)) * 64), {"wrong-format"}, ""),
    "zip-named-h5": (zip_named_h5, {"missing"}, ""),
    "lfs-pointer": (file(_POINTER), {"wrong-format"}, "LFS"),
    "weights-only": (
        lambda folder, canary: drop_hdf5_config(save(classifier(), folder / "digits.h5")),
        {"weights-only", "refused", "corrupt"},
        "weights",
    ),
    "bad-utf-8": (with_description(b"\xff\xfe{\x80"), {"corrupt", "unsupported", "refused"}, ""),
    "seven-classes": (saved_model(lambda: classifier(classes=7)), {"bad-output"}, "7"),
    "other-images": (saved_model(lambda: classifier((17,))), {"wrong-input"}, "17"),
    "nan": (saved_model(poisoned(float("nan"))), {"bad-output"}, ""),
    "infinity": (saved_model(poisoned(float("inf"))), {"bad-output"}, ""),
    "whole-numbers": (saved_model(whole_numbers), {"bad-output"}, "int32"),
    "depends-on-batch": (
        saved_model(stacked(layers.Flatten(), layers.Dense(10), layers.Softmax(axis=0))),
        {"bad-output"},
        "",
    ),
    "unknown-layer": (edited(renamed), {"refused"}, "MyAttention"),
    "tar-leading-out": (tar_leading_out, {"refused", "missing"}, ""),
    "tar-with-link": (tar_with_link, {"refused", "missing"}, ""),
    "link": (link_to_canary, {"missing"}, "it was not read"),
}  # fmt: skip
