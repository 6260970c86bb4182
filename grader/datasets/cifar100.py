"""CIFAR-100: 60,000 colour photographs, 32 x 32, a hundred classes.

Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009,
https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

from functools import partial

from grader.datasets.cifar import cifar_containers
from grader.datasets.containers import read_delta_npz
from grader.datasets.files import Container, Download, FileDataset, Published

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


_CLASS_NAMES = """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle
bowl boy bridge bus butterfly camel can castle caterpillar cattle
chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain
mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
plain plate poppy porcupine possum rabbit raccoon ray road rocket
rose sea seal shark shrew skunk skyscraper snail snake spider
squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
train trout tulip turtle wardrobe whale willow_tree wolf woman worm
"""

#: 50,000 training and 10,000 test images of shape (32, 32, 3), RGB, with the fine labels.
DATASET = FileDataset(
    name="cifar100",
    title="CIFAR-100 photographs",
    class_names=_CLASS_NAMES.split(),
    image_shape=(32, 32, 3),
    train=Published(
        containers=(*_containers(["train"]), Container("cifar100_train.npz", read_delta_npz)),
        download=_DOWNLOAD,
        sizes=(50_000,),
        first_labels=(19, 29, 0, 11, 1, 86, 90, 28, 23, 31),
        mean=(0.507076, 0.486549, 0.440918),
        digest="5959c9805907d18efb2b941714929da41f4c63b85589086f6f834465e02b43f4",
    ),
    test=Published(
        containers=(*_containers(["test"]), Container("cifar100_test.npz", read_delta_npz)),
        download=_DOWNLOAD,
        sizes=(10_000,),
        first_labels=(49, 33, 72, 51, 71, 92, 15, 14, 23, 0),
        mean=(0.508796, 0.487393, 0.441942),
        digest="cc64c669ec366aaa2c2f133bdf0c92d66257369df605d752115b245a42470c2d",
    ),
)
