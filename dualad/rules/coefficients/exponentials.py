"""Exponentials and logarithms."""

import math

import numpy as np

from dualad.rules import calls
from dualad.rules.coefficients.checks import every, is_complex, two_sum
from dualad.rules.kinds import coefficient

LN2 = math.log(2.0)
LOG2E = 1 / LN2
LOG10E = 1 / math.log(10.0)


def exp2(y, x):
    """log(2) * 2**x, which overflows later than 2**x."""
    if is_complex(y) or every(np.isfinite(calls.stripped(y))):
        return LN2 * y
    return np.where(np.isinf(y), (2 * LN2) * np.exp2(x - 1), LN2 * y)


@coefficient(lambda y, x: y * sigmoid(-x))
def sigmoid(x):
    """1 / (1 + exp(-x)), from the exponential that does not overflow."""
    t = np.exp(-np.abs(x))
    return np.where(np.greater_equal(x, 0), 1.0, t) / (1 + t)


@coefficient(lambda w, x, y: w * weight(y, x), lambda w, x, y: -w * weight(y, x))
def weight(x, y):
    """exp(x) / (exp(x) + exp(y)), 1/2 where both are the same infinity."""
    return _share(x, y, np.exp, 1.0)


@coefficient(lambda w, x, y: LN2 * (w * weight2(y, x)), lambda w, x, y: -LN2 * (w * weight2(y, x)))
def weight2(x, y):
    """2**x / (2**x + 2**y), 1/2 where both are the same infinity."""
    return _share(x, y, np.exp2, LN2)


def _share(x, y, power, log_base):
    """The smaller power over the larger one, with the rounding error of the difference."""
    d, rest = two_sum(x, -y)
    t = power(-np.abs(d)) * (1 - np.sign(d) * (log_base * rest))
    return np.where(np.equal(x, y), 0.5, np.where(np.greater_equal(d, 0), 1.0, t) / (1 + t))
