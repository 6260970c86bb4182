"""Elementary functions as browsers compute them, to the last bit.

A port of the functions of fdlibm 5.3 that the page uses. The C library of a platform may differ from it in the last
bit, and training makes such a difference visible in some models.

fdlibm is copyright (C) 1993 by Sun Microsystems, Inc. Developed at SunPro, a Sun Microsystems, Inc. business.
Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
"""

from __future__ import annotations

import math
import struct


def _from_high_word(high: int) -> float:
    """The least double of a high word: fdlibm compares high words where we compare doubles."""
    value: float = struct.unpack(">d", struct.pack(">II", high, 0))[0]
    return value


def _high_word(value: float) -> int:
    high: int = struct.unpack(">II", struct.pack(">d", value))[0]
    return high


_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_INVERSE_LN2 = 1.44269504088896338700
_HALF_LN2 = _from_high_word(0x3FD62E43)
_ONE_AND_HALF_LN2 = _from_high_word(0x3FF0A2B2)

_EXP_OVERFLOW, _EXP_UNDERFLOW = 7.09782712893383973096e02, -7.45133219101941108420e02
_EXP_TINY = _from_high_word(0x3E300000)
_P1, _P2, _P3 = 1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05
_P4, _P5 = -1.65339022054652515390e-06, 4.13813679705723846039e-08

_EXPM1_LARGE = _from_high_word(0x4043687A)
_EXPM1_TINY = _from_high_word(0x3C900000)
_Q1, _Q2, _Q3 = -3.33333333333331316428e-02, 1.58730158725481460165e-03, -7.93650757867487942473e-05
_Q4, _Q5 = 4.00821782732936239552e-06, -2.01099218183624371326e-07

_TANH_TINY = _from_high_word(0x3E300000)

_LG1, _LG2, _LG3 = 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01
_LG4, _LG5, _LG6 = 2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01
_LG7 = 1.479819860511658591e-01

_S1, _S2, _S3 = -1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04
_S4, _S5, _S6 = 2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10
_C1, _C2, _C3 = 4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05
_C4, _C5, _C6 = -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11
_TRIG_TINY = _from_high_word(0x3E400000)

_QUARTER_PI, _THREE_QUARTERS_PI = _from_high_word(0x3FE921FC), _from_high_word(0x4002D97C)
_INVERSE_HALF_PI = 6.36619772367581382433e-01
_HALF_PI_1, _HALF_PI_1_REST = 1.57079632673412561417, 6.07710050650619224932e-11
_HALF_PI_2, _HALF_PI_2_REST = 6.07710050630396597660e-11, 2.02226624879595063154e-21
_HALF_PI_3, _HALF_PI_3_REST = 2.02226624871116645580e-21, 8.47842766036889956997e-32
#: Beyond this angle fdlibm reduces with more digits of pi than stand here.
_LARGEST_ANGLE = _from_high_word(0x413921FC)
_NEAR_MULTIPLES = {number: _high_word(number * math.pi / 2) for number in range(1, 32)}


def exp(x: float) -> float:
    """The exponential function."""
    size = abs(x)
    if not size < _EXP_OVERFLOW:
        if x != x or x == math.inf:
            return x
        if x > _EXP_OVERFLOW:
            return math.inf
        if x < _EXP_UNDERFLOW:
            return 0.0
    high = low = 0.0
    power = 0
    if size >= _HALF_LN2:
        power = _power_of_2(x)
        high, low = x - power * _LN2_HIGH, power * _LN2_LOW
        x = high - low
    elif size < _EXP_TINY:
        return 1.0 + x
    t = x * x
    c = x - t * (_P1 + t * (_P2 + t * (_P3 + t * (_P4 + t * _P5))))
    if power == 0:
        return 1.0 - ((x * c) / (c - 2.0) - x)
    return math.ldexp(1.0 - ((low - (x * c) / (2.0 - c)) - high), power)


def expm1(x: float) -> float:
    """The exponential function less 1."""
    size = abs(x)
    if not size < _EXPM1_LARGE:
        if x != x:
            return x
        if x < 0:
            return -1.0
        if x > _EXP_OVERFLOW:
            return math.inf
    rest = 0.0
    power = 0
    if size >= _HALF_LN2:
        power = _power_of_2(x)
        high, low = x - power * _LN2_HIGH, power * _LN2_LOW
        x = high - low
        rest = (high - x) - low
    elif size < _EXPM1_TINY:
        return x
    half = 0.5 * x
    product = x * half
    r1 = 1.0 + product * (_Q1 + product * (_Q2 + product * (_Q3 + product * (_Q4 + product * _Q5))))
    t = 3.0 - r1 * half
    e = product * ((r1 - t) / (6.0 - x * t))
    if power == 0:
        return x - (x * e - product)
    e = (x * (e - rest) - rest) - product
    if power == -1:
        return 0.5 * (x - e) - 0.5
    if power == 1:
        return -2.0 * (e - (x + 0.5)) if x < -0.25 else 1.0 + 2.0 * (x - e)
    if power <= -2 or power > 56:
        return math.ldexp(1.0 - (e - x), power) - 1.0
    inverse = math.ldexp(1.0, -power)
    if power < 20:
        return math.ldexp((1.0 - inverse) - (e - x), power)
    return math.ldexp((x - (e + inverse)) + 1.0, power)


