"""Sets of numbers: each value that a result keeps has the mean tangent of the elements that are equal to it."""

import numpy as np

from dualad.rules import calls
from dualad.rules.groups import group_sums
from dualad.rules.kinds import constant, pushforward
from dualad.rules.order import Order
from dualad.tangents import dense


def _values_of(pools, tangents, values):
    """The tangents of values that are found among the elements of some arrays."""
    lead = dense.lead_of(tangents, pools)
    shapes = [(*lead, np.size(calls.stripped(x))) for x in pools]
    flat = [
        np.zeros(shape) if dx is None else np.reshape(dx, shape) for shape, dx in zip(shapes, tangents, strict=True)
    ]
    pool = np.concatenate([np.ravel(calls.stripped(x)) for x in pools])
    order = Order(pool, (-1,))
    place = np.searchsorted(order.values, calls.stripped(values))
    return order.pick(flat[0] if len(flat) == 1 else np.concatenate(flat, axis=-1), place)


def _with_constants(y, dy):
    """The tangent of the values, and None for the indices and counts that come with them."""
    return [dy] + [None] * (len(y) - 1) if isinstance(y, tuple) else dy


def _first(y):
    return y[0] if isinstance(y, tuple) else y


def _unique(call, y, dx):
    (x,) = (call.given[name] for name in ("ar", "x") if name in call.given)
    axis = call.get("axis")
    if axis is None:
        return _with_constants(y, _values_of([x], [dx], _first(y)))
    rank = dense.rank(x)
    axis = axis if axis < 0 else axis - rank
    group = np.unique(calls.stripped(x), axis=axis, return_inverse=True)[1].ravel()
    count = _first(y).shape[axis]
    means = group_sums(np.moveaxis(dx, axis, -1), group, count) / np.bincount(group, minlength=count)
    return _with_constants(y, np.moveaxis(means, -1, axis))


pushforward(np.unique, "ar", _unique, "selection")
for _function in (np.unique_values, np.unique_all, np.unique_counts, np.unique_inverse):
    pushforward(_function, "x", _unique, "selection")


def _from_both(call, y, dx, dy):
    return _with_constants(y, _values_of([call.ar1, call.ar2], [dx, dy], _first(y)))


for _function in (np.intersect1d, np.union1d, np.setxor1d):
    pushforward(_function, "ar1 ar2", _from_both, "selection")
pushforward(np.setdiff1d, "ar1", lambda call, y, dx: _values_of([call.ar1], [dx], y), "selection", constant="ar2")

constant(np.isin)
if hasattr(np, "in1d"):  # until NumPy 2.3
    constant(np.in1d)
