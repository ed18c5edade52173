"""Sums over groups of elements, for all directions in one pass."""

import numpy as np

from dualad.rules.kinds import pushforward
from dualad.rules.linear import trailing_axes
from dualad.rules.pushforwards import Pushforward
from dualad.tangents import dense


def group_sums(dx, group, count):
    """The sums along the last axis of the elements with group number 0, 1, … count - 1; negative ones are left out."""
    order = np.argsort(group, kind="stable")[np.count_nonzero(group < 0) :]
    filled, starts = np.unique(group[order], return_index=True)
    if not filled.size:
        return np.zeros((*dx.shape[:-1], count), dx.dtype)
    sums = np.add.reduceat(dx[..., order], starts, axis=-1)
    if filled.size == count:
        return sums
    position = np.full(count, -1)
    position[filled] = np.arange(filled.size)
    return np.where(position < 0, 0.0, sums[..., position])


def add_reduceat(array, indices, axis=0, dtype=None, out=None):
    """``np.add.reduceat`` as a Python function, whose parameters have names."""
    return np.add.reduceat(array, indices, axis, dtype, out)


def _add_reduceat(call, y, dx):
    return np.add.reduceat(dx, call.indices, axis=trailing_axes(call.axis, dense.rank(call.array)))


ADD_REDUCEAT = Pushforward("array", _add_reduceat, "linear")


def _bincount(call, y, dweights):
    return group_sums(dweights, np.asarray(call.x), y.size)


pushforward(np.bincount, "weights", _bincount, "linear", constant="x")
