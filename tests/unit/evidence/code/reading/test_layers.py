"""Output shapes and numbers of parameters, as Keras says them in a summary."""

from __future__ import annotations

import pytest

from grader.evidence.code.record import LayerRead
from tests.unit.evidence.code.reading.programs import IMPORTS, read


def layers_of(*calls: str) -> tuple[LayerRead, ...]:
    """The layers of a stack that is trained."""
    program = IMPORTS + f"Sequential([{', '.join(calls)}]).fit(x, y)"
    (training,) = read(program).trainings
    return training.layers


@pytest.mark.parametrize(
    ("call", "given", "shape", "parameters"),
    [
        ("Dense(5)", (7,), (5,), 7 * 5 + 5),
        ("Dense(5, use_bias=False)", (7,), (5,), 35),
        ("Dense(5)", (4, 7), (4, 5), 40),
        ("Flatten()", (28, 28), (784,), 0),
        ("Reshape((4, -1))", (8, 3), (4, 6), 0),
        ("Permute((2, 1))", (8, 3), (3, 8), 0),
        ("RepeatVector(3)", (8,), (3, 8), 0),
        ("Dropout(0.5)", (9,), (9,), 0),
        ("Activation('relu')", (9, 2), (9, 2), 0),
        ("BatchNormalization()", (14, 14, 32), (14, 14, 32), 4 * 32),
        ("LayerNormalization()", (9,), (9,), 2 * 9),
        ("PReLU()", (9,), (9,), 9),
        ("Conv2D(32, 3)", (28, 28, 1), (26, 26, 32), 3 * 3 * 1 * 32 + 32),
        ("Conv2D(8, (5, 3), padding='same')", (28, 28, 3), (28, 28, 8), 5 * 3 * 3 * 8 + 8),
        ("Conv2D(8, 3, strides=2, padding='same')", (15, 15, 2), (8, 8, 8), 9 * 2 * 8 + 8),
        ("Conv2D(8, 3, strides=2)", (15, 15, 2), (7, 7, 8), 152),
        ("Conv2D(8, 3, dilation_rate=2)", (15, 15, 2), (11, 11, 8), 152),
        ("Conv1D(4, 3)", (10, 2), (8, 4), 3 * 2 * 4 + 4),
        ("Conv3D(2, 2)", (4, 4, 4, 1), (3, 3, 3, 2), 8 * 2 + 2),
        ("Conv2DTranspose(4, 3, strides=2, padding='same')", (7, 7, 2), (14, 14, 4), 76),
        ("DepthwiseConv2D(3)", (8, 8, 4), (6, 6, 4), 9 * 4 + 4),
        ("SeparableConv2D(6, 3)", (8, 8, 4), (6, 6, 6), 9 * 4 + 4 * 6 + 6),
        ("MaxPooling2D()", (13, 13, 4), (6, 6, 4), 0),
        ("MaxPooling2D((2, 2), padding='same')", (13, 13, 4), (7, 7, 4), 0),
        ("MaxPooling2D(3, strides=2)", (13, 13, 4), (6, 6, 4), 0),
        ("AveragePooling1D(2)", (9, 4), (4, 4), 0),
        ("GlobalAveragePooling2D()", (7, 7, 64), (64,), 0),
        ("GlobalMaxPooling1D()", (7, 64), (64,), 0),
        ("ZeroPadding2D(2)", (28, 28, 1), (32, 32, 1), 0),
        ("UpSampling2D()", (7, 7, 3), (14, 14, 3), 0),
        ("Resizing(32, 24)", (28, 28, 1), (32, 24, 1), 0),
        ("SimpleRNN(6)", (10, 3), (6,), 6 * (6 + 3 + 1)),
        ("LSTM(6)", (10, 3), (6,), 4 * 6 * (6 + 3 + 1)),
        ("LSTM(6, return_sequences=True)", (10, 3), (10, 6), 240),
        ("GRU(6)", (10, 3), (6,), 3 * 6 * (6 + 3 + 2)),
        ("Bidirectional(LSTM(6))", (10, 3), (12,), 480),
        ("TimeDistributed(Dense(5))", (10, 3), (10, 5), 20),
    ],
)
def test_layers_by_their_input(
    call: str, given: tuple[int, ...], shape: tuple[int, ...], parameters: int
) -> None:
    """Each layer gives the shape, and has the parameters, that Keras computes."""
    (layer,) = layers_of(f"Input({given})", call)

    assert (layer.output_shape, layer.parameters) == (shape, parameters)


