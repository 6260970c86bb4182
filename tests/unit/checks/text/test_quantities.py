"""Losses, accuracies and epochs in a text."""

from __future__ import annotations

import pytest

from grader.checks.text.quantities import accuracies_in, epochs_named, quantities
from grader.checks.text.topic import Paragraph
from grader.evidence.report.record import Place


@pytest.mark.parametrize(
    ("text", "losses", "accuracies"),
    [
        ("Loss : 0.0237078574\nAccuracy : 99.24%\nTotal time : 143.97s", [0.0237078574], [99.24]),
        ("the loss after 100 epochs: 0.02", [0.02], []),
        ("a loss of 0.3 and an accuracy of 0.91", [0.3], [0.91]),
        ("La perte vaut 0,12 et l'exactitude 98,5 %.", [0.12], [98.5]),
        ("epoch 100: loss 1.5e-3", [0.0015], []),
        ("loss at epoch 100: 0.02; accuracy: 99 %", [0.02], [99.0]),
        ("achieving a 99.13 % accuracy with 64 units", [], [99.13]),
        ("the loss value for 100 epochs", [], []),
        ("batch size 128, learning rate 0.01", [], []),
        ("the loss falls, see figure 3", [], []),
        ("a loss of 0.05 and an accuracy of 98 %", [0.05], [98.0]),
        ("an accuracy of 98 % and a loss of 0.05", [0.05], [98.0]),
        ("The loss and accuracy are 0.05 and 98 %.", [0.05], [98.0]),
        ("The loss and the accuracy are 0.05 and 0.98 respectively.", [0.05], [0.98]),
        ("Accuracy / loss: 0.98 / 0.05", [0.05], [0.98]),
        ("0.98 accuracy, 0.05 loss", [0.05], [0.98]),
        ("we get 0.05 loss and 98 % accuracy", [0.05], [98.0]),
        ("Loss Accuracy Time 0.02 99.3% 4 s", [], [99.3]),
        ("To compare the loss, we set the number of epochs to 100.", [], []),
        ("The losses of networks trained for 100 training epochs", [], []),
        ("the loss of a 100-epoch training", [], []),
        ("The accuracies are those of networks trained for 100 epochs.", [], []),
        ("Epoch 117/300 - 1s 1ms/step - loss: 1.5225 - accuracy: 0.9013", [1.5225], [0.9013]),
    ],
)
def test_numbers_are_of_what_is_named_beside_them(
    text: str, losses: list[float], accuracies: list[float]
) -> None:
    """The nearest word before a number says what it is; epochs, sizes and times are none of them."""
    paragraph = Paragraph(place=Place(), text=text)

    assert [number.value for number in quantities(paragraph, "loss")] == losses
    assert [number.value for number in accuracies_in(text)] == accuracies


@pytest.mark.parametrize(
    ("text", "epochs"),
    [
        ("after 100 epochs and 300 epochs", {100, 300}),
        ("Epoch 117/300\nloss: 10.8688 - val_accuracy: 0.0980\nEpoch 118/300", {117, 118, 300}),
        ("the 100th epoch", {100}),
        ("après 100 époques", {100}),
        ("epochs = 50", {50}),
        ("0.5 epochs", set()),
    ],
)
def test_numbers_of_epochs(text: str, epochs: set[int]) -> None:
    """However they are written; what logs count up to may be told or not."""
    assert epochs_named(text) <= epochs
    assert epochs_named(text) or not epochs
