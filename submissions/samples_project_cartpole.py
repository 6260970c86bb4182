"""Hand-ins of project-cartpole: models that balance, drift or fall, and studies of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sample_damage import Text
from samples import Sample

if TYPE_CHECKING:
    import keras

_REFERENCE = Path(__file__).parents[1] / "reference_solutions" / "project-cartpole"
_SOLVED = _REFERENCE / "solves.h5"

#: A linear policy that balances: the weights of position, speed, angle and angular speed.
BALANCES = (2.0, 2.0, 12.0, 2.0)
#: One that looks at the angle alone, and falls soon.
ANGLE_ALONE = (0.0, 0.0, 1.0, 0.0)
#: One that lets the cart drift, and falls where it has to turn back.
DRIFTS = (-0.3, -0.2, 3.0, 1.0)


@dataclass(frozen=True)
class Copy:
    """A file of the reference."""

    source: Path

    def write(self, path: Path) -> None:
        """Copy it."""
        path.write_bytes(self.source.read_bytes())


@dataclass(frozen=True)
class PolicyModel:
    """A model whose second output minus the first is a weighted sum of the state.

    Attributes:
        weights: Of the four numbers of a state.
        scale: What a state is divided by before the model gets it.
        build: Makes the model from a layer's kernel; None is a single layer with two outputs.
    """

    weights: tuple[float, ...]
    scale: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    build: Callable[[list[float]], keras.Model] | None = None

    def write(self, path: Path) -> None:
        """Save it."""
        import logging

        logging.getLogger("absl").setLevel(logging.ERROR)  # .h5 is what the lab asks for
        weights = [weight * by for weight, by in zip(self.weights, self.scale, strict=True)]
        (self.build or _two_outputs)(weights).save(path, include_optimizer=False)


def _two_outputs(weights: list[float]) -> keras.Model:
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    kernel = np.array([[-weight, weight] for weight in weights]) / 2
    model.layers[-1].set_weights([kernel, np.zeros(2)])
    return model


def _of_state_and_action(weights: list[float]) -> keras.Model:
    """The value of an action in a state: the product of the action, as -1 or 1, and the weighted sum."""
    import keras
    import numpy as np

    state, action = keras.Input((4,), name="state"), keras.Input((1,), name="action")
    total = keras.layers.Dense(1)(state)
    sign = keras.layers.Rescaling(2.0, offset=-1.0)(action)
    model = keras.Model([state, action], keras.layers.Multiply()([total, sign]))
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            layer.set_weights([np.array(weights)[:, None], np.zeros(1)])
    return model


def _three_inputs(_: list[float]) -> keras.Model:
    import keras

    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


_STUDY = '''"""Deep Q-learning on CartPole-v1."""
import random
from collections import deque

import gym
IMPORT
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import Adam

env = gym.make("CartPole-v1")
env.seed(0)


def build(units):
    model = Sequential()
    model.add(Dense(units, input_dim=4, activation="relu"))
    model.add(Dense(2, activation="linear"))
    model.compile(loss="mse", optimizer=Adam(lr=0.001))
    return model


def play(model, episodes):
    memory, scores, epsilon = deque(maxlen=2000), [], 1.0
    for episode in range(episodes):
        state, done, score = env.reset(), False, 0
        while not done:
            if random.random() < epsilon:
                action = env.action_space.sample()
            else:
                action = int(np.argmax(model(state[None])))
            following, reward, done, info = env.step(action)
            memory.append((state, action, reward, following, done))
            state, score = following, score + 1
        scores.append(score)
        epsilon = max(0.05, 0.97 * epsilon)
        batch = random.sample(list(memory), min(64, len(memory)))
        states = np.array([step[0] for step in batch])
        later = np.max(model(np.array([step[3] for step in batch])), axis=1)
        wanted = np.array(model(states))
        for place, (_, action, reward, _, done) in enumerate(batch):
            wanted[place, action] = reward if done else reward + 0.95 * later[place]
        model.fit(states, wanted, epochs=1, verbose=0)
    return scores


for units in UNITS:
    scores = play(build(units), 40)
DRAW
'''

_DRAW = """    plt.plot(scores, label=f"{units} units")
plt.xlabel("episode")
plt.ylabel("score")
plt.legend()
plt.savefig("scores.png")"""

_REPORT = """# Balancing a pole

## Discussion of the architectures

A single layer of 24 units learns slowly and forgets what it has learnt when the memory holds little but long episodes.
With 64 units the return grows from the twentieth episode on. A larger model would not help: the
value of a state is nearly linear in its four numbers.
"""


def _study(*, units: str = "(24, 64)", draws: bool = True) -> Text:
    """The program of a student.

    Args:
        units: Of the hidden layer of each model, as a tuple in code.
        draws: Whether it draws the return of the episodes.
    """
    code = _STUDY.replace("UNITS", units)
    code = code.replace("IMPORT\n", "import matplotlib.pyplot as plt\n" if draws else "")
    return Text(
        code.replace("DRAW", _DRAW if draws else "    print(units, np.mean(scores[-100:]))")
    )


SAMPLES = (
    Sample(
        "amina",
        "The trained model, a program for gym 0.21 that compares two sizes, and a report.",
        {"cartpole_dqn.h5": Copy(_SOLVED), "dqn.py": _study(), "report.md": Text(_REPORT)},
    ),
    Sample(
        "bruno",
        "A value for a state and an action, which are its two inputs; the model alone.",
        {"q_value.keras": PolicyModel(BALANCES, build=_of_state_and_action)},
        exercises=("solves",),
    ),
    Sample(
        "chloe",
        "Trained on states that are divided by their limits.",
        {"best_model.h5": PolicyModel(BALANCES, scale=(2.4, 3.0, 0.20943951, 3.5))},
        exercises=("solves",),
    ),
    Sample(
        "dmitri",
        "Looks at the angle alone and falls soon; one architecture, and no figure.",
        {
            "model.h5": PolicyModel(ANGLE_ALONE),
            "dqn.py": _study(units="(24,)", draws=False),
            "report.md": Text(_REPORT),
        },
        loses=("solves/return", "solves/stable", "study/architectures", "study/curves"),
    ),
    Sample(
        "elif",
        "Lets the cart drift: many episodes last, and the shortest tenth does not.",
        {"dqn_model.h5": PolicyModel(DRIFTS)},
        loses=("solves/return", "solves/stable"),
        exercises=("solves",),
    ),
    Sample(
        "farid",
        "A note, and neither model nor code.",
        {"note.txt": Text("The training has not ended yet.\n")},
        loses=(
            *("solves/return", "solves/stable"),
            *("study/architectures", "study/curves", "study/discussion"),
        ),
        reason="missing",
    ),
    Sample(
        "greta",
        "Takes three numbers instead of the four of a state.",
        {"model.h5": PolicyModel(BALANCES, build=_three_inputs)},
        loses=("solves/return", "solves/stable"),
        exercises=("solves",),
        reason="no-policy",
    ),
    Sample(
        "hugo",
        "Two sizes are trained, and the returns are neither drawn nor shown.",
        {"cartpole.h5": Copy(_SOLVED), "dqn.py": _study(draws=False), "report.md": Text(_REPORT)},
        loses=("study/curves",),
    ),
    Sample(
        "ines",
        "Returns of one architecture are drawn, and there is no other.",
        {"cartpole.h5": Copy(_SOLVED), "dqn.py": _study(units="(24,)"), "report.md": Text(_REPORT)},
        loses=("study/architectures",),
    ),
)
