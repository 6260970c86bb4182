"""The random numbers of the page: `seedrandom` 2.4.4, which is RC4 with the seed as its key."""

from __future__ import annotations

#: Values of a byte, and the length of RC4's state and longest key.
_BYTES = 256

#: Bits of a double's significand.
_SIGNIFICANT_BITS = 53


class RandomStream:
    """Numbers from 0 to 1, 1 excluded, that follow from a seed.

    Args:
        seed: Its text as the link has it; its characters count as UTF-16 code units.
    """

    def __init__(self, seed: str) -> None:
        key = _key(seed)
        state = list(range(_BYTES))
        place = 0
        for number in range(_BYTES):
            taken = state[number]
            place = (place + key[number % len(key)] + taken) % _BYTES
            state[number], state[place] = state[place], taken
        self._state = state
        self._first = self._second = 0
        for _ in range(_BYTES):  # RC4's first bytes tell of the key, and are dropped
            self._byte()

    def __call__(self) -> float:
        """The next number."""
        numerator = 0
        for _ in range(6):
            numerator = numerator * _BYTES + self._byte()
        denominator = 2.0**48
        last = 0
        while numerator.bit_length() < _SIGNIFICANT_BITS:
            numerator = (numerator + last) * _BYTES
            denominator *= _BYTES
            last = self._byte()
        excess = numerator.bit_length() - _SIGNIFICANT_BITS
        scaled: float = denominator / 2**excess
        return ((numerator >> excess) + (last >> excess)) / scaled

    def uniform(self, low: float, high: float) -> float:
        """The next number, scaled to lie from `low` to `high`."""
        return self() * (high - low) + low

    def _byte(self) -> int:
        state = self._state
        self._first = (self._first + 1) % _BYTES
        taken = state[self._first]
        self._second = (self._second + taken) % _BYTES
        other = state[self._second]
        state[self._first], state[self._second] = other, taken
        return state[(taken + other) % _BYTES]


def _key(seed: str) -> list[int]:
    """RC4's key: the low byte of each character, those beyond the longest key mixed into the first ones."""
    encoded = seed.encode("utf-16-le", "surrogatepass")
    codes = [low + _BYTES * high for low, high in zip(encoded[::2], encoded[1::2], strict=True)]
    key = [code % _BYTES for code in codes[:_BYTES]]
    smear = 0
    for number, code in enumerate(codes[_BYTES:], start=_BYTES):
        place = number % _BYTES
        smear ^= key[place] * 19
        key[place] = (smear + code) % _BYTES
    return key or [0]
