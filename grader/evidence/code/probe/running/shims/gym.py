"""`gym` as it was: `step` gives four values and `reset` one, unless the code unpacks what it gives today."""

from __future__ import annotations

import dis
import sys
from types import CodeType, FrameType
from typing import Any

import numpy as np

from grader.evidence.code.probe.running.shims.absent import StubModule
from grader.evidence.code.probe.running.shims.patching import Used, library


def unpacked(frame: FrameType | None) -> int | None:
    """Into how many names the call that runs in a frame is unpacked; 2 where its first value is taken, else None."""
    if frame is None:
        return None
    code: CodeType = frame.f_code
    following = [
        item
        for item in dis.get_instructions(code)
        if item.offset > frame.f_lasti and item.opname not in ("CACHE", "EXTENDED_ARG")
    ][:2]
    if not following:
        return None
    if following[0].opname == "UNPACK_SEQUENCE":
        return following[0].arg
    taken = len(following) == 2 and following[1].opname.startswith("BINARY_")
    return (
        2 if taken and following[0].argval == 0 and following[0].opname.startswith("LOAD") else None
    )


class Actions:
    """Two actions."""

    n = 2
    shape = ()

    def sample(self) -> int:
        """The first one."""
        return 0

    def contains(self, action: Any) -> bool:
        """Whether there is such an action."""
        return action in (0, 1)

    def seed(self, *_: Any) -> None:
        """Nothing is drawn."""


class Observations:
    """Four numbers."""

    shape = (4,)
    low, high = np.full(4, -1.0, dtype="float32"), np.full(4, 1.0, dtype="float32")

    def sample(self) -> Any:
        """Zeros."""
        return np.zeros(4, dtype="float32")


class EndingAtOnce:
    """An environment in which every episode ends at its first step; it serves where `gymnasium` is not installed."""

    action_space, observation_space = Actions(), Observations()
    spec = None
    reward_range = (-1.0, 1.0)
    metadata: dict[str, Any] = {}

    def reset(self, **_: Any) -> tuple[Any, dict[str, Any]]:
        """The first observation."""
        return np.zeros(4, dtype="float32"), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """The last observation."""
        return np.zeros(4, dtype="float32"), 0.0, True, False, {}

    def render(self) -> Any:
        """A black picture."""
        return np.zeros((400, 600, 3), dtype="uint8")

    def close(self) -> None:
        """Nothing to close."""


class OldEnvironment:
    """An environment of `gymnasium` with the methods of `gym`."""

    def __init__(self, inner: Any, used: Used) -> None:
        self._inner, self._used = inner, used
        self._seed: int | None = None
        self._max_episode_steps = (
            getattr(getattr(inner, "spec", None), "max_episode_steps", None) or 200
        )

    @property
    def unwrapped(self) -> Any:
        """The environment itself."""
        return self

    def seed(self, seed: Any = None) -> list[Any]:
        """The seed of the next episode."""
        self._used("env.seed")
        self._seed = None if seed is None else int(seed)
        return [seed]

    def reset(self, **named: Any) -> Any:
        """The first observation of an episode, with its details where two values are taken."""
        if self._seed is not None:
            named.setdefault("seed", self._seed)
            self._seed = None
        observation, told = self._inner.reset(**named)
        if unpacked(sys._getframe(1)) == 2:
            return observation, told
        self._used("env.reset")
        return observation

    def step(self, action: Any) -> Any:
        """What an action leads to: four values, or five where five are taken."""
        action = int(action) if isinstance(action, np.integer) else action
        observation, reward, ended, cut, told = self._inner.step(action)
        if unpacked(sys._getframe(1)) == 5:
            return observation, reward, ended, cut, told
        self._used("env.step")
        return observation, reward, bool(ended or cut), told

    def render(self, *_: Any, **__: Any) -> Any:
        """A picture; a black one where nothing can be drawn."""
        try:
            return self._inner.render()
        except Exception:  # the library that draws is not installed
            return EndingAtOnce().render()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Gym(StubModule):
    """The module; what it does not have is a stub."""

    def __init__(self, used: Used) -> None:
        super().__init__("gym")
        self.__dict__["_used"] = used
        self.__version__ = "0.21.0"

    def make(self, *positional: Any, **named: Any) -> OldEnvironment:
        """An environment by its name."""
        used: Used = self.__dict__["_used"]
        used("gym")
        gymnasium = library("gymnasium")
        if gymnasium is None or isinstance(gymnasium, StubModule):
            return OldEnvironment(EndingAtOnce(), used)
        named.setdefault("render_mode", "rgb_array")
        return OldEnvironment(gymnasium.make(*positional, **named), used)


def install_gym(used: Used) -> None:
    """Serve `gym`, and `gymnasium` where it is not installed."""
    if library("gym") is None:
        module = _Gym(used)
        gymnasium = library("gymnasium")
        if gymnasium is not None:
            gymnasium.wrappers.Monitor = lambda env, *_, **__: env
            module.__dict__.update(
                {
                    name: getattr(gymnasium, name)
                    for name in ("Env", "Wrapper", "spaces", "wrappers", "envs")
                }
            )
        sys.modules["gym"] = module
    if library("gymnasium") is None:
        sys.modules["gymnasium"] = _Gym(used)
