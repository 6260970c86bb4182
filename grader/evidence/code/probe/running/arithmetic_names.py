"""Names of libraries and of Python that are arithmetic on numbers or arrays of them."""

from __future__ import annotations

#: Modules whose elementwise functions are arithmetic, by the names of `canonical`.
MODULES = frozenset({
    "autograd.numpy", "cmath", "jax.nn", "jax.numpy", "keras", "keras.activations", "keras.backend", "keras.ops",
    "math", "numpy", "scipy", "scipy.special", "tensorflow", "tensorflow.experimental.numpy", "tensorflow.math",
    "tensorflow.nn", "torch", "torch.nn.functional",
})  # fmt: skip

#: Functions that work on each number by itself, or make an array of numbers.
ELEMENTWISE = frozenset({
    "abs", "absolute", "acos", "acosh", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2",
    "arctanh", "array", "as_tensor", "asarray", "asfarray", "asin", "asinh", "atan", "atan2", "atanh", "atleast_1d",
    "cast", "ceil", "clip", "clip_by_value", "constant", "convert_to_tensor", "copy", "copysign", "cos", "cosh",
    "deg2rad", "degrees", "div", "divide", "divide_no_nan", "elu", "empty", "empty_like", "equal", "erf", "exp",
    "exp2", "expand_dims", "expit", "expm1", "fabs", "float_power", "floor", "fmax", "fmin", "full", "full_like",
    "gelu", "greater", "greater_equal", "hard_sigmoid", "heaviside", "hypot", "identity", "isfinite", "isinf",
    "isnan", "leaky_relu", "less", "less_equal", "log", "log10", "log1p", "log2", "log_sigmoid", "logical_and",
    "logical_not", "logical_or", "maximum", "minimum", "mod", "multiply", "nan_to_num", "negative", "not_equal",
    "ones", "ones_like", "piecewise", "pow", "power", "radians", "ravel", "reciprocal", "relu", "relu6", "reshape",
    "rint", "round", "rsqrt", "select", "selu", "sigmoid", "sign", "silu", "sin", "sinc", "sinh", "softplus",
    "softsign", "sqrt", "square", "squeeze", "stop_gradient", "sub", "subtract", "swish", "tan", "tanh", "tensor",
    "true_divide", "truediv", "trunc", "variable", "where", "zeros", "zeros_like",
})  # fmt: skip

#: What else a function may name: derivatives, variables, and what makes a function elementwise.
ALSO = frozenset({
    "keras.Variable", "keras.backend.eval", "keras.backend.get_value", "keras.saving.register_keras_serializable",
    "keras.utils.register_keras_serializable", "numpy.errstate", "numpy.vectorize", "tensorflow.GradientTape",
    "tensorflow.Variable", "tensorflow.dtypes.cast", "tensorflow.function",
})  # fmt: skip

#: Numbers and types of numbers.
CONSTANTS = frozenset({
    "bool_", "double", "dtype", "e", "float", "float16", "float32", "float64", "floatx", "inf", "int32", "int64",
    "NaN", "nan", "ndarray", "newaxis", "pi", "Tensor",
})  # fmt: skip

#: Of Python itself.
BUILTINS = frozenset({
    "abs", "bool", "complex", "divmod", "enumerate", "float", "int", "isinstance", "len", "list", "map", "max",
    "min", "pow", "range", "reversed", "round", "sum", "tuple", "zip",
})  # fmt: skip

#: What arrays, tensors, lists and tapes are asked for.
ATTRIBUTES = frozenset({
    "append", "astype", "clip", "copy", "dtype", "extend", "flatten", "get", "gradient", "item", "ndim", "numpy",
    "ravel", "reset", "reshape", "shape", "size", "squeeze", "T", "tolist", "value", "watch",
})  # fmt: skip
