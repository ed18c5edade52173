"""Options of reductions: axes counted from the end, what counts, and how many count."""

import math

import numpy as np

from dualad.rules.linear import trailing_axes
from dualad.tangents import dense


def reduced(axis, rank):
    """The axes that a reduction takes away, as a tuple counted from the end."""
    if axis is None:
        return tuple(range(-rank, 0))
    axes = trailing_axes(axis, rank)
    return axes if isinstance(axes, tuple) else (axes,)


def merged(x, axes):
    """x with these axes as the last one, which is what is left to reduce."""
    moved = np.moveaxis(x, axes, range(-len(axes), 0))
    kept = np.shape(moved)[: np.ndim(moved) - len(axes)]
    return np.reshape(moved, (*kept, math.prod(np.shape(moved)[len(kept) :])))


def given(call, name, default=None):
    """An option, or the default where NumPy's own default says that nothing was given."""
    value = call.get(name, default)
    return default if value is np._NoValue else value


def options(call, *names):
    """The options of these names that were given, to pass them on."""
    return {name: call.given[name] for name in names if name in call.given}


def count(x, axes, where, keepdims):
    """How many elements a reduction takes: a number, or an array where a mask makes it differ."""
    if where is True:
        return math.prod(np.shape(x)[axis] for axis in axes)
    return np.sum(np.broadcast_to(where, np.shape(x)), axis=axes, keepdims=keepdims)


def as_result(x, y):
    """x in the dtype of the result, which ``dtype=`` may have widened."""
    return x if dense.dtype_of(x) == dense.dtype_of(y) else dense.cast(x, dense.dtype_of(y))
