"""Sums and other linear maps along axes: the same function of the tangent, axes counted from the end."""

import numpy as np

from dualad.rules.kinds import pushforward
from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import add
from dualad.tangents import dense


def trailing_axes(axis, rank):
    """Count axes from the end, so that a leading direction axis leaves them valid."""
    if isinstance(axis, (tuple, list)):
        return tuple(trailing_axes(a, rank) for a in axis)
    return axis if axis < 0 else axis - rank


class Linear(Pushforward):
    """A linear function of one array along ``axis``; ``none`` says what axis=None means: "all" or "flat"."""

    kind = "linear"

    def __init__(self, parameter, none):
        super().__init__(parameter, self._push)
        self.none = none

    def _push(self, call, y, dx):
        (name,) = self.data
        x = call.given[name]
        if dense.dtype_of(y).kind not in "fc":
            return None
        rank = dense.rank(x)
        axis = call.axis
        if axis is None and self.none == "flat":
            dx = dense.flat(dx, x)
            axis = -1
        elif axis is None:
            axis = tuple(range(-rank, 0))
        else:
            axis = trailing_axes(axis, rank)
        return call.without("axis")(**{name: dx, "axis": axis})


def linear(parameter, *functions, none="all"):
    """These functions are linear in this parameter, along ``axis``."""
    for function in functions:
        add(function, Linear(parameter, none))


linear("a", np.mean)
linear("a", np.cumsum, none="flat")
if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    linear("x", np.cumulative_sum, none="flat")


def _trace(call, y, dx):
    if dense.dtype_of(y).kind not in "fc":
        return None
    axes = trailing_axes((call.axis1, call.axis2), dense.rank(call.a))
    return call(a=dx, **dict(zip(("axis1", "axis2"), axes, strict=True)))


pushforward(np.trace, "a", _trace, "linear")
