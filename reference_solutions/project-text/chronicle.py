"""Write the corpus: a chronicle of an invented village, made by a grammar, so that it is free to copy.

A sentence often says near its end what follows from its beginning: who a person is decides, dozens of characters later,
what is made, where, with which tool, and which pronoun stands for them. A model that sees five characters cannot know;
one with a memory can.

Run `python chronicle.py`; it writes `corpus.txt` beside itself, the same text each time.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the repository
from grader.files import write_whole

#: Characters of the text, at least.
SIZE = 180_000


@dataclass(frozen=True)
class Person:
    """Somebody of the village; all of it follows from the name."""

    name: str
    pronoun: str
    trade: str
    verb: str
    product: str
    unit: str
    place: str
    tool: str


PEOPLE = (
    Person("Agnes", "she", "weaver", "wove", "linen", "bolts", "in the long barn", "loom"),
    Person("Albert", "he", "miller", "ground", "barley", "sacks", "by the mill race", "millstone"),
    Person("Beatrix", "she", "potter", "fired", "stoneware", "crates", "below the hill", "kiln"),
    Person("Bernard", "he", "cooper", "bound", "barrels", "pairs", "behind the inn", "adze"),
    Person("Clara", "she", "beekeeper", "strained", "honey", "jars", "in the orchard", "smoker"),
    Person("Conrad", "he", "smith", "forged", "horseshoes", "dozens", "at the crossroads", "anvil"),
    Person("Dorothy", "she", "baker", "kneaded", "rye bread", "loaves", "in Oven Lane", "trough"),
    Person("Edmund", "he", "fisherman", "smoked", "herring", "baskets", "on the quay", "net"),
    Person("Frieda", "she", "chandler", "poured", "candles", "bundles", "under the tower", "mould"),
    Person("Gregory", "he", "mason", "cut", "limestone", "blocks", "in the quarry", "chisel"),
    Person("Harriet", "she", "brewer", "boiled", "ale", "casks", "in the vaulted cellar", "kettle"),
    Person("Jasper", "he", "tanner", "scraped", "hides", "stacks", "beyond the bridge", "knife"),
    Person("Lavinia", "she", "printer", "set", "almanacs", "reams", "over the bookshop", "press"),
    Person("Matthew", "he", "shepherd", "sheared", "wool", "fleeces", "on the high moor", "crook"),
)

_WEATHER = {
    "it rained": ("the roofs leaked", "under a dripping hood"),
    "it snowed": ("the lanes were white", "with cold fingers"),
    "the fog came in": ("nobody saw the tower", "by the light of a lantern"),
    "the wind turned north": ("the shutters banged", "with a scarf over both ears"),
    "the sun shone": ("the children bathed", "in rolled-up sleeves"),
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_FEELINGS = {"pleased": "laughed", "angry": "shouted", "tired": "yawned", "worried": "sighed"}


def _work(random: random.Random) -> str:
    person = random.choice(PEOPLE)
    weather, (_, manner) = random.choice(list(_WEATHER.items()))
    return (
        f"When {weather}, {person.name} the {person.trade} {person.verb} {person.product} "
        f"{person.place}, {manner}."
    )


def _sale(random: random.Random) -> str:
    buyer, seller = random.sample(PEOPLE, 2)
    number = random.choice(_NUMBERS)
    return (
        f"{buyer.name} needed {seller.product}, so {buyer.pronoun} went to {seller.name}, who sold "
        f"{number} {seller.unit} of it {seller.place} and put the {seller.tool} away."
    )


def _talk(random: random.Random) -> str:
    one, other = random.sample(PEOPLE, 2)
    feeling, deed = random.choice(list(_FEELINGS.items()))
    return (
        f'"Where is {other.name}?" asked {one.name} the {one.trade}, who was {feeling}. '
        f'"At work {other.place}," they answered, and {one.pronoun} {deed}.'
    )


def _loss(random: random.Random) -> str:
    person, finder = random.sample(PEOPLE, 2)
    return (
        f"{person.name} had lost the {person.tool} and could make no {person.product}, until "
        f"{finder.name} found it {finder.place} and gave it back to the {person.trade}."
    )


def _weather(random: random.Random) -> str:
    weather, (result, _) = random.choice(list(_WEATHER.items()))
    person = random.choice(PEOPLE)
    return (
        f"All morning {weather} and {result}; only {person.name} was seen {person.place}, where "
        f"{person.pronoun} {person.verb} the last {person.unit} of {person.product}."
    )


def chronicle(size: int, seed: int = 1848) -> str:
    """The chronicle, day after day, of at least `size` characters; another seed makes another one."""
    chance = random.Random(seed)  # noqa: S311 - a text, no secret
    makers = (_work, _sale, _talk, _loss, _weather)
    paragraphs: list[str] = []
    written = day = 0
    while written < size:
        said = [chance.choice(makers)(chance) for _ in range(chance.randint(2, 4))]
        paragraph = f"{_DAYS[day % 7]}. " + " ".join(said)
        paragraphs.append(paragraph)
        written += len(paragraph) + 1
        day += 1
    return "\n".join(paragraphs) + "\n"


if __name__ == "__main__":
    corpus = Path(__file__).with_name("corpus.txt")
    write_whole(corpus, chronicle(SIZE).encode())
