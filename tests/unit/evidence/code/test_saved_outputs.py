"""Summaries and logs in the saved outputs of notebooks."""

from __future__ import annotations

import pytest

from grader.evidence.code.probe.saved_outputs import logs, plain_text, summaries

KERAS_2 = """
Model: "sequential"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 flatten (Flatten)           (None, 784)               0

 batch_normalization_12 (Bat  (None, 784)              3,136
 chNormalization)

 max_pooling2d_1 (MaxPooling2 (None, 5, 5, 64)          0
 dense (Dense)               (None, 10)                7850
=================================================================
Total params: 10,986
Trainable params: 9,418
"""
KERAS_3 = """
┏━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━┓
┃ Layer (type)         ┃ Output Shape     ┃     Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━┩
│ dense_3 (Dense)      │ (None, 64)       │      50,240 │
├──────────────────────┼──────────────────┼─────────────┤
│ dense_4 (Dense)      │ (None, 10)       │         650 │
└──────────────────────┴──────────────────┴─────────────┘
 Total params: 50,890 (198.79 KB)
"""
FUNCTIONAL = """
Layer (type)                    Output Shape         Param #     Connected to
==================================================================================
input_1 (InputLayer)            [(None, 32, 32, 3)]  0
dense_9 (Dense)                 (None, 8)            24584       input_1[0][0]
Total params: 24,584
"""


@pytest.mark.parametrize(
    ("text", "parameters", "kinds"),
    [
        (KERAS_2, [0, 3136, 0, 7850], ["Flatten", "Bat", "MaxPooling2", "Dense"]),
        (KERAS_3, [50240, 650], ["Dense", "Dense"]),
        (FUNCTIONAL, [0, 24584], ["InputLayer", "Dense"]),
    ],
    ids=["keras-2", "keras-3", "functional"],
)
def test_summaries_of_every_era_are_read(
    text: str, parameters: list[int], kinds: list[str]
) -> None:
    """Each layer with its parameters, which add up to the total."""
    (summary,) = summaries(text)

    assert [layer.parameters for layer in summary.layers] == parameters
    assert [layer.class_name for layer in summary.layers] == kinds
    assert summary.parameters == sum(parameters)


def test_several_summaries_stay_apart() -> None:
    """A cell may show several models."""
    assert [item.parameters for item in summaries(KERAS_2 + KERAS_3)] == [10_986, 50_890]


OLD = """Train on 48000 samples, validate on 12000 samples
Epoch 1/3
48000/48000 [====>.....] - ETA: 3s - loss: 2.1000 - acc: 0.1000
48000/48000 [=========] - 1s 63us/step - loss: 0.7091 - acc: 0.7793 - val_loss: 0.2544 - val_acc: 0.9
Epoch 2/3
48000/48000 [=========] - 1s 63us/step - loss: 0.3169 - acc: 0.9069 - val_loss: nan - val_acc: 0.8
Test loss: 0.5, Test accuracy: 0.4
"""
BAR = "\x1b[1m469/469\x1b[0m \x1b[32m━━━━\x1b[0m \x1b[1m2s\x1b[0m 3ms/step"
NEW = f"""Epoch 1/2
{BAR} - accuracy: 0.8 - loss: 4e-01
Epoch 2/2
469/469 - 2s - accuracy: 0.9 - loss: 0.2 - val_accuracy: 0.95 - val_loss: 0.25 - learning_rate: 0.0010
Epoch 1/2
469/469 - 2s - 3ms/step - accuracy: 0.5 - loss: 1.2
"""


def test_a_log_is_read_epoch_by_epoch() -> None:
    """The last state of each line counts; what the program prints itself is no metric of an epoch."""
    (log,) = logs(OLD)

    assert (log.epochs, log.declared_epochs) == (2, 3)
    assert (log.images, log.validation_images) == (48_000, 12_000)
    assert log.metrics["loss"] == (0.7091, 0.3169)
    assert log.metrics["val_acc"] == (0.9, 0.8)
    assert log.metrics["val_loss"] == (0.2544, None)


def test_logs_begin_with_their_first_epoch() -> None:
    """Colours are left out, and learning rates are no metrics."""
    first, second = logs(plain_text(NEW))

    assert first.metrics["loss"] == (0.4, 0.2)
    assert first.metrics["val_accuracy"] == (0.95,)
    assert set(first.metrics) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    assert (second.epochs, second.metrics["accuracy"]) == (1, (0.5,))


def test_a_line_that_is_written_again_keeps_its_last_state() -> None:
    """As progress bars do."""
    assert plain_text("10%\r50%\r100%\ndone\r\n") == "100%\ndone\n"
