"""The short way of the functions that array code calls most, for Duals of one level of doubles, with plain tangents.

Each gives what the rule of the function gives, without the search for arguments by name, lists, levels and options.
What is not plain gives None, and the caller takes the general way. The tests run the whole table both ways.
"""

import numpy as np

from dualad.doubles import NUMBERS
from dualad.levels import dual_class, make
from dualad.quiet import SILENT, enter, leave
from dualad.rules.axes import reduced
from dualad.rules.table import SHORTLY
from dualad.shortways import vectors
from dualad.shortways.arraywise import result
from dualad.shortways.vectors import is_array, is_plain
from dualad.tangents import dense

_array = np.ndarray
_BOOL = np.dtype(bool)
_product = SHORTLY[np.matmul]


def call(function, args, kwargs):
    """The Dual that a function gives; None if this is no case for the short way."""
    way = _WAYS.get(function)
    return None if way is None else way(function, *args, **kwargs)


def _sum(function, a=None, /, axis=None, *others, **options):
    if others or options or not is_plain(a) or not (axis is None or type(axis) is int):
        return None
    return _reduced(a, axis, 1)


def _mean(function, a=None, /, axis=None, *others, **options):
    if others or options or not is_plain(a) or not (axis is None or type(axis) is int):
        return None
    x = a.primal
    count = x.size if axis is None else x.shape[axis] if -x.ndim <= axis < x.ndim else 0
    return _reduced(a, axis, count) if count else None


def _reduced(a, axis, count):
    """The sum along an axis, or of all, over a number."""
    x = a.primal
    y = np.add.reduce(x, axis=axis) if count == 1 else np.mean(x, axis=axis)
    axes = reduced(axis, x.ndim)
    token = enter(SILENT)
    try:
        dy = np.add.reduce(a.tangent, axis=axes)
        if count != 1:
            dy = dy / count
    finally:
        leave(token)
    return result(a, y, dy)


def _joined(function, arrays=None, /, axis=0, *others, **options):
    if others or options or type(arrays) not in (list, tuple) or type(axis) is not int:
        return None
    first, directions, values, tangents = None, (), [], []
    for x in arrays:
        if is_plain(x):
            dx = x.tangent
            lead = dx.shape[: dx.ndim - x.primal.ndim]
            if first is None:
                first, directions = x, lead
            elif x.level != first.level or lead != directions:
                return None
            values.append(x.primal)
            tangents.append(dx)
        elif is_array(x):
            values.append(x)
            tangents.append(None)
        else:
            return None
    if first is None:
        return None
    y = function(values, axis)
    filled = [np.zeros(directions + x.shape) if dx is None else dx for x, dx in zip(values, tangents, strict=True)]
    return result(first, y, function(filled, axis if axis < 0 else axis - y.ndim))


def _reshape(function, a=None, /, shape=None, *others, order="C", **options):
    if others or options or order != "C" or shape is None or not is_plain(a):
        return None
    x, dx = a.primal, dense.settled(a)
    if not x.flags.c_contiguous or not dx.flags.c_contiguous:
        return None
    y = x.reshape(shape)
    return make(type(a), y, dx.reshape(dx.shape[: dx.ndim - x.ndim] + y.shape), a.level)


def _ravel(function, a=None, /, order="C", *others, **options):
    return None if others or options else _reshape(function, a, -1, order=order)


def _transpose(function, a=None, /, axes=None, *others, **options):
    if others or options or axes is not None or not is_plain(a):
        return None
    x, dx = a.primal, dense.settled(a)
    lead = dx.ndim - x.ndim
    return make(type(a), x.T, dx.transpose(*range(lead), *range(dx.ndim - 1, lead - 1, -1)), a.level)


def _copy(function, a=None, /, order="K", *others, **options):
    if others or options or order not in ("C", "K") or not is_plain(a):
        return None
    return result(a, a.primal.copy(order), a.tangent.copy(order))


def _where(function, condition=None, x=None, y=None, /, *others, **options):
    if others or options or type(condition) is not _array or condition.dtype is not _BOOL:
        return None
    duals = [one for one in (x, y) if type(one) is dual_class()]
    if not duals or any(not is_plain(one) for one in duals) or len({one.level for one in duals}) > 1:
        return None
    if any(type(one) not in NUMBERS and not is_array(one) for one in (x, y) if type(one) is not dual_class()):
        return None
    values = [one.primal if type(one) is dual_class() else one for one in (x, y)]
    z = np.where(condition, *values)
    lead = duals[0].tangent.ndim - duals[0].primal.ndim
    if any(one.primal.shape != z.shape or one.tangent.shape[:lead] != duals[0].tangent.shape[:lead] for one in duals):
        return None
    moved = [one.tangent if type(one) is dual_class() else 0.0 for one in (x, y)]
    return result(duals[0], z, np.where(condition, *moved))


def _dot(function, a=None, b=None, /, *others, **options):
    return None if others or options else _product(function, a, b)


_WAYS = {
    np.sum: _sum, np.mean: _mean, np.concatenate: _joined, np.stack: _joined, np.dot: _dot, np.reshape: _reshape,
    np.ravel: _ravel, np.transpose: _transpose, np.copy: _copy, np.where: _where, **vectors.WAYS,
}  # fmt: skip
