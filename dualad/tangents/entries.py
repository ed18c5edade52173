"""Tangents of numbers that depend on few of K inputs: a dict of the directions in which they move.

For so few numbers Python's arithmetic is faster than four calls of NumPy on a row of K. A dict is never changed once a
Dual holds it, so that several may share one. What an operation cannot do here exactly as it is done on rows (an
infinite coefficient, which a zero tangent wins over; a loss of digits) gives None: then rows are written out.
"""

import numpy as np

from dualad.doubles import DOUBLE, FLOATS, HIGHEST, LOWEST, NUMBERS
from dualad.levels import Perturbed, dual_class, make
from dualad.tangents.waiting import Waiting

_new = object.__new__
MANY = 12  # with more entries a row is faster


class WithEntries(Waiting):
    """What a Dual of a number is as long as its tangent is a dict; each K has a subclass with that ``count``."""

    __slots__ = ()
    carrier = dict
    repeatable = True
    count = 0

    @classmethod
    def written(cls, dual, held):
        return row(held, cls.count)


def row(entries, count):
    """The tangent as an array."""
    array = np.zeros(count)
    for k, v in entries.items():
        array[k] = v
    return array


def is_row(tangent, count):
    """Whether a tangent is that of a number in this number of directions."""
    return type(tangent) is np.ndarray and tangent.dtype is DOUBLE and tangent.shape == (count,)


def number(kind, primal, entries, level):
    """A Dual of a number and its entries, as soon as they are many with its row."""
    if len(entries) > MANY:
        return plain(primal, row(entries, kind.count), level)
    z = _new(kind)
    z.primal = primal
    z.held = entries
    z.level = level
    return z


def plain(primal, tangent, level):
    """A Dual whose tangent is written out."""
    return make(dual_class(), primal, tangent, level)


def negated(dx):
    """``-dx``."""
    return {k: -v for k, v in dx.items()}


def scaled(dx, c):
    """``c * dx``."""
    if c - c:
        return None  # NaN or infinite
    dz = {}
    for k, v in dx.items():
        dz[k] = c * v
    return dz


def of_square(dx, x):
    """``2 * x * dx``."""
    if x - x:
        return None
    dz = {}
    for k, v in dx.items():
        p = x * v
        dz[k] = p + p
    return dz


def divided(dx, c):
    """``dx / c``."""
    if not c or c != c:
        return None
    dz = {}
    for k, v in dx.items():
        dz[k] = v / c
    return dz


def added(dx, dy):
    """``dx + dy``."""
    dz = dx.copy()
    for k, v in dy.items():
        dz[k] = dz[k] + v if k in dz else v
    return dz


def subtracted(dx, dy):
    """``dx - dy``."""
    dz = dx.copy()
    for k, v in dy.items():
        dz[k] = dz[k] - v if k in dz else -v
    return dz


def combined(dx, c, dy, d):
    """``c * dx + d * dy``."""
    dz = scaled(dx, c)
    if dz is None or d - d:
        return None
    for k, v in dy.items():
        dz[k] = dz[k] + d * v if k in dz else d * v
    return dz


def onto_row(dx, dy):
    """``dx + dy`` of a row and entries."""
    dz = dx.copy()
    cells = dz.data
    for k, v in dy.items():
        cells[k] += v
    return dz


def quotient(dx, dy, z, y):
    """``(dx - z * dy) / y``, unless a step of it leaves the range of ordinary numbers."""
    dz = dx.copy()
    for k, v in dy.items():
        p = z * v
        if v and not LOWEST < abs(p) < HIGHEST:
            return None
        dz[k] = dz[k] - p if k in dz else -p
    for k, v in dz.items():
        q = v / y
        if v and not LOWEST < abs(q) < HIGHEST:
            return None
        dz[k] = q
    return dz


def packed(numbers, shape, like):
    """One Dual of a list of numbers, some of them with entries; None unless all have the level of ``like`` or none."""
    kind, count, level = type(like), like.count, like.level
    values, rows = [], np.zeros((len(numbers), count))
    cells, start = rows.reshape(-1).data, 0
    for x in numbers:
        if type(x) is kind and type(dx := x.held) is dict:
            if x.level != level:
                return None
            for k, v in dx.items():
                cells[start + k] = v
            values.append(x.primal)
        elif type(x) in NUMBERS:
            values.append(x)
        elif isinstance(x, Perturbed) and type(x.primal) in FLOATS and x.level == level:
            if not is_row(x.tangent, count):
                return None
            rows[start // count] = x.tangent
            values.append(x.primal)
        else:
            return None
        start += count
    primal = np.array(values)
    if primal.dtype is not DOUBLE:
        return None  # for an integer that is too large
    return plain(primal.reshape(shape), rows.T.reshape((count, *shape)), level)
