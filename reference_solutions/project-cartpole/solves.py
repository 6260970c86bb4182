"""CartPole-v1 by deep Q-learning: a model of two layers that balances the pole for 500 steps.

Each epoch plays 1,000 steps with the model as it is, a random action now and then, and keeps them in
a memory. The model then learns from batches of that memory what a copy of it that follows slowly (the
target model) expects of the action that the model itself prefers (double Q-learning). A step costs
nothing and a fall 1, so values lie between -1 and 0 and say how near a fall is, which is learnt faster
than a count of steps. Of all epochs, the model that balances longest on episodes held out for this is
saved.

Run `python solves.py`; it writes `solves.h5` beside itself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import gymnasium
import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the repository
from reference_solutions.training import Options, run, train

EPOCHS = 100
#: Environments that are played side by side, steps in each of them an epoch, batches an epoch.
ENVIRONMENTS, STEPS, BATCHES = 8, 125, 250
BATCH, MEMORY = 128, 50_000
DISCOUNT = 0.99
#: How much of the model the target model takes over with each batch.
FOLLOWED = 0.01
#: The share of random actions falls from the first to the last of these in so many epochs.
RANDOM_FROM, RANDOM_TO, RANDOM_EPOCHS = 1.0, 0.05, 15
#: Episodes by which the best epoch is chosen; none of them is graded.
HELD_OUT_SEEDS = range(900_000, 900_020)

Floats = NDArray[np.float32]


def build_model() -> keras.Model:
    """Two hidden layers of 64 units, a value for each of the two actions: 4,610 parameters."""
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(2),
        ],
        name="cartpole",
    )


def loss_of_taken(wanted: Any, given: Any) -> Any:
    """Huber's loss of the actions that were taken; the value wanted of the others is NaN."""
    return keras.losses.huber(ops.where(ops.isnan(wanted), given, wanted), given)


class Memory:
    """The last steps that were played.

    Args:
        size: How many are kept.
    """

    def __init__(self, size: int) -> None:
        self.size, self.count = size, 0
        self.states, self.next_states = np.zeros((2, size, 4), np.float32)
        self.actions = np.zeros(size, np.int64)
        self.ended = np.zeros(size, bool)

    def __len__(self) -> int:
        return min(self.count, self.size)

    def keep(self, state: Floats, action: int, next_state: Floats, *, ended: bool) -> None:
        """Keep a step in place of the oldest."""
        place = self.count % self.size
        self.states[place], self.actions[place] = state, action
        self.next_states[place], self.ended[place] = next_state, ended
        self.count += 1


class Batches(keras.utils.PyDataset):
    """Batches of what the model is to expect of the steps in a memory.

    Args:
        memory: The steps.
        model: The model that learns, which says what action comes next.
        target: The model that says what is expected of it.
    """

    def __init__(self, memory: Memory, model: keras.Model, target: keras.Model) -> None:
        super().__init__()
        self.memory, self.model, self.target = memory, model, target
        self.random = np.random.default_rng(0)

    def __len__(self) -> int:
        return BATCHES

    def __getitem__(self, _: int) -> tuple[Floats, Floats]:
        """States of shape (N, 4), and values of shape (N, 2), NaN for the action not taken."""
        memory = self.memory
        rows = self.random.integers(len(memory), size=BATCH)
        following = memory.next_states[rows]
        preferred = np.asarray(self.model(following)).argmax(axis=1)
        expected_next = np.asarray(self.target(following))[np.arange(BATCH), preferred]
        wanted = np.full((BATCH, 2), np.nan, np.float32)
        expected = np.where(memory.ended[rows], -1, DISCOUNT * expected_next)
        wanted[np.arange(BATCH), memory.actions[rows]] = expected
        return memory.states[rows], wanted


class Agent(keras.callbacks.Callback):
    """Plays at the beginning of every epoch, and keeps the model that balances longest at its end.

    Args:
        plays: What plays and learns.
        best: Gets the weights of that model whenever it balances longer than before.
    """

    def __init__(self, plays: keras.Model, best: keras.Model) -> None:
        super().__init__()
        self.plays, self.best, self.longest = plays, best, -1.0
        self.target, self.memory = build_model(), Memory(MEMORY)
        self.random = np.random.default_rng(0)
        self.environments = gymnasium.make_vec("CartPole-v1", ENVIRONMENTS)
        self.states, _ = self.environments.reset(seed=0)
        self.just_reset = np.zeros(ENVIRONMENTS, bool)
        self.play(RANDOM_FROM)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Begin with a target model that is the model as it is."""
        self.target.set_weights(self.plays.get_weights())

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Have the target model follow."""
        for slow, fast in zip(self.target.weights, self.plays.weights, strict=True):
            slow.assign(slow + FOLLOWED * (fast - slow))

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Play."""
        self.play(RANDOM_FROM + (RANDOM_TO - RANDOM_FROM) * min(1, epoch / RANDOM_EPOCHS))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Measure how long the model balances, and keep it where it is the best so far."""
        lasted = mean_return(self.plays, HELD_OUT_SEEDS)
        if logs is not None:
            logs["val_return"] = lasted
        if lasted >= self.longest:
            self.longest = lasted
            self.best.set_weights(self.plays.get_weights())

    def play(self, share: float) -> None:
        """Play `STEPS` steps in each environment, that share of them at random, and keep them."""
        for _ in range(STEPS):
            actions = np.asarray(self.plays(self.states)).argmax(axis=1)
            at_random = self.random.random(ENVIRONMENTS) < share
            actions[at_random] = self.random.integers(2, size=at_random.sum())
            found, _, ended, cut, _ = self.environments.step(actions)
            for place in np.flatnonzero(~self.just_reset):  # a step after the end only resets
                self.memory.keep(
                    *(self.states[place], actions[place], found[place]), ended=ended[place]
                )
            self.states, self.just_reset = found, ended | cut


def mean_return(model: keras.Model, seeds: range) -> float:
    """How many steps the model balances on average, at most 500; the episodes are played side by side."""
    environments = [gymnasium.make("CartPole-v1") for _ in seeds]
    states = np.array(
        [item.reset(seed=seed)[0] for item, seed in zip(environments, seeds, strict=True)]
    )
    playing, steps = np.ones(len(seeds), bool), np.zeros(len(seeds))
    while playing.any():
        actions = np.asarray(model(states)).argmax(axis=1)
        for place in np.flatnonzero(playing):
            states[place], _, ended, cut, _ = environments[place].step(actions[place])
            steps[place] += 1
            playing[place] = not (ended or cut)
    return float(steps.mean())


def main(options: Options) -> None:
    """Train, save, report."""
    keras.utils.set_random_seed(0)
    model, best = build_model(), build_model()
    model.summary()
    rate = keras.optimizers.schedules.CosineDecay(1e-3, EPOCHS * BATCHES, alpha=0.02)
    model.compile(keras.optimizers.Adam(rate), loss_of_taken)
    agent = Agent(model, best)
    batches = Batches(agent.memory, model, agent.target)
    train(model, batches, epochs=EPOCHS, save=best, callbacks=[agent], options=options)
    print(f"{options.exercise}: {mean_return(best, range(100)):.1f} steps on 100 other episodes")


if __name__ == "__main__":
    run(main)
