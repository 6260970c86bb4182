"""One name for everything a library has had several names for."""

from __future__ import annotations

import re

_LAYER_MODULES = (
    r"core|convolutional|pooling|normalization|recurrent|embeddings|merge|wrappers|advanced_activations|noise|local"
    r"|convolutional_recurrent|experimental\.preprocessing|experimental|preprocessing"
)

#: Beginnings of full names, and what stands for them; the first that fits is taken, then all are tried again.
_PREFIXES = (
    (r"tensorflow\.compat\.v[12]\.", "tensorflow."),
    (r"tensorflow\.python\.keras\b", "keras"),
    (r"tensorflow\.contrib\.keras\b", "keras"),
    (r"tensorflow\.keras\b", "keras"),
    (r"tf_keras\b", "keras"),
    (r"keras\.(?:src|api|_tf_keras|legacy|engine\.training_v1)\.", "keras."),
    (r"keras\._tf_keras\.keras\b", "keras"),
    (r"keras\.api\._v[12]\.keras\b", "keras"),
    (rf"keras\.layers\.(?:{_LAYER_MODULES})\.(?=[A-Z])", "keras.layers."),
    (r"keras\.layers\.core\.[a-z_]+\.(?=[A-Z])", "keras.layers."),
    (r"keras\.(?:layers|engine|models)\.(?:input_layer\.)?(?=Input$)", "keras.layers."),
    (r"keras\.Input(?=Layer$|$)", "keras.layers.Input"),
    (r"keras\.(?=(?:Sequential|Model)$)", "keras.models."),
    (r"keras\.engine(?:\.[a-z_]+)?\.(?=(?:Sequential|Model)$)", "keras.models."),
    (r"keras\.optimizers\.(?:legacy|experimental|schedules\.legacy|optimizer_v[12]\.[a-z_]+)\.(?=[A-Z])",
     "keras.optimizers."),
    (r"keras\.optimizer_v[12]\.[a-z_]+\.(?=[A-Z])", "keras.optimizers."),
    (r"keras\.utils\.(?:np_utils|vis_utils|generic_utils|all_utils|data_utils|layer_utils)\b", "keras.utils"),
    (r"keras\.callbacks\.(?:callbacks|tensorboard_v1|tensorboard)\.", "keras.callbacks."),
    (r"tensorflow\.(?=(?:optimizers|losses|metrics|initializers)\.)", "keras."),
    (r"tensorflow\.train\.(?=\w*Optimizer$)", "keras.optimizers."),
    (r"keras\.wrappers\.scikit_learn\b", "scikeras.wrappers"),
    (r"matplotlib\.pylab\b|pylab\b", "matplotlib.pyplot"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), instead) for pattern, instead in _PREFIXES)

#: Names of classes and functions that mean the same.
_SAME = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "SeparableConvolution2D": "SeparableConv2D",
    "Deconvolution2D": "Conv2DTranspose",
    "Convolution2DTranspose": "Conv2DTranspose",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D",
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "AdamOptimizer": "Adam",
    "GradientDescentOptimizer": "SGD",
    "MomentumOptimizer": "SGD",
    "RMSPropOptimizer": "RMSprop",
    "AdagradOptimizer": "Adagrad",
}


def canonical(path: str) -> str:
    """The one name of a module, class or function, as it is called in Keras today."""
    before = ""
    while path != before:
        before = path
        for pattern, instead in _COMPILED:
            found = pattern.match(path)
            if found:
                path = instead + path[found.end() :]
    module, dot, name = path.rpartition(".")
    if module.startswith("keras"):
        return f"{module}{dot}{_SAME.get(name, name)}"
    return path


#: Modules by which a file says what it is written for.
_FRAMEWORKS = (
    ("torch", "PyTorch"),
    ("tflearn", "TFLearn"),
    ("tensorflow.keras", "tf.keras"),
    ("tensorflow.python.keras", "tf.keras"),
    ("keras", "Keras"),
    ("tensorflow", "TensorFlow"),
    ("sklearn", "scikit-learn"),
    ("numpy", "NumPy"),
)


def framework_of(imported: set[str]) -> str:
    """What code is written for, by the full names it imports; empty where nothing says."""
    for module, framework in _FRAMEWORKS:
        if any(name == module or name.startswith(module + ".") for name in imported):
            return framework
    return ""


#: Losses that go by a short name.
_SHORT = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}

#: Between the words of a class name; ``BCEWithLogits`` begins with one word.
_BETWEEN_WORDS = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """``CategoricalCrossentropy`` as ``categorical_crossentropy``; a loss that has two names by the longer one."""
    if name.lower() in _SHORT:
        return _SHORT[name.lower()]
    return name if "_" in name else _BETWEEN_WORDS.sub("_", name).lower()
