"""Powers and roots."""

import numpy as np

from dualad.doubles import FLOATS
from dualad.rules import calls
from dualad.rules.coefficients.checks import (
    HIGHEST,
    LOWEST,
    all_ordinary,
    every,
    is_complex,
    is_ordinary,
    repaired,
    two_sum,
)
from dualad.rules.kinds import coefficient

# The power z = x**y is handed on as a known value: that it moves with x and y is counted there, so its partial is 0.


def unsigned(slope):
    """The slope of a real root, which is infinite and positive at a zero of either sign."""
    return slope if is_complex(slope) else np.abs(slope)


def power_by_base(z, x, y):
    """y * x**(y - 1), and 0 for y = 0 wherever x is."""
    if type(y) in (int, float, np.float64):
        if y == 0:
            return 0
        if y == 1:
            return 1
        if y == 2:
            return 2 * x
        if y == 3:
            return 3 * (x * x)
        if y == 0.5 and not is_complex(z):
            return 0.5 / z
        if y == -1:
            return -z * z
    if type(z) in FLOATS and LOWEST < abs(z) < HIGHEST:
        slope = y * (z / x)
        if type(slope) in FLOATS and LOWEST < abs(slope) < HIGHEST:
            return slope
    if is_complex(z):
        return np.where(np.equal(y, 0), 0.0, y * np.power(x, y - 1))
    return slope_by_base(z, x, y)


def power_by_exponent(z, x, y):
    """z * log(x), with its limit 0 for x = 0 and y > 0."""
    if is_complex(z):
        return np.where(np.equal(x, 0) & np.not_equal(z, 1), 0.0, z * np.log(x))
    return slope_by_exponent(z, x, y)


@coefficient(
    0,
    lambda c, z, x, y: scaled_power(1.0 * y * (y - 1), z, x, y, 2),
    lambda c, z, x, y: scaled_power(one_plus_log(x, y), z, x, y, 1),
)
def slope_by_base(z, x, y):
    return scaled_power(y, z, x, y, 1)


@coefficient(
    0,
    lambda c, z, x, y: scaled_power(one_plus_log(x, y), z, x, y, 1),
    lambda c, z, x, y: scaled_power(np.log(x) ** 2, z, x, y, 0),
)
def slope_by_exponent(z, x, y):
    return scaled_power(np.log(x), z, x, y, 0)


@coefficient(
    lambda c, f, z, x, y, n: scaled_power(1.0, z, x, y, n),
    0,
    lambda c, f, z, x, y, n: scaled_power(f * (y - n), z, x, y, n + 1),
    lambda c, f, z, x, y, n: scaled_power(f * np.log(x), z, x, y, n),
    0,
)
def scaled_power(f, z, x, y, n):
    """f * x**(y - n) from z = x**y, or from a power of its own where z or the result leave the range."""
    p = z
    for _ in range(n):
        p = p / x
    if all_ordinary(z) and (not n or all_ordinary(p)):
        return f * p
    return repaired(f * p, is_ordinary(z) & is_ordinary(p), _careful_power, f, x, y, n)


def _careful_power(f, x, y, n):
    """The rounding error of y - n counts as much as log(x); a power out of range is applied in two or four roots."""
    exponent, rest = two_sum(1.0 * y, -n)
    size = np.abs(x)
    p = np.float_power(x, exponent)
    root = np.float_power(size, exponent / 2)
    fourth = np.float_power(size, exponent / 4)
    split = np.where(is_ordinary(root), f * root * root, f * fourth * fourth * fourth * fourth)
    product = np.where(is_ordinary(p) | np.isnan(p), f * p, np.copysign(1.0, p) * split)
    exact = np.equal(rest, 0) | np.equal(product, 0) | ~np.isfinite(product) | np.isinf(x)
    product = np.where(exact, product, product * np.exp(rest * np.log(size)))
    return np.where((np.equal(f, 0) & ~np.isnan(p)) | (np.equal(root, 0) & ~np.isfinite(f)), 0.0, product)


@coefficient(lambda t, x, y: y / x, lambda t, x, y: np.log(x))
def one_plus_log(x, y):
    """1 + y * log(x), with the digits of a wider type next to its zero."""
    total = 1 + y * np.log(x)
    return repaired(total, np.abs(total) > 0.25, _wide_one_plus_log, x, y)


def _wide_one_plus_log(x, y):
    dtype = np.result_type(x, y)
    wide = np.float64 if dtype == np.float32 else np.longdouble
    return (1 + wide(y) * np.log(wide(x))).astype(dtype)


def cbrt(y, x):
    """1 / (3 y**2), by the quotient that counts the error of y only once."""
    slope = y / x / 3
    finite = np.isfinite(calls.stripped(slope))
    return slope if every(finite) else np.where(finite, slope, 1 / (3 * y * y))
