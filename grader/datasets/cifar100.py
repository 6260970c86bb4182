"""CIFAR-100: 60,000 colour photographs, 32 x 32, a hundred classes.

Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009,
https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

from functools import partial

from grader.datasets.cifar import cifar_containers
from grader.datasets.containers import read_delta_npz
from grader.datasets.files import Container, Download, Facts, FileDataset

_DOWNLOAD = Download(
    url="https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
    filename="cifar-100-python.tar.gz",
    sha256="85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
)
_containers = partial(
    cifar_containers,
    "cifar-100-python",
    archive=_DOWNLOAD.filename,
    labels="fine_labels",
    binary_folder="cifar-100-binary",
    binary_archive="cifar-100-binary.tar.gz",
    label_bytes=2,
)


class Cifar100(FileDataset):
    """The 50,000 training and 10,000 test images of CIFAR-100, shape (32, 32, 3), fine labels."""

    name = "cifar100"
    title = "CIFAR-100 photographs"
    class_names = tuple(
        """apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle
        bowl boy bridge bus butterfly camel can castle caterpillar cattle
        chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
        dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
        lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain
        mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
        plain plate poppy porcupine possum rabbit raccoon ray road rocket
        rose sea seal shark shrew skunk skyscraper snail snake spider
        squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
        train trout tulip turtle wardrobe whale willow_tree wolf woman worm""".split()
    )
    image_shape = (32, 32, 3)
    containers = {
        "train": (*_containers(["train"]), Container("cifar100_train.npz", read_delta_npz)),
        "test": (*_containers(["test"]), Container("cifar100_test.npz", read_delta_npz)),
    }
    downloads = {"train": _DOWNLOAD, "test": _DOWNLOAD}
    facts = {
        "train": Facts(
            50_000, (19, 29, 0, 11, 1, 86, 90, 28, 23, 31), (0.507076, 0.486549, 0.440918)
        ),
        "test": Facts(
            10_000, (49, 33, 72, 51, 71, 92, 15, 14, 23, 0), (0.508796, 0.487393, 0.441942)
        ),
    }
