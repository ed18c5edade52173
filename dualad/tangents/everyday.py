"""The functions that array code calls most, of recorded Duals of doubles, without the general dispatch.

Each gives what the general way gives; None is its answer to all that is unusual.
"""

import math

import numpy as np

from dualad.levels import Perturbed, make
from dualad.tangents.compositions import sum_of
from dualad.tangents.operations import Move
from dualad.tangents.symbolic import Symbolic

_DOUBLE = np.dtype(float)


def call(function, args, kwargs):
    """The Dual of an everyday function; None where only the general way will do."""
    way = _WAYS.get(function)
    return None if way is None else way(function, *args, **kwargs)


def is_plain(x):
    """Whether x is a recorded Dual of an array of doubles without outer levels."""
    return (
        isinstance(x, Perturbed)
        and type(x.primal) is np.ndarray
        and x.primal.dtype is _DOUBLE
        and isinstance(x.tangent, Symbolic)
        and x.primal.ndim > 0
    )


def is_plain_option(option):
    """None, a whole number, or a tuple of whole numbers."""
    return option is None or type(option) is int or (type(option) is tuple and all(type(i) is int for i in option))


def _finished(function, x, y, dy):
    return make(type(x), y, dy.named(function, y), x.level)


def _reshape(function, a, shape=None, order="C", *others, **options):
    is_usual = order == "C" and not others and not options and is_plain_option(shape)
    if not is_usual or not is_plain(a) or not a.primal.flags.c_contiguous:
        return None
    y = np.reshape(a.primal, -1 if shape is None else shape)
    dy = a.tangent.reshape(y.shape)
    return _finished(function, a, y, dy) if dy.shares_memory(a.tangent) else None


def _ravel(function, a, order="C"):
    return _reshape(function, a, -1, order)


def _sum(function, a, axis=None, *others, **options):
    if not is_plain(a) or others or options or not is_plain_option(axis):
        return None
    return _finished(function, a, np.sum(a.primal, axis), sum_of(a.tangent, axis))


def _roll(function, a, shift, axis=None):
    if not is_plain(a) or not is_plain_option(shift) or not is_plain_option(axis) or shift is None:
        return None
    x = a.primal
    if axis is None:
        if x.ndim > 1:
            return None
        axis = -1
    y = np.roll(x, shift, axis)
    trailing = axis % x.ndim - x.ndim if type(axis) is int else tuple(i % x.ndim - x.ndim for i in axis)
    back = tuple(-i for i in shift) if type(shift) is tuple else -shift

    def numbers():
        return np.roll(np.arange(1, x.size + 1).reshape(x.shape), shift, axis)

    key = "numpy.roll", x.shape, shift, trailing
    move = Move(numbers, lambda d: np.roll(d, shift, trailing), key, lambda u: (np.roll(u, back, trailing),))
    return _finished(function, a, y, a.tangent.record(move, (a.tangent,), x.shape, _DOUBLE))


def _concatenate(function, arrays, axis=0, *others, **options):
    is_usual = not others and not options and type(axis) is int and type(arrays) in (list, tuple)
    if not is_usual or not all(map(is_plain, arrays)):
        return None
    first = arrays[0]
    if any(x.level != first.level for x in arrays):
        return None
    y = np.concatenate([x.primal for x in arrays], axis)
    shapes = tuple(x.primal.shape for x in arrays)
    trailing = axis % y.ndim - y.ndim
    stops = np.cumsum([shape[trailing] for shape in shapes[:-1]])

    def numbers():
        starts = np.cumsum([1, *map(math.prod, shapes)])
        counted = zip(starts, shapes, strict=False)
        return np.concatenate([np.arange(n, n + math.prod(shape)).reshape(shape) for n, shape in counted], axis)

    def forward(*tangents):
        lead = max((d.shape[: d.ndim - y.ndim] for d in tangents), key=len)
        if lead:  # zeros have no directions of their own
            tangents = [np.broadcast_to(d, lead + shape) for d, shape in zip(tangents, shapes, strict=True)]
        return np.concatenate(tangents, trailing)

    move = Move(numbers, forward, ("numpy.concatenate", shapes, trailing), lambda u: np.split(u, stops, trailing))
    return _finished(function, first, y, first.tangent.record(move, [x.tangent for x in arrays], y.shape, _DOUBLE))


_WAYS = {
    np.reshape: _reshape,
    np.ravel: _ravel,
    np.sum: _sum,
    np.roll: _roll,
    np.concatenate: _concatenate,
}
