"""Where training and validation data are from, and how many images they are."""

from __future__ import annotations

from math import ceil

import pytest

from grader.evidence.code.record import Training
from tests.unit.evidence.code.reading.programs import IMPORTS, read, training, trainings

FIT = """
model = Sequential([Flatten(), Dense(10)])
model.compile("sgd", "mse")
model.fit({arguments})
"""


def fitted(preparation: str, arguments: str) -> Training:
    """The training of a program that only imports what is usual."""
    (found,) = read(IMPORTS + preparation + FIT.format(arguments=arguments)).trainings
    return found


def validated(preparation: str, arguments: str) -> tuple[str, int | None]:
    """What a training is validated on: (kind, images)."""
    (found,) = trainings(f"{preparation}\nbuild().fit({arguments})")
    assert found.validation is not None
    return found.validation.kind, found.validation.images


@pytest.mark.parametrize(
    ("name", "images", "parameters"),
    [
        ("mnist", 10_000, 7_850),
        ("fashion_mnist", 10_000, 7_850),
        ("cifar10", 10_000, 30_730),
        ("cifar100", 10_000, 30_730),
    ],
)
def test_the_datasets_of_keras(name: str, images: int, parameters: int) -> None:
    """Training and test images are told apart, and say the input shape."""
    loaded = f"(x, y), (a, b) = keras.datasets.{name}.load_data()"
    found = fitted(loaded, "x, y, validation_data=(a, b)")

    assert (found.data, found.parameters) == (f"{name}/train", parameters)
    assert found.validation is not None
    assert (found.validation.kind, found.validation.images) == ("test", images)


@pytest.mark.parametrize(
    ("label_mode", "classes"), [("", 100), ("label_mode='coarse'", 20), ("'coarse'", 20)]
)
def test_labels_of_cifar100_say_the_classes(label_mode: str, classes: int) -> None:
    """A last layer of as many units as there are classes has a known size."""
    found = training(f"""
        (x, y), _ = keras.datasets.cifar100.load_data({label_mode})
        targets = to_categorical(y)
        model = Sequential([Flatten(), Dense(targets.shape[1])])
        model.compile("sgd", "mse")
        model.fit(x, targets)
        """)

    assert found.layers[-1].units == classes


@pytest.mark.parametrize(
    "preparation",
    [
        "x = x / 255.0",
        "x = x.astype('float32')\nx /= 255",
        "x = (x - x.mean()) / x.std()",
        "x = np.expand_dims(x, -1)",
        "x = x[..., np.newaxis]",
        "x = tf.cast(x, tf.float32)",
        "x = np.array([image / 255 for image in x])",
        "x = np.reshape(x, (len(x), 28 * 28))",
        "from sklearn.utils import shuffle\nx, y = shuffle(x, y)",
        "def prepare(images):\n    return images.reshape(images.shape[0], -1)\nx = prepare(x)",
        "x = np.where(x > 127, 1, 0)",
    ],
)
def test_images_stay_what_they_are(preparation: str) -> None:
    """Scaling and reshaping changes nothing of where they are from."""
    found = fitted(f"(x, y), _ = mnist.load_data()\n{preparation}", "x, y")

    assert (found.data, found.parameters) == ("mnist/train", 7_850)


@pytest.mark.parametrize(
    ("part", "images"),
    [
        ("x[:1000]", 1_000),
        ("x[-1000:]", 1_000),
        ("x[50000:]", 10_000),
        ("x[::2]", 30_000),
        ("x[np.random.permutation(60000)[:500]]", 500),
        ("x[np.random.choice(len(x), 700, replace=False)]", 700),
        ("np.split(x, [54000])[1]", 6_000),
        ("x[labels == 3]", None),
    ],
)
def test_a_part_of_the_training_images(part: str, images: int | None) -> None:
    """It is said to be a part, with its images where they can be counted."""
    found = validated("labels = mnist.load_data()[0][1]", f"x, y, validation_data=({part}, y)")

    assert found == ("part of train", images)


def test_the_validation_data_may_be_the_training_data() -> None:
    """The very same array is no validation."""
    found = training("build().fit(x, y, validation_data=(x, y))")

    assert found.validation is not None
    assert found.validation.is_training_data
    assert found.validation.kind == "train"


@pytest.mark.parametrize(
    ("share", "images"), [("0.1", 6_000), ("1 / 3", 20_000), ("0.25", 15_000), ("unknown", None)]
)
def test_a_validation_split(share: str, images: int | None) -> None:
    """Keras takes it off the end of the training images."""
    assert validated("", f"x, y, validation_split={share}") == ("split", images)


@pytest.mark.parametrize(
    ("sizes", "images"),
    [
        ("test_size=0.2", 12_000),
        ("test_size=5000", 5_000),
        ("train_size=0.9", 6_000),
        ("train_size=48000, test_size=6000", 6_000),
        ("", 15_000),
    ],
)
def test_train_test_split(sizes: str, images: int) -> None:
    """The sizes of scikit-learn: the test part is rounded up."""
    preparation = f"""
from sklearn.model_selection import train_test_split
a, b, c, d = train_test_split(x, y, {sizes})
"""
    assert validated(preparation, "a, c, validation_data=(b, d)") == ("part of train", images)


