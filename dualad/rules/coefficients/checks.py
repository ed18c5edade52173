"""Cheap questions about plain values: may the textbook form be used here?"""

import functools

import numpy as np

from dualad.doubles import FLOATS, HIGHEST, LOWEST
from dualad.quiet import IN_RANGE, enter, leave
from dualad.rules import calls
from dualad.tangents import dense

_smallest = np.minimum.reduce


def is_complex(x):
    """Whether a number, an array or a Dual is complex."""
    return dense.dtype_of(x).kind == "c"


@functools.cache
def safe_range(dtype):
    """Magnitudes at which a few more operations neither overflow nor lose digits to underflow."""
    info = np.finfo(dtype)
    return info.tiny / info.eps, info.max * info.eps


def bounds(x):
    """The safe range for the dtype of x; that of float64 for integers."""
    dtype = dense.dtype_of(x)
    return safe_range(dtype if dtype.kind in "fc" else np.dtype(float))


def every(condition):
    """np.all, which is slow for a single condition."""
    return bool(condition.all() if np.ndim(condition) else condition)


def is_ordinary(x):
    """Where a plain value is in the safe range; False for nan."""
    low, high = bounds(x)
    size = np.abs(x)
    return (size > low) & (size < high)


def all_ordinary(x):
    """Whether that holds for all elements: the hardware tells whether all of an array can be squared."""
    if type(x) in FLOATS:
        return LOWEST < abs(x) < HIGHEST
    if not np.ndim(x):
        low, high = bounds(x)
        return low < abs(x) < high
    token = enter(IN_RANGE)
    try:
        square = x * x
        square /= square  # invalid for 0 and inf
    except FloatingPointError:
        return bool(np.all(is_ordinary(x)))
    finally:
        leave(token)
    return True


def in_domain(c):
    """A slope that is positive wherever the function is defined: NaN where its sign says otherwise, +inf at -0.0."""
    kind = type(c)
    if (kind in FLOATS and c > 0) or (kind is np.ndarray and c.dtype.kind == "f" and c.size and _smallest(c, None) > 0):
        return c
    plain = calls.stripped(c)
    if is_complex(plain) or every(np.greater(plain, 0)):
        return c
    return np.where(np.isinf(plain), np.abs(c), np.where(np.signbit(plain), np.nan, c))


def capped(x):
    """x with a finite number for an infinity, for products with a slope that is zero there."""
    finite = np.isfinite(calls.stripped(x))
    return x if every(finite) else np.where(finite, x, np.sign(x))


def two_sum(x, y):
    """The rounded sum and what it lacks: Knuth (1997), "The Art of Computer Programming", volume 2, 4.2.2."""
    total = x + y
    part = total - x
    rest = (x - (total - part)) + (y - part)
    return total, np.where(np.isfinite(total), rest, 0.0)


def repaired(cheap, good, careful, *given):
    """The cheap result with the elements that are not good computed again by the careful function."""
    if not np.ndim(cheap):
        return careful(*given)
    poor = ~np.broadcast_to(good, cheap.shape)
    cheap[poor] = careful(*[np.broadcast_to(x, cheap.shape)[poor] if np.ndim(x) else x for x in given])
    return cheap
