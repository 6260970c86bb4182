"""Reimplementations of layers and functions of older Keras that Keras 3 does not have.

This module imports Keras at the top, so other modules import it inside functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from grader.evidence.models.probe.repair.base import OLD_HARD_SIGMOID
from grader.evidence.models.probe.repair.dueling_head import DuelingHead

Shape = tuple[int | None, ...]


class ThresholdedReLU(keras.layers.Layer):  # type: ignore[misc]
    """``x`` if it is above `theta`, else 0."""

    def __init__(self, theta: float = 1.0, **settings: Any) -> None:
        super().__init__(**settings)
        self.theta = float(theta)

    def call(self, inputs: Any) -> Any:
        """Return outputs in the input's shape."""
        return inputs * ops.cast(inputs > self.theta, inputs.dtype)


class MaxoutDense(keras.layers.Layer):  # type: ignore[misc]
    """The maximum of several linear maps for each unit."""

    def __init__(
        self, units: int, nb_feature: int = 4, use_bias: bool = True, **settings: Any
    ) -> None:
        super().__init__(**settings)
        self.units, self.maps, self.use_bias = units, nb_feature, use_bias

    def build(self, input_shape: Shape) -> None:
        """Add kernels (maps, inputs, units), then biases."""
        self.kernel = self.add_weight((self.maps, input_shape[-1], self.units), name="kernel")
        if self.use_bias:
            self.bias = self.add_weight((self.maps, self.units), name="bias")

    def call(self, inputs: Any) -> Any:
        """Return outputs of shape (N, units)."""
        outputs = ops.einsum("ni,miu->nmu", inputs, self.kernel)
        return ops.max(outputs + self.bias if self.use_bias else outputs, axis=1)


class Highway(keras.layers.Layer):  # type: ignore[misc]
    """A dense layer with a gate for each unit that mixes the output with the input."""

    def __init__(self, activation: Any = None, use_bias: bool = True, **settings: Any) -> None:
        super().__init__(**settings)
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias

    def build(self, input_shape: Shape) -> None:
        """Add the kernel and the kernel of the gates, then their biases."""
        width = input_shape[-1]
        self.kernel = self.add_weight((width, width), name="kernel")
        self.gate_kernel = self.add_weight((width, width), name="gate_kernel")
        if self.use_bias:
            self.bias = self.add_weight((width,), name="bias")
            self.gate_bias = self.add_weight((width,), name="gate_bias")

    def call(self, inputs: Any) -> Any:
        """Return outputs in the input's shape."""
        gate, new = ops.matmul(inputs, self.gate_kernel), ops.matmul(inputs, self.kernel)
        if self.use_bias:
            gate, new = gate + self.gate_bias, new + self.bias
        gate = ops.sigmoid(gate)
        return gate * self.activation(new) + (1 - gate) * inputs