SVHN = """
from scipy.io import loadmat
train, test = loadmat("data/train_32x32.mat"), loadmat(folder + "/test_32x32.mat")
x, labels = train["X"], train["y"]
"""


@pytest.mark.parametrize(
    "order",
    [
        "x = np.transpose(x, (3, 0, 1, 2))",
        "x = x.transpose([3, 0, 1, 2])",
        "x = np.moveaxis(x, -1, 0)",
        "x = np.rollaxis(x, 3)",
        "x = np.array([x[:, :, :, i] for i in range(x.shape[3])])",
    ],
)
def test_svhn_as_matlab_files(order: str) -> None:
    """Their images stand along the last axis, until they are moved."""
    found = fitted(SVHN + order, "x, labels, validation_split=0.1")

    assert (found.data, found.parameters) == ("svhn/train", 32 * 32 * 3 * 10 + 10)
    assert found.validation is not None
    assert found.validation.images == ceil(0.10 * 73_257) == 7_326


def test_a_tenth_of_svhn() -> None:
    """However it is parted, 7,326 images are kept for validation."""
    split = """
from sklearn.model_selection import train_test_split
x = np.moveaxis(x, -1, 0)
a, b, c, d = train_test_split(x, labels, test_size=0.10)
"""
    found = fitted(SVHN + split, "a, c, validation_data=(b, d)")

    assert found.validation is not None
    assert (found.validation.kind, found.validation.images) == ("part of train", 7_326)


def test_the_test_file_of_svhn() -> None:
    """Its name says the part, in a folder that is not known."""
    found = fitted(
        SVHN + "t = test['X'].transpose(3, 0, 1, 2)", "x, labels, validation_data=(t, 0)"
    )

    assert found.validation is not None
    assert (found.validation.kind, found.validation.images) == ("test", 26_032)


def test_folds() -> None:
    """Each fold keeps its part of the training images."""
    found = training("""
        from sklearn.model_selection import KFold
        for kept, left in KFold(n_splits=5, shuffle=True).split(x, y):
            build().fit(x[kept], y[kept], validation_data=(x[left], y[left]))
        """)

    assert found.validation is not None
    assert (found.validation.kind, found.validation.images) == ("part of train", 12_000)
    assert (found.runs, found.models, found.data) == (5, 5, "part of mnist/train")


def test_datasets_of_tensorflow() -> None:
    """Batches are made of the arrays they slice; taking and skipping parts them."""
    found = training("""
        pairs = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(1000)
        left = pairs.take(6000).batch(50)
        kept = pairs.skip(6000).batch(64).prefetch(tf.data.AUTOTUNE)
        build().fit(kept, validation_data=left, epochs=2)
        """)

    assert (found.data, found.batch_size) == ("part of mnist/train", 64)
    assert found.validation is not None
    assert (found.validation.kind, found.validation.images) == ("part of train", 6_000)


def test_images_that_are_augmented() -> None:
    """A generator gives the images it flows over, in batches."""
    found = training("""
        generator = keras.preprocessing.image.ImageDataGenerator(rotation_range=10)
        build().fit_generator(generator.flow(x, y, batch_size=20), steps_per_epoch=5, epochs=2)
        """)

    assert (found.data, found.batch_size, found.epochs) == ("mnist/train, augmented", 20, 2)


def test_a_generator_that_splits() -> None:
    """Its subsets are parts of the training images."""
    found = training("""
        generator = keras.preprocessing.image.ImageDataGenerator(validation_split=0.2)
        kept = generator.flow(x, y, subset="training")
        left = generator.flow(x, y, subset="validation")
        build().fit(kept, validation_data=left)
        """)

    assert found.validation is not None
    assert (found.validation.kind, found.validation.images) == ("part of train", 12_000)


@pytest.mark.parametrize(
    ("preparation", "data"),
    [
        ("z = np.concatenate([x, x_test])", "mnist/all"),
        ("z = fetch_openml('mnist_784')['data']", "mnist/all"),
        ("z = fetch_openml('mnist_784', return_X_y=True)[0][:60000]", "mnist/train"),
        ("z = np.load('mnist.npz')['x_train']", "mnist/train"),
        ("z = pandas.read_csv('train.csv')", ""),
        ("z = np.random.rand(100, 784)", ""),
        ("z = x + 0.1 * np.random.normal(size=x.shape)", "mnist/train"),
    ],
)
def test_other_sources(preparation: str, data: str) -> None:
    """What is put together of both splits is said so; of what is not known nothing is."""
    found = training(
        f"import pandas\nfrom sklearn.datasets import fetch_openml\n{preparation}\nbuild().fit(z, y)"
    )

    assert found.data == data