def _power_of_2(x: float) -> int:
    """The whole number of times that ln 2 is taken from an exponent."""
    if abs(x) < _ONE_AND_HALF_LN2:
        return 1 if x > 0 else -1
    return int(_INVERSE_LN2 * x + (0.5 if x > 0 else -0.5))


def tanh(x: float) -> float:
    """The hyperbolic tangent."""
    size = abs(x)
    if size >= 22.0:
        return math.copysign(1.0, x)
    if size < _TANH_TINY or x != x:
        return x
    if size >= 1.0:
        value = 1.0 - 2.0 / (expm1(2.0 * size) + 2.0)
    else:
        t = expm1(-2.0 * size)
        value = -t / (t + 2.0)
    return value if x > 0 else -value


def log(x: float) -> float:
    """The natural logarithm of a normal number above 0."""
    fraction, power = math.frexp(x)
    f = fraction * 2.0
    power -= 1
    high = _high_word(f) & 0xFFFFF
    if (high + 0x95F64) & 0x100000:  # beyond about the square root of 2
        f /= 2.0
        power += 1
    f -= 1.0
    if (0xFFFFF & (2 + high)) < 3:
        if f == 0.0:
            return power * _LN2_HIGH + power * _LN2_LOW if power else 0.0
        r = f * f * (0.5 - 0.33333333333333333 * f)
        return power * _LN2_HIGH - ((r - power * _LN2_LOW) - f) if power else f - r
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    r = z * (_LG1 + w * (_LG3 + w * (_LG5 + w * _LG7))) + w * (_LG2 + w * (_LG4 + w * _LG6))
    if (high - 0x6147A) | (0x6B851 - high) > 0:
        half = 0.5 * f * f
        if power == 0:
            return f - (half - s * (half + r))
        return power * _LN2_HIGH - ((half - (s * (half + r) + power * _LN2_LOW)) - f)
    if power == 0:
        return f - s * (f - r)
    return power * _LN2_HIGH - ((s * (f - r) - power * _LN2_LOW) - f)


def sin(x: float) -> float:
    """The sine of an angle in radians."""
    if not abs(x) < _LARGEST_ANGLE:
        return math.sin(x) if math.isfinite(x) else math.nan
    quarter, y, rest = _reduced(x)
    value = _cos_near_0(y, rest) if quarter % 2 else _sin_near_0(y, rest, exact=quarter == 0)
    return -value if quarter & 2 else value


def cos(x: float) -> float:
    """The cosine of an angle in radians."""
    if not abs(x) < _LARGEST_ANGLE:
        return math.cos(x) if math.isfinite(x) else math.nan
    quarter, y, rest = _reduced(x)
    value = _sin_near_0(y, rest, exact=False) if quarter % 2 else _cos_near_0(y, rest)
    return -value if (quarter + 1) & 2 else value


def _sin_near_0(x: float, rest: float, *, exact: bool) -> float:
    """The sine of `x + rest`, up to pi/4; `exact` where there is no rest."""
    if abs(x) < _TRIG_TINY:
        return x
    z = x * x
    v = z * x
    r = _S2 + z * (_S3 + z * (_S4 + z * (_S5 + z * _S6)))
    if exact:
        return x + v * (_S1 + z * r)
    return x - ((z * (0.5 * rest - v * r) - rest) - v * _S1)


def _cos_near_0(x: float, rest: float) -> float:
    """The cosine of `x + rest`, up to pi/4."""
    size = abs(x)
    if size < _TRIG_TINY:
        return 1.0
    z = x * x
    r = z * (_C1 + z * (_C2 + z * (_C3 + z * (_C4 + z * (_C5 + z * _C6)))))
    high = _high_word(size)
    if high < 0x3FD33333:  # 0.3
        return 1.0 - (0.5 * z - (z * r - x * rest))
    qx = 0.28125 if high > 0x3FE90000 else _from_high_word(high - 0x00200000)
    return (1.0 - qx) - ((0.5 * z - qx) - (z * r - x * rest))


def _reduced(x: float) -> tuple[int, float, float]:
    """Which quarter of a turn an angle is nearest to, and what is beyond it as a sum of two doubles."""
    size = abs(x)
    if size < _QUARTER_PI:
        return 0, x, 0.0
    near_first = size < _THREE_QUARTERS_PI
    number = 1 if near_first else int(size * _INVERSE_HALF_PI + 0.5)
    high = _high_word(size)
    r, w = size - number * _HALF_PI_1, number * _HALF_PI_1_REST
    if high == _NEAR_MULTIPLES.get(number, high):  # digits cancel: more of pi is needed
        exponent = high >> 20
        if near_first or _lost_bits(exponent, r - w) > 16:
            before, w = r, number * _HALF_PI_2
            r = before - w
            w = number * _HALF_PI_2_REST - (0.0 if near_first else (before - r) - w)
        if not near_first and _lost_bits(exponent, r - w) > 49:
            before, w = r, number * _HALF_PI_3
            r = before - w
            w = number * _HALF_PI_3_REST - ((before - r) - w)
    y = r - w
    rest = (r - y) - w
    return (number, y, rest) if x > 0 else (-number, -y, -rest)


def _lost_bits(exponent: int, value: float) -> int:
    return exponent - ((_high_word(value) >> 20) & 0x7FF)
