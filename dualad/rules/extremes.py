"""The greatest and the least: n tied elements have a share of 1/n each, the mean over the one-sided derivatives."""

import numpy as np

from dualad.rules import calls
from dualad.rules.kinds import constant, pushforward
from dualad.rules.linear import trailing_axes
from dualad.rules.pushforwards import Pushforward
from dualad.tangents import dense


def all_axes(axis, rank):
    """The axes as a tuple, counted from the end."""
    if axis is None:
        return tuple(range(-rank, 0))
    return trailing_axes(tuple(axis) if isinstance(axis, (tuple, list)) else (axis,), rank)


def share(call, y, dx, dinitial=None):
    """The mean of the tangents of the elements that are equal to the result; nan where the result is."""
    x = calls.stripped(call.a)
    keepdims = call.given.get("keepdims", False)
    rank = dense.rank(x)
    axes = all_axes(call.axis, rank)
    extreme = calls.stripped(y)
    if dense.dtype_of(extreme) != dense.dtype_of(x):
        extreme = call.without("dtype")(a=x, **_plain_initial(call))
    where = _given(call, "where", True)
    tied = np.equal(x, extreme if keepdims is True else np.expand_dims(extreme, axes)) & where
    count = np.sum(tied, axis=axes, keepdims=keepdims)
    initial = _given(call, "initial", None)
    if initial is not None:
        initial_tied = np.equal(extreme, calls.stripped(initial))
        count = count + initial_tied
    total = 0.0 if dx is None else np.sum(dx, axis=axes, where=tied, keepdims=keepdims)
    if dinitial is not None:
        rank = dense.rank(y)
        total = total + np.where(initial_tied, dense.align(dinitial, dense.rank(initial), rank), 0.0)
    return total / count


def _given(call, name, default):
    value = call.given.get(name, default)
    return default if value is np._NoValue else value


def _plain_initial(call):
    return {"initial": calls.stripped(call.initial)} if "initial" in call.given else {}


for _function in (np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin):
    pushforward(_function, "a initial", share, "selection")
constant(np.nanargmax, np.nanargmin)


def _range(call, y, dx):
    options = {name: value for name, value in call.given.items() if name in ("axis", "keepdims")}
    ends = []
    for function in (np.max, np.min):
        end = calls.Call(function, (call.a,), options)
        ends.append(share(end, end(), dx))
    return ends[0] - ends[1]


pushforward(np.ptp, "a", _range, "selection")


def _fold(ufunc):
    """``ufunc.reduce`` as a Python function, whose parameters have names."""

    def reduce(a, axis=0, dtype=None, out=None, keepdims=False, **options):
        return ufunc.reduce(a, axis, dtype, out, keepdims, **options)

    reduce.__qualname__ = reduce.__name__ = f"{ufunc.__name__}.reduce"
    reduce.__module__ = "numpy"
    return reduce


SHARE = Pushforward("a initial", share, "selection")
FOLDS = {ufunc: _fold(ufunc) for ufunc in (np.maximum, np.minimum, np.fmax, np.fmin)}
