"""The functions that array code calls most, of recorded Duals of doubles, without the general dispatch.

Each gives what the general way gives; None is its answer to all that is unusual.
"""

import itertools
import math

import numpy as np

from dualad.doubles import DOUBLE
from dualad.levels import Perturbed, make
from dualad.tangents.compositions import sum_of
from dualad.tangents.gathers import Move
from dualad.tangents.symbolic import Symbolic


def call(function, args, kwargs):
    """The Dual of an everyday function; None where only the general way will do."""
    way = _WAYS.get(function)
    return None if way is None else way(function, *args, **kwargs)


def is_plain(x):
    """Whether x is a recorded Dual of an array of doubles without outer levels."""
    return (
        isinstance(x, Perturbed)
        and type(x.primal) is np.ndarray
        and x.primal.dtype is DOUBLE
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
    return _finished(function, a, y, a.tangent.record(move, (a.tangent,), x.shape, DOUBLE))


def _concatenate(function, arrays, axis=0, *others, **options):
    is_usual = not others and not options and type(axis) is int and type(arrays) in (list, tuple)
    if not is_usual or not all(is_plain(x) or is_constant(x) for x in arrays):
        return None
    active = tuple(isinstance(x, Perturbed) for x in arrays)
    duals = list(itertools.compress(arrays, active))
    if any(x.level != duals[0].level for x in duals):
        return None
    values = [x.primal if moves else x for x, moves in zip(arrays, active, strict=True)]
    y = np.concatenate(values, axis)
    shapes = tuple(x.shape for x in values)
    joint = Joint(shapes, active, axis % y.ndim - y.ndim)
    key = "numpy.concatenate", shapes, active, joint.axis
    parents = [x.tangent for x in duals]
    move = Move(joint.numbers, joint.forward, key, joint.backward)
    return _finished(function, duals[0], y, parents[0].record(move, parents, y.shape, DOUBLE))


def is_constant(x):
    return type(x) is np.ndarray and x.dtype is DOUBLE and x.ndim > 0


class Joint:
    """How tangents are joined along an axis counted from the end, with zeros for what does not move."""

    def __init__(self, shapes, active, axis):
        self.shapes = shapes
        self.active = active
        self.axis = axis

    def numbers(self):
        """The numbers of the elements, counted over all that moves."""
        parts, first = [], 1
        for shape, moves in zip(self.shapes, self.active, strict=True):
            size = math.prod(shape)
            parts.append(np.arange(first, first + size).reshape(shape) if moves else np.zeros(shape, int))
            first += size if moves else 0
        return np.concatenate(parts, self.axis)

    def forward(self, *tangents):
        lead = max((d.shape[: d.ndim - len(self.shapes[0])] for d in tangents), key=len)
        left = iter(tangents)
        parts = [
            next(left) if moves else np.zeros(shape, tangents[0].dtype)
            for shape, moves in zip(self.shapes, self.active, strict=True)
        ]
        if lead:  # zeros may have no directions of their own
            parts = [np.broadcast_to(d, lead + shape) for d, shape in zip(parts, self.shapes, strict=True)]
        return np.concatenate(parts, self.axis)

    def backward(self, u):
        stops = list(itertools.accumulate(shape[self.axis] for shape in self.shapes[:-1]))
        return itertools.compress(np.split(u, stops, self.axis), self.active)


_WAYS = {
    np.reshape: _reshape,
    np.ravel: _ravel,
    np.sum: _sum,
    np.roll: _roll,
    np.concatenate: _concatenate,
}
