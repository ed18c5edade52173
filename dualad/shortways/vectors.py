"""The short way of functions of one vector, and of a vector's elements by themselves.

The formulas are those of the rules for the case that no element ties with a bound or with another one, and that no
operation raises a floating-point flag. All else gives None, and the caller takes the general way.
"""

import functools

import numpy as np

from dualad.doubles import DOUBLE, FLOATS, HIGH, LOW, NUMBERS
from dualad.levels import dual_class
from dualad.quiet import ORDINARY, enter, leave
from dualad.shortways.arraywise import result

_array = np.ndarray
_CONSTANTS = NUMBERS | {type(None)}
_ALONG = {np.diff: ("n",), np.cumsum: (), np.trapezoid: ("x", "dx"), np.roll: ("shift",)}  # what may be given


def is_array(x):
    """Whether x is an array of doubles with at least one axis."""
    return type(x) is _array and x.dtype is DOUBLE and x.ndim > 0


def is_plain(a):
    """Whether a is a Dual of such an array, with a tangent of its own type."""
    return type(a) is dual_class() and is_array(a.primal) and type(a.tangent) is _array and a.tangent.dtype is DOUBLE


def is_vector(a):
    """Whether a is a Dual of a vector with elements."""
    return is_plain(a) and a.primal.ndim == 1 and a.primal.size > 0


def _undisturbed(way):
    """None where an operation of the value or of the tangent raises a floating-point flag."""

    @functools.wraps(way)
    def guarded(*args, **options):
        token = enter(ORDINARY)
        try:
            return way(*args, **options)
        except ArithmeticError:
            return None
        finally:
            leave(token)

    return guarded


@_undisturbed
def _along(function, a=None, /, *args, **options):
    """What is linear in a vector: the same of each direction."""
    names = _ALONG[function]
    if not is_vector(a) or len(args) > len(names) or not options.keys() <= set(names[len(args) :]):
        return None
    if any(type(c) not in _CONSTANTS and not (is_array(c) and c.ndim == 1) for c in (*args, *options.values())):
        return None
    x = a.primal
    y = function(x, *args, **options)
    return None if y is x else result(a, y, function(a.tangent, *args, axis=-1, **options))


@_undisturbed
def _extreme(function, a=None, /, *others, **options):
    """The greatest or the least of a vector, if it is one element alone."""
    if others or options or not is_vector(a):
        return None
    x, dx = a.primal, a.tangent
    y = function(x)
    (places,) = (x == y).nonzero()
    if places.size != 1:
        return None
    i = places[0]
    return result(a, y, dx[i] if dx.ndim == 1 else dx[:, i].copy())


@_undisturbed
def _clip(function, a=None, low=None, high=None, /, *others, **options):
    """Each element between two numbers, if none is one of them."""
    if others or options or type(low) not in NUMBERS or type(high) not in NUMBERS or not low < high or not is_plain(a):
        return None
    x = a.primal
    inside = (low < x) & (x < high)
    if not (inside | (x < low) | (x > high)).all():
        return None
    return result(a, function(x, low, high), a.tangent * inside)


def _of_range(formula):
    """The way of a function of a vector to a number in mid-range, with the tangent ``formula(x, dx, y)``."""

    @_undisturbed
    def way(function, a=None, /, *others, **options):
        if others or options or not is_vector(a):
            return None
        x = a.primal
        y = function(x)
        return result(a, y, formula(x, a.tangent, y)) if LOW < abs(y) < HIGH else None

    return way


def _together(x, dx):
    """The mean of the products of the deviations of a vector with those of its tangent."""
    n = x.size
    apart = dx - np.add.reduce(dx, axis=-1, keepdims=True) / n
    return np.add.reduce((x - np.add.reduce(x) / n) * apart, axis=-1) / n


_norm = _of_range(lambda x, dx, y: np.add.reduce(x * dx, axis=-1) / y)
_product = _of_range(lambda x, dx, y: np.add.reduce(dx / x, axis=-1) * y)
_variance = _of_range(lambda x, dx, y: 2 * _together(x, dx))
_deviation = _of_range(lambda x, dx, y: _together(x, dx) / y)


@_undisturbed
def _interpolated(function, x=None, xp=None, fp=None, /, *others, **options):
    """Between points of which x is none: the slope of the piece, and zero beyond the ends."""
    if others or options or type(x) is not dual_class() or not is_array(xp) or not is_array(fp):
        return None
    v, dx = x.primal, x.tangent
    if not is_plain(x) and not (type(v) in FLOATS and type(dx) in FLOATS):
        return None
    y = function(v, xp, fp)
    last, after = xp.size - 1, xp.searchsorted(v, "right")
    if last < 1 or np.count_nonzero(after != xp.searchsorted(v)) or np.count_nonzero(v != v):
        return None
    right = np.minimum(np.maximum(after, 1), last)
    left = right - 1
    slope = (fp[right] - fp[left]) / (xp[right] - xp[left])
    return result(x, y, np.where((after > 0) & (after <= last), slope, 0.0)[()] * dx)


WAYS = {
    **dict.fromkeys(_ALONG, _along), np.max: _extreme, np.min: _extreme, np.amax: _extreme, np.amin: _extreme,
    np.clip: _clip, np.linalg.norm: _norm, np.var: _variance, np.std: _deviation, np.prod: _product,
    np.interp: _interpolated,
}  # fmt: skip
