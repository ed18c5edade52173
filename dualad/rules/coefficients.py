"""Coefficients that are more than one line, because the textbook form loses digits, overflows or is undefined."""

import math

import numpy as np

from dualad.rules.kinds import coefficient

LN2 = math.log(2.0)
LOG2E = 1 / LN2
LOG10E = 1 / math.log(10.0)
DEGREES = 180 / math.pi
RADIANS = math.pi / 180


def is_complex(x):
    """Whether a number, an array or a Dual is complex."""
    return np.iscomplexobj(x)


def chosen(z, x, y):
    """1 where z is x, 1/2 where x and y tie, 0 where z is y."""
    return np.where(np.equal(x, y), 0.5, np.equal(z, x) | (np.isnan(z) & np.isnan(x)))


def sign_flip(x, y):
    """The factor +1 or -1 by which ``copysign(x, y)`` multiplies x."""
    return np.where(np.signbit(x) == np.signbit(y), 1.0, -1.0)


def power_by_base(z, x, y):
    """y * x**(y - 1), and 0 for y = 0 wherever x is."""
    if type(y) in (int, float):
        if y == 0:
            return 0
        if y == 1:
            return 1
        if y == 2:
            return 2 * x
        return y * np.power(x, y - 1)
    return np.where(np.equal(y, 0), 0.0, y * np.power(x, y - 1))


def power_by_exponent(z, x, y):
    """z * log(x), with its limit 0 for x = 0 and y > 0."""
    return np.where(np.equal(x, 0) & np.not_equal(z, 1), 0.0, z * np.log(x))


@coefficient(lambda y, x: y * sigmoid(-x))
def sigmoid(x):
    """1 / (1 + exp(-x)), from the exponential that does not overflow."""
    t = np.exp(-np.abs(x))
    return np.where(np.greater_equal(x, 0), 1.0, t) / (1 + t)


def logaddexp_first(z, x, y):
    return sigmoid(x - y)


def logaddexp_second(z, x, y):
    return sigmoid(y - x)


def logaddexp2_first(z, x, y):
    return sigmoid((x - y) * LN2)


def logaddexp2_second(z, x, y):
    return sigmoid((y - x) * LN2)


def arctan(y, x):
    return 1 / (1 + x * x)


def arcsinh(y, x):
    return 1 / np.sqrt(1 + x * x) if is_complex(x) else 1 / np.hypot(1.0, x)


@coefficient(lambda y, x: -2 * np.tanh(x) * y)
def sech2(x):
    """1 / cosh(x)**2 as 4 t / (1 + t)**2 with t = exp(-2 |x|): 1 - tanh(x)**2 cancels, cosh(x)**2 overflows."""
    if is_complex(x):
        return 1 - np.tanh(x) ** 2
    t = np.exp(-2 * np.abs(x))
    return 4 * t / (1 + t) ** 2


def arctan2_by_y(z, y, x):
    return x / (x * x + y * y)


def arctan2_by_x(z, y, x):
    return -y / (x * x + y * y)


def hypot_first(z, x, y):
    return np.where(np.equal(z, 0), 0.0, x / z)


def hypot_second(z, x, y):
    return hypot_first(z, y, x)


def fmod_by_divisor(z, x, y):
    return -np.rint((x - np.fmod(x, y)) / y)


def remainder_by_divisor(z, x, y):
    """-floor(x / y), from the remainder: the quotient may round up to the next integer."""
    return -np.rint((x - z) / y)
