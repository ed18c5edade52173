"""Length and angle of a point in the plane."""

import numpy as np

from dualad.rules import calls
from dualad.rules.coefficients.checks import all_ordinary, is_ordinary, repaired
from dualad.rules.kinds import coefficient


def hypot_first(z, x, y):
    return cosine(z, x, y)


def hypot_second(z, x, y):
    return cosine(z, y, x)


@coefficient(
    0,
    lambda c, z, x, y: over_length(lambda a, b: (b, b), x, y, 3),
    lambda c, z, x, y: over_length(lambda a, b: (-a, b), x, y, 3),
)
def cosine(length, x, y):
    """x / hypot(x, y) with the known length, 0 at the origin: the mean of the slopes to both sides."""
    slope = x / length
    return slope if all_ordinary(length) else repaired(slope, is_ordinary(length), _careful_cosine, x, y)


def _careful_cosine(x, y):
    a, b, _ = _scaled(x, y)
    slope = np.where(np.isinf(x) & np.isfinite(y), np.sign(x), a / np.hypot(a, b))
    return np.where(np.equal(x, 0) & np.equal(y, 0), 0.0, slope)


@coefficient(
    lambda c, y, x: over_length(lambda a, b: (-2 * a, b), x, y, 4),
    lambda c, y, x: over_length(lambda a, b: (b - a, b + a), x, y, 4),
)
def angle_slope(y, x):
    """x / (x**2 + y**2), NaN at the origin, where the angle jumps."""
    square = x * x + y * y
    slope = x / square
    return slope if all_ordinary(square) else repaired(slope, is_ordinary(square), _careful_angle_slope, y, x)


def _careful_angle_slope(y, x):
    a, b, exponent = _scaled(x, y)
    slope = np.ldexp(a / (a * a + b * b), -exponent)
    return np.where(np.isinf(_larger(x, y)), 0.0 * np.sign(x), slope)


def arctan2_by_y(z, y, x):
    return angle_slope(y, x)


def arctan2_by_x(z, y, x):
    return -angle_slope(x, y)


def over_length(factors, x, y, n):
    """The product of two linear forms of x and y, over hypot(x, y)**n; exponents are added last."""
    a, b, exponent = _scaled(x, y)
    (u, u_exponent), (v, v_exponent) = (np.frexp(factor) for factor in factors(a, b))
    square = a * a + b * b
    power = square * square if n == 4 else square * np.sqrt(square)
    product = np.ldexp(u * v / power, u_exponent + v_exponent + (2 - n) * exponent)
    infinite = np.isinf(_larger(x, y))
    return np.where(infinite, 0.0, product) if np.any(infinite) else product


def _scaled(x, y):
    """x and y over the power of two next to the larger one, and the exponent of that power."""
    _, exponent = np.frexp(_larger(x, y))
    return np.ldexp(x, -exponent), np.ldexp(y, -exponent), exponent


def _larger(x, y):
    return np.maximum(np.abs(calls.stripped(x)), np.abs(calls.stripped(y)))
