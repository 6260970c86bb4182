"""Three architectures of deep Q-learning on CartPole-v1, and the return of every episode they played.

Run `python compare.py`. It trains a model of one layer of 16 units, one of two layers of 64, and a dueling one of the
same size, each on 100,000 steps, and writes the figure and the results, `compare.json`, beside it. On one processor
core it takes about six minutes.
"""

import json
from pathlib import Path

import gymnasium
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

ENVIRONMENTS, STEPS, ROUNDS = 8, 125, 100
ROWS, BATCH, MEMORY = 16_384, 128, 50_000
DISCOUNT = 0.99
#: How much of the model the target model takes over in each round.
FOLLOWED = 0.7
SMOOTHED = 25


def build_plain(*units):
    """A model of fully connected layers, with a value for each action."""
    hidden = [layers.Dense(count, activation="relu") for count in units]
    return keras.Sequential([keras.Input((4,)), *hidden, layers.Dense(2)])


def build_dueling(*units):
    """A value of the state, to which the advantage of each action is added; their mean is taken off."""
    state = hidden = keras.Input((4,))
    for count in units:
        hidden = layers.Dense(count, activation="relu")(hidden)
    value, advantage = layers.Dense(1)(hidden), layers.Dense(2)(hidden)
    mean = keras.ops.mean(advantage, axis=1, keepdims=True)
    return keras.Model(state, layers.Add()([value, layers.Subtract()([advantage, mean])]))


def learn(model, target, memory, random):
    """Fit the model to what it is to expect: a fall costs 1, and what comes later counts a little less."""
    states, actions, following, ended = (np.array(part) for part in zip(*memory, strict=True))
    rows = random.integers(len(states), size=ROWS)
    preferred = model.predict(following[rows], batch_size=1024, verbose=0).argmax(axis=1)
    later = target.predict(following[rows], batch_size=1024, verbose=0)[np.arange(ROWS), preferred]
    wanted = model.predict(states[rows], batch_size=1024, verbose=0)
    wanted[np.arange(ROWS), actions[rows]] = np.where(ended[rows], -1, DISCOUNT * later)
    model.fit(states[rows], wanted, batch_size=BATCH, epochs=1, verbose=0)
    pairs = zip(target.get_weights(), model.get_weights(), strict=True)
    target.set_weights([slow + FOLLOWED * (fast - slow) for slow, fast in pairs])


def train(model, target, seed):
    """Play and learn in turn; the return of every episode that ended, in order."""
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="huber")
    target.set_weights(model.get_weights())
    random = np.random.default_rng(seed)
    environments = gymnasium.make_vec("CartPole-v1", ENVIRONMENTS)
    states, _ = environments.reset(seed=seed)
    lasted, begins = np.zeros(ENVIRONMENTS), np.zeros(ENVIRONMENTS, bool)
    memory, returns = [], []
    for played in range(ROUNDS):
        share = max(0.05, 1 - played / 15)
        for _ in range(STEPS):
            actions = np.asarray(model(states)).argmax(axis=1)
            at_random = random.random(ENVIRONMENTS) < share
            actions[at_random] = random.integers(2, size=at_random.sum())
            found, _, ended, cut, _ = environments.step(actions)
            for place in range(ENVIRONMENTS):
                if begins[place]:  # a step after the end only resets
                    lasted[place] = 0
                    continue
                memory.append((states[place], actions[place], found[place], ended[place]))
                lasted[place] += 1
                if ended[place] or cut[place]:
                    returns.append(float(lasted[place]))
            states, begins = found, ended | cut
        memory = memory[-MEMORY:]
        learn(model, target, memory, random)
    return returns


def smooth(returns):
    """The mean of each episode and those before it."""
    return np.convolve(returns, np.ones(SMOOTHED) / SMOOTHED, mode="valid")


def main():
    """Train, draw, and keep the figures that the report names."""
    keras.utils.set_random_seed(2020)
    Path("figures").mkdir(exist_ok=True)
    builders = {
        "one layer of 16": lambda: build_plain(16),
        "two layers of 64": lambda: build_plain(64, 64),
        "dueling, two layers of 64": lambda: build_dueling(64, 64),
    }
    results = {}
    plt.figure(figsize=(6, 3.6))
    for name, build in builders.items():
        model = build()
        returns = train(model, build(), seed=1)
        results[name] = {
            "parameters": model.count_params(),
            "episodes": len(returns),
            "mean of the last 50": round(float(np.mean(returns[-50:])), 1),
            "best mean of 25": round(float(smooth(returns).max()), 1),
        }
        print(name, results[name], flush=True)
        plt.plot(np.arange(len(returns) - SMOOTHED + 1) + SMOOTHED, smooth(returns), label=name)
    plt.title("Return over the episodes of the training")
    plt.xlabel("episode")
    plt.ylabel(f"return, mean of {SMOOTHED} episodes")
    plt.legend()
    plt.tight_layout()
    plt.savefig("figures/returns.png", dpi=110)
    Path("compare.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


main()