class _PerUnit(keras.layers.Layer):  # type: ignore[misc]
    """An activation whose weights have the input's shape, or are shared over `shared_axes`."""

    roles: tuple[str, ...] = ()

    def __init__(self, shared_axes: Any = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.shared_axes = shared_axes or ()

    def build(self, input_shape: Shape) -> None:
        """Add one weight for each role."""
        shape = [1 if axis in self.shared_axes else size for axis, size in enumerate(input_shape)]
        self.arrays = [self.add_weight(tuple(shape[1:]), name=role) for role in self.roles]


class SReLU(_PerUnit):
    """An S-shaped ReLU: piecewise linear with three pieces."""

    roles = ("t_left", "a_left", "t_right", "a_right")

    def call(self, inputs: Any) -> Any:
        """Return outputs in the input's shape."""
        left, left_slope, right, right_slope = self.arrays
        right = left + ops.abs(right)
        below = left + left_slope * (inputs - left)
        above = right + right_slope * (inputs - right)
        return ops.where(inputs < left, below, ops.where(inputs > right, above, inputs))


class ParametricSoftplus(_PerUnit):
    """``alpha * log(1 + exp(beta * x))``."""

    roles = ("alpha", "beta")

    def call(self, inputs: Any) -> Any:
        """Return outputs in the input's shape."""
        alpha, beta = self.arrays
        return alpha * ops.softplus(beta * inputs)


class _OldNormalization(keras.layers.Layer):  # type: ignore[misc]
    """Normalization in a mode of Keras 1 that saved running statistics but does not use them."""

    def __init__(self, axis: int = -1, epsilon: float = 1e-3, **settings: Any) -> None:
        settings.pop("momentum", None)
        super().__init__(**settings)
        self.axis, self.epsilon = axis, epsilon

    def build(self, input_shape: Shape) -> None:
        """Add the weights that Keras 1 saved."""
        shape = (input_shape[self.axis],)
        self.gamma = self.add_weight(shape, name="gamma")
        self.beta = self.add_weight(shape, name="beta")
        for name in ("moving_mean", "moving_variance"):
            setattr(self, name, self.add_weight(shape, name=name, trainable=False))


class ImageNormalization(_OldNormalization):
    """Normalize along the last axis of each image."""

    def call(self, inputs: Any) -> Any:
        """Return outputs in the input's shape."""
        deviation = ops.sqrt(ops.var(inputs, axis=-1, keepdims=True) + self.epsilon)
        normed = (inputs - ops.mean(inputs, axis=-1, keepdims=True)) / (deviation + self.epsilon)
        return self.gamma * normed + self.beta


class BatchStatistics(_OldNormalization):
    """Normalize by the mean and variance of the batch, also in inference."""

    def call(self, inputs: Any) -> Any:
        """Return outputs in the input's shape."""
        rank = len(inputs.shape)
        axes = tuple(axis for axis in range(rank) if axis != self.axis % rank)
        shape = [1] * rank
        shape[self.axis] = inputs.shape[self.axis]
        mean = ops.mean(inputs, axis=axes, keepdims=True)
        deviation = ops.sqrt(ops.var(inputs, axis=axes, keepdims=True) + self.epsilon)
        scaled = ops.reshape(self.gamma, shape) * (inputs - mean) / deviation
        return scaled + ops.reshape(self.beta, shape)


class CosineMerge(keras.layers.Layer):  # type: ignore[misc]
    """The cosine of the angle between two inputs, as in Keras 1's Merge."""

    def __init__(self, axes: Any = -1, **settings: Any) -> None:
        super().__init__(**settings)
        self.dot = keras.layers.Dot(axes=axes)

    def call(self, inputs: Any) -> Any:
        """Return outputs of shape (N, 1, ...)."""
        first, second = inputs
        lengths = self.dot([first, first]) * self.dot([second, second])
        lengths = ops.maximum(ops.sqrt(lengths), keras.config.epsilon())
        return ops.expand_dims(self.dot([first, second]) / lengths, 1)


class _LocallyConnected(keras.layers.Layer):  # type: ignore[misc]
    """A convolution with a separate kernel for each position."""

    dimensions = 0

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        implementation: int = 1,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        if padding != "valid" or implementation != 1:
            raise ValueError(
                f"{self.name}: a locally connected layer with settings that are not supported"
            )
        self.filters, self.use_bias = filters, use_bias
        self.size, self.strides = self._extents(kernel_size), self._extents(strides)
        self.channels_first = data_format == "channels_first"
        self.activation = keras.activations.get(activation)

    def _extents(self, value: Any) -> tuple[int, ...]:
        return (value,) * self.dimensions if isinstance(value, int) else tuple(value)

    def build(self, input_shape: Shape) -> None:
        """Add a kernel (positions, numbers of a patch, filters) and a bias for each position."""
        shape: Any = input_shape[1:]
        channels, space = (shape[0], shape[1:]) if self.channels_first else (shape[-1], shape[:-1])
        self.places = tuple(
            (extent - size) // stride + 1
            for extent, size, stride in zip(space, self.size, self.strides, strict=True)
        )
        patch = channels
        for size in self.size:
            patch *= size
        count = 1
        for extent in self.places:
            count *= extent
        self.kernel = self.add_weight((count, patch, self.filters), name="kernel")
        if self.use_bias:
            self.bias = self.add_weight((*self.places, self.filters), name="bias")

    def call(self, inputs: Any) -> Any:
        """Return the filters at each position."""
        images = ops.moveaxis(inputs, 1, -1) if self.channels_first else inputs
        channels = images.shape[-1]
        patches = []
        for place in self._corners():
            window = tuple(
                slice(start, start + size) for start, size in zip(place, self.size, strict=True)
            )
            patch = images[(slice(None), *window)]
            patch = ops.moveaxis(patch, -1, 1) if self.channels_first else patch
            patches.append(ops.reshape(patch, (-1, channels * _product(self.size))))
        outputs = ops.einsum("npk,pkf->npf", ops.stack(patches, axis=1), self.kernel)
        outputs = ops.reshape(outputs, (-1, *self.places, self.filters))
        if self.channels_first:
            # Older Keras reshaped the bias for channels first without transposing it.
            outputs = ops.moveaxis(outputs, -1, 1)
            bias = ops.reshape(self.bias, outputs.shape[1:]) if self.use_bias else 0
        else:
            bias = self.bias if self.use_bias else 0
        return self.activation(outputs + bias)

    def _corners(self) -> list[tuple[int, ...]]:
        corners: list[tuple[int, ...]] = [()]
        for count, stride in zip(self.places, self.strides, strict=True):
            corners = [(*corner, step * stride) for corner in corners for step in range(count)]
        return corners


class LocallyConnected1D(_LocallyConnected):
    """A locally connected layer along one axis."""

    dimensions = 1


class LocallyConnected2D(_LocallyConnected):
    """A locally connected layer over images."""

    dimensions = 2


def _product(extents: tuple[int, ...]) -> int:
    total = 1
    for extent in extents:
        total *= extent
    return total


def _old_hard_sigmoid(x: Any) -> Any:
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


_old_hard_sigmoid.__name__ = OLD_HARD_SIGMOID

CLASSES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        BatchStatistics,
        CosineMerge,
        DuelingHead,
        Highway,
        ImageNormalization,
        LocallyConnected1D,
        LocallyConnected2D,
        MaxoutDense,
        ParametricSoftplus,
        SReLU,
        ThresholdedReLU,
    )
}

#: Activations that `keras.activations` does not have.
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    OLD_HARD_SIGMOID: _old_hard_sigmoid,
    "abs": ops.absolute,
    "cos": ops.cos,
    "exp": ops.exp,
    "sin": ops.sin,
    "square": ops.square,
}
