"""The class of ml-assignment2: one digit classifier each, marked relative to the best of the class, or other exercises.

`grader demo` grades the students with a classifier alone. `grader verify` grades the reference solution with them,
which is better than all of them: there everyone loses points.
"""

from __future__ import annotations

from functools import partial

from programs_ml_assignment2 import DEPTH, HOUSE_NUMBERS, REPORT
from sample_damage import Curves, Text, cut_off, not_a_number, weights_only
from sample_models import Trained, cnn, mlp, normalised_cnn, softmax_regression
from samples import CHANNEL, FLAT, GREY, TRAINING_PROGRAM, Sample, changed

HANDWRITTEN = ("3-handwritten/relative-accuracy",)
DIGITS_ALONE = ("3-handwritten",)
ABOUT_DEPTH = ("1a-theory", "1b-depth", "1c-gradients", "1d-lecun")
ABOUT_FILTERS = ("2a-svhn", "2b-filters")

WRONG_RANGES = """\
[1a-theory]
relu = "{0, 1}"
tanh = "[0, 1]"
sigmoid = "(0, 1)"
"""

SAMPLES = (
    Sample(
        "amina",
        "A convolutional model trained on shifted digits: the best of the class.",
        {
            "best_model.h5": Trained(
                partial(cnn, CHANNEL, (12, 24), dropout=0.3), "mnist", epochs=6, shift=0.1
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "bruno",
        "Two hidden layers and no convolutions: good on MNIST, less good on these digits.",
        {"mlp.h5": Trained(partial(mlp, FLAT, (32, 32)), "mnist", epochs=4)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "chloe",
        "Softmax regression trained on 60 images.",
        {"digits.h5": Trained(partial(softmax_regression, GREY), "mnist", epochs=20, images=60)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "dmitri",
        "The program was handed in, but not the model it saves.",
        {"assignment2.py": Text(TRAINING_PROGRAM)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="missing",
    ),
    Sample(
        "elif",
        "digits.h5 is a picture of a learning curve.",
        {"digits.h5": Curves()},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="wrong-format",
    ),
    Sample(
        "farid",
        "The upload broke off: the last third of the file is missing.",
        {"cnn.h5": Trained(partial(cnn, CHANNEL, (8, 8)), "mnist", epochs=1, spoil_file=cut_off)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="corrupt",
    ),
    Sample(
        "greta",
        "A convolutional model trained on pixels from 0 to 255.",
        {
            "model_final.h5": Trained(
                partial(cnn, CHANNEL, (8, 16), normalised=True),
                "mnist",
                epochs=4,
                rate=1e-3,
                pixels="0..255",
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "hugo",
        "The output of save_weights, renamed: the file holds no layers.",
        {
            "classifier.h5": Trained(
                partial(cnn, CHANNEL, (8, 16)), "mnist", epochs=1, spoil_file=weights_only
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="weights-only",
    ),
    Sample(
        "ines",
        "All predictions of the model are NaN.",
        {
            "ines.h5": Trained(
                partial(mlp, FLAT, (16,)), "mnist", epochs=1, spoil_model=not_a_number
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="bad-output",
    ),
    Sample(
        "jonas",
        "Eleven outputs, one of them for 'no digit', instead of ten.",
        {
            "handwritten_model.h5": Trained(
                partial(cnn, CHANNEL, (8, 16), outputs=11), "mnist", epochs=2
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
        reason="bad-output",
    ),
    Sample(
        "karim",
        "Two hidden layers with tanh, saved in the .keras format.",
        {
            "digits.keras": Trained(
                partial(mlp, GREY, (24, 16), activation="tanh"), "mnist", epochs=3
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "lena",
        "Three convolutions, each with batch normalisation, and no hidden layer.",
        {
            "mnist_cnn.h5": Trained(
                partial(normalised_cnn, ((16, 2), (24, 2), (32, 1)), shape=CHANNEL),
                "mnist",
                epochs=5,
                rate=6e-3,
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "mateo",
        "A convolutional model trained on dark digits on a white ground.",
        {
            "mateo_digits.h5": Trained(
                partial(cnn, CHANNEL, (6, 12), 16, kernel=5, activation="tanh"),
                "mnist",
                epochs=3,
                images=8_000,
                pixels="inverted",
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "nina",
        "A convolutional model trained for 40 epochs on 600 images: overfitted.",
        {"final.h5": Trained(partial(cnn, CHANNEL, (8, 16), 16), "mnist", epochs=40, images=600)},
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "oscar",
        "Softmax regression on standardised pixels (mean 0, deviation 1).",
        {
            "digit_classifier.h5": Trained(
                partial(softmax_regression, FLAT), "mnist", epochs=2, pixels="standardised"
            )
        },
        loses=HANDWRITTEN,
        exercises=DIGITS_ALONE,
    ),
    Sample(
        "paula",
        "All of exercise 1 in Keras of 2019: gradients come from get_gradients; ranges are typed, or in the report.",
        {
            "exercise1.py": Text(DEPTH),
            "report.md": Text(REPORT),
            "answers.toml": Text('[1d-lecun]\nlecun = "]0.01; 1.15393]"\n'),
        },
        exercises=ABOUT_DEPTH,
    ),
    Sample(
        "quentin",
        "ELU instead of the hyperbolic tangent, and Adam instead of plain gradient descent.",
        {
            "exercise1.py": Text(
                changed(
                    DEPTH,
                    '["relu", "tanh", "sigmoid"]', '["relu", "elu", "sigmoid"]',
                    "import SGD", "import Adam",
                    "SGD(lr=0.01)", "Adam(lr=0.01)",
                )
            ),
            "report.md": Text(REPORT),
        },
        loses=("1b-depth/models", "1b-depth/optimizer", "1b-depth/scores", "1c-gradients/maxima"),
        exercises=ABOUT_DEPTH,
    ),
    Sample(
        "rosa",
        "30 units, pixels from 0 to 255, two epochs, two digits of LeCun's constant swapped, and no grid of gradients.",
        {
            "exercise1.py": Text(
                changed(
                    DEPTH,
                    "Dense(32", "Dense(30",
                    "X_train /= 255\nX_test /= 255\n", "",
                    "epochs=3", "epochs=2",
                    "1.7159", "1.7519",
                    'axis[index].plot(max_gradients(model), "o", label=af)', "print(max_gradients(model))",
                )
            ),
            "report.md": Text(REPORT),
        },
        loses=(
            "1b-depth/units",
            "1b-depth/normalised",
            "1c-gradients/epochs",
            "1c-gradients/grid",
            "1d-lecun/function",
        ),
        exercises=ABOUT_DEPTH,
    ),
    Sample(
        "stefan",
        "Typed answers alone: the range of the sigmoid's own values, and a bracket of tanh on the wrong side.",
        {"answers.toml": Text(WRONG_RANGES)},
        loses=("1a-theory/equations", "1a-theory/tanh", "1a-theory/sigmoid"),
        exercises=("1a-theory",),
    ),
    Sample(
        "tilda",
        "2 x 2 pooling, stopped early by the loss of the training, and no confusion matrix.",
        {
            "exercise2.py": Text(
                changed(
                    HOUSE_NUMBERS,
                    "MaxPooling2D((3, 3))", "MaxPooling2D((2, 2))",
                    'monitor="val_loss"', 'monitor="loss"',
                    "plt.matshow(confusion_matrix(Y_test, predicted, labels=range(10)))", "plt.plot(predicted)",
                    "plt.colorbar()\n", "",
                )
            )
        },
        loses=("2a-svhn/pooling", "2a-svhn/early-stopping", "2a-svhn/confusion-matrix"),
        exercises=ABOUT_FILTERS,
    ),
    Sample(
        "ugo",
        "Validated on the test set, a hidden layer before softmax, and the outputs of the first layer for one digit.",
        {
            "exercise2.py": Text(
                changed(
                    HOUSE_NUMBERS,
                    "validation_data=(X_val, Y_val)", "validation_data=(X_test / np.float32(255), Y_test)",
                    "model.add(Flatten())\n", 'model.add(Flatten())\nmodel.add(Dense(100, activation="relu"))\n',
                    "range(10):\n    axis.flat[digit].imshow(X_test", "range(1):\n    axis.flat[digit].imshow(X_test",
                    "for layer in layers])", "for layer in layers[:1]])",
                    "for output in activations.predict(images):", "for output in [activations.predict(images)]:",
                    "    for digit in range(10):\n", "    for digit in range(1):\n",
                )
            )
        },
        loses=("2a-svhn/classifier", "2a-svhn/validation", "2b-filters/images", "2b-filters/outputs"),
        exercises=ABOUT_FILTERS,
    ),
    Sample(
        "vera",
        "50 filters instead of 49, and the first images of the training set for validation.",
        {
            "exercise2.py": Text(
                changed(
                    HOUSE_NUMBERS,
                    "np.random.permutation(N)", "np.arange(N)",
                    "Conv2D(49", "Conv2D(50",
                )
            )
        },
        loses=("2a-svhn/convolutions", "2a-svhn/validation", "2b-filters/outputs"),
        exercises=ABOUT_FILTERS,
    ),
)  # fmt: skip
