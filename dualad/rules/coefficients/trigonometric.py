"""Slopes of tan and tanh, and of the inverse trigonometric and hyperbolic functions."""

import numpy as np

from dualad.rules.coefficients.checks import bounds, capped, every, in_domain, is_complex
from dualad.rules.kinds import coefficient
from dualad.tangents import dense

_NARROW = frozenset({np.dtype(np.float16), np.dtype(np.float32)})


def tan(y, x):
    """1 + tan(x)**2, which does not cancel."""
    return sec2(x) if dense.dtype_of(y) in _NARROW else 1 + y * y


@coefficient(lambda y, x: 2 * np.tan(x) * y)
def sec2(x):
    """1 / cos(x)**2 in float64: the error of a float32 tangent is several ulp next to a pole, and counts twice."""
    y = np.tan(x, dtype=np.float64)
    return (1 + y * y).astype(x.dtype)


@coefficient(lambda y, x: (x * y) * (y * y))
def arcsin(x):
    """1 / sqrt(1 - x**2) in factors, which do not cancel next to 1; ``1 - x`` would lose the sign of a zero."""
    if is_complex(x):
        return 1 / (np.sqrt(-(x - 1)) * np.sqrt(x - -1))
    return 1 / np.sqrt((1 - x) * (1 + x))


@coefficient(lambda y, x: -2 * ((capped(x) * y) * y))
def arctan(x):
    """1 / (1 + x**2), also where the square overflows."""
    square = x * x
    slope = 1 / (1 + square)
    if is_complex(x) or every(np.less(square, bounds(x)[1])):
        return slope
    return np.where(np.greater(square, 2 / np.finfo(dense.dtype_of(slope)).eps ** 2), (1 / x) ** 2, slope)


@coefficient(lambda y, x: -(capped(x) * y) * (y * y))
def arcsinh(x):
    """1 / sqrt(1 + x**2), on the side of the cuts that the sign of a zero tells."""
    if not is_complex(x):
        return 1 / np.hypot(1.0, x)
    a, b = np.real(x), np.imag(x)
    square = np.empty(np.shape(x), dense.dtype_of(x))
    square.real, square.imag = 1 + (a - b) * (a + b), 2 * a * b
    return 1 / np.sqrt(square[()])


@coefficient(lambda y, x: -(capped(x) * y) * (y * y))
def arccosh(x):
    """1 / sqrt(x**2 - 1) in factors, which do not cancel next to 1 and do not overflow."""
    return 1 / (np.sqrt(x - 1) * np.sqrt(x - -1))


@coefficient(lambda y, x: 2 * ((x * y) * y))
def arctanh(x):
    """1 / (1 - x**2) in factors, which do not cancel next to 1."""
    return in_domain(1 / ((1 - x) * (1 + x)))


@coefficient(lambda y, x: -2 * np.tanh(x) * y)
def sech2(x):
    """1 / cosh(x)**2: 1 - tanh(x)**2 cancels, the square of cosh(x) overflows before that of its inverse vanishes."""
    if is_complex(x):
        return 1 - np.tanh(x) ** 2
    if dense.dtype_of(x) in _NARROW:
        return ((1 / np.cosh(x, dtype=np.float64)) ** 2).astype(dense.dtype_of(x))
    inverse = np.cosh(x)
    inverse = np.divide(1, inverse, out=inverse if type(inverse) is np.ndarray else None)
    inverse *= inverse
    return inverse
