"""Deep Q-learning on CartPole-v1."""
import random
from collections import deque

import gym
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


for units in (24,):
    scores = play(build(units), 40)
    print(units, np.mean(scores[-100:]))