def test_an_embedding_needs_no_input_shape() -> None:
    """Its parameters are in its arguments."""
    (layer,) = layers_of("Embedding(1000, 16, input_length=20)")

    assert (layer.output_shape, layer.parameters) == ((20, 16), 16_000)


@pytest.mark.parametrize(
    "call",
    [
        "Convolution2D(32, 3, 3, border_mode='valid', input_shape=(28, 28, 1))",
        "Conv2D(filters=32, kernel_size=(3, 3), input_shape=(28, 28, 1))",
        "Convolution2D(nb_filter=32, nb_row=3, nb_col=3, input_shape=(28, 28, 1))",
        "Conv2D(32, 3, batch_input_shape=(None, 28, 28, 1))",
        "Conv2D(32, 3, data_format='channels_first', input_shape=(1, 28, 28))",
        "tf.keras.layers.Conv2D(32, [3, 3], input_shape=[28, 28, 1])",
    ],
)
def test_a_convolution_however_it_is_written(call: str) -> None:
    """Keras 1, names of arguments and the order of axes change nothing."""
    (layer,) = layers_of(call)

    assert (layer.class_name, layer.filters, layer.parameters) == ("Conv2D", 32, 320)


def test_what_a_layer_is_made_with_is_kept() -> None:
    """Sizes, the dropout rate and the activation are named, however they are written."""
    dense, dropout, convolution, last = layers_of(
        "Dense(16, 'tanh', input_dim=4)",
        "Dropout(rate=0.3)",
        "Conv2D(4, 3, activation=tf.nn.relu)",
        "Dense(2, activation=unknown(3))",
    )

    assert (dense.units, dense.activation) == (16, "tanh")
    assert dropout.rate == 0.3
    assert (convolution.kernel_size, convolution.activation) == ((3, 3), "relu")
    assert last.activation == "?"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("kernel_regularizer=regularizers.l2(0.01)", [("kernel", "l2", (0.01,))]),
        ("kernel_regularizer='l1'", [("kernel", "l1", (0.01,))]),
        ("activity_regularizer=regularizers.L1(l1=0.5)", [("activity", "l1", (0.5,))]),
        ("bias_regularizer=keras.regularizers.l2(l2=1e-4)", [("bias", "l2", (1e-4,))]),
        ("W_regularizer=regularizers.l2(0.1)", [("kernel", "l2", (0.1,))]),
        (
            "kernel_regularizer=regularizers.l1_l2(l1=0.1, l2=0.2)",
            [("kernel", "l1", (0.1,)), ("kernel", "l2", (0.2,))],
        ),
        ("kernel_regularizer=regularizers.l2(unknown)", [("kernel", "l2", (None,))]),
        ("kernel_regularizer=None", []),
    ],
)
def test_regularizers(call: str, expected: list[tuple[str, str, tuple[float | None]]]) -> None:
    """What is regularised, by which norm and factor."""
    (layer,) = layers_of(f"Dense(3, input_dim=2, {call})")

    assert [(item.target, item.norm, item.factors) for item in layer.regularizer] == expected


@pytest.mark.parametrize("call", ["Conv2D(8, 5)", "Dense(x)", "Mystery(3)", "Reshape((5, 5))"])
def test_what_does_not_fit_is_not_worked_out(call: str) -> None:
    """A layer that is not known, or does not take its input, has no known parameters or no known shape."""
    (layer,) = layers_of("Input((3,))", call)

    assert layer.output_shape is None or layer.parameters is None


def test_a_model_counts_as_the_layer_it_is() -> None:
    """A network of networks has the parameters of its parts."""
    encoder, decoder = layers_of(
        "Sequential([Dense(8, input_dim=16), Dense(2)])", "Sequential([Dense(16, input_dim=2)])"
    )

    assert (encoder.class_name, encoder.output_shape, encoder.parameters) == (
        "Sequential",
        (2,),
        16 * 8 + 8 + 8 * 2 + 2,
    )
    assert decoder.parameters == 48
