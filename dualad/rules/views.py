"""Functions that give views where they can: the tangent is viewed as the value is, and copied as it is."""

import numpy as np

from dualad.errors import LostDerivativeError
from dualad.levels import Expanded, Perturbed
from dualad.objects import packed
from dualad.rules import calls
from dualad.rules.kinds import composed
from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import add, name_of
from dualad.tangents import dense
from dualad.tangents.symbolic import Symbolic


class View(Pushforward):
    """A function that gives a view, or several: the tangent is viewed in the same way.

    ``push(call, y, dx)`` is a faster way than to view the first direction and to stretch that view over all.
    """

    kind = "movement"
    gives_new_arrays = False

    def __init__(self, parameter, push=None):
        super().__init__(parameter, self._push)
        self.push_view = push or self._view_each

    def _push(self, call, y, dx):
        (name,) = self.data
        dy = self.push_view(call, y, dx)
        if isinstance(y, (list, tuple)):
            return [in_step(call, one, call.given[name], d, dx) for one, d in zip(y, dy, strict=True)]
        return in_step(call, y, call.given[name], dy, dx)

    def _view_each(self, call, y, dx):
        (name,) = self.data
        if isinstance(dx, Symbolic) and isinstance(y, (list, tuple)):
            return [dx.viewed(lambda whole, i=i: call(**{name: whole})[i]) for i in range(len(y))]
        return dense.view_each(lambda one: call(**{name: one}), dx, dense.rank(call.given[name]))


def in_step(call, y, x, dy, dx):
    """The tangent, which must share memory exactly if the value does: else later assignments would part them."""
    value, source = calls.stripped(y), calls.stripped(x)
    if not isinstance(value, np.ndarray) or value.size == 0:
        return dy
    if isinstance(source, np.ndarray) and np.may_share_memory(value, source):
        if not may_share(dy, dx):
            raise LostDerivativeError(
                f"{name_of(call.function)} gives a view of the value but would have to copy the tangent, which lies "
                "differently in memory: later assignments would part them. Write x.copy() before it."
            )
        return dy
    return dy.copy() if may_share(dy, dx) else dy


def may_share(a, b):
    return a.shares_memory(b) if isinstance(a, Symbolic) else a.size == 0 or np.may_share_memory(a, b)


def views(parameter, *functions):
    """These functions view the array given as this parameter."""
    for function in functions:
        add(function, View(parameter))


def memory_order(x):
    """The axes of x from the slowest in memory to the fastest, counted from the end: what order="K" follows."""
    strides = np.abs(np.asarray(calls.stripped(x)).strides)
    return [int(axis) - len(strides) for axis in np.argsort(-strides, kind="stable")]


def trailing_transpose(x, axes):
    """x with its last axes in another order; axes are counted from the end."""
    lead = dense.rank(x) - len(axes)
    return np.transpose(x, (*range(lead), *(axis + dense.rank(x) for axis in axes)))


def _reshape(call, y, dx):
    """Orders "A" and "K" ask for the layout of the value, which the tangent need not have."""
    x = np.asarray(calls.stripped(call.a))
    lead = np.shape(dx)[: dense.rank(dx) - x.ndim]
    order = call.order
    if order == "A":
        order = "F" if x.flags.fnc else "C"
    if order == "K":
        return np.reshape(trailing_transpose(dx, memory_order(x)), lead + np.shape(y))
    if order == "C":
        return np.reshape(dx, lead + np.shape(y))
    backwards = np.reshape(trailing_transpose(dx, range(-1, -x.ndim - 1, -1)), lead + np.shape(y)[::-1])
    return trailing_transpose(backwards, range(-1, -dense.rank(y) - 1, -1))


def _transpose(call, y, dx):
    rank = dense.rank(call.a)
    given = range(rank)[::-1] if call.axes is None else np.atleast_1d(call.axes).tolist()
    axes = [axis % rank - rank for axis in given]
    return trailing_transpose(dx, axes)


for _function in (np.reshape, np.ravel):
    add(_function, View("a", _reshape))
add(np.transpose, View("a", _transpose))
add(np.swapaxes, View("a", lambda call, y, dx: np.swapaxes(dx, *_trailing(call.a, call.axis1, call.axis2))))
add(np.matrix_transpose, View("x", lambda call, y, dx: np.swapaxes(dx, -1, -2)))
views("a", np.squeeze, np.expand_dims, np.moveaxis, np.rollaxis, np.diagonal)
views("m", np.flip, np.flipud, np.fliplr, np.rot90)
views("array", np.broadcast_to)
views("ary", np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit)
views("x", np.lib.stride_tricks.sliding_window_view)
if hasattr(np, "unstack"):  # NumPy 2.1
    views("x", np.unstack)


def _trailing(x, *axes):
    return [int(axis) % dense.rank(x) - dense.rank(x) for axis in axes]


def _atleast(shape_of):
    def at_least(*arys):
        made = tuple(np.reshape(x, shape_of(np.shape(x))) for x in map(packed, arys))
        return made[0] if len(made) == 1 else made

    return at_least


def _in_three_axes(shape):
    if len(shape) >= 3:
        return shape
    return (*shape, 1) if len(shape) == 2 else (1, *(shape or (1,)), 1)


composed(np.atleast_1d, _atleast(lambda shape: shape or (1,)))
composed(np.atleast_2d, _atleast(lambda shape: (1,) * (2 - len(shape)) + shape))
composed(np.atleast_3d, _atleast(_in_three_axes))


def broadcast_arrays(*args, subok=False):
    """`numpy.broadcast_arrays`; arrays that were stretched are read-only."""
    args = tuple(map(packed, args))
    shape = np.broadcast_shapes(*map(np.shape, args))
    if all(np.shape(x) == shape for x in args):
        return tuple(np.reshape(x, shape) for x in args)
    return tuple(np.broadcast_to(x, shape) for x in args)


def meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    """`numpy.meshgrid`: each vector along an axis of its own."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    axes = list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        axes[:2] = 1, 0
    grids = [np.reshape(packed(x), _along(axis, len(xi))) for axis, x in zip(axes, xi, strict=True)]
    if not sparse:
        grids = broadcast_arrays(*grids)
    return tuple(np.copy(grid, order="C") for grid in grids) if copy else tuple(grids)


def ix_(*args):
    """`numpy.ix_`: an open mesh of vectors."""
    plain = np.ix_(*map(calls.stripped, map(packed, args)))  # its own errors; masks are turned into positions
    return tuple(
        np.reshape(x, grid.shape) if isinstance(x, (Perturbed, Expanded)) else grid
        for x, grid in zip(map(packed, args), plain, strict=True)
    )


def _along(axis, rank):
    return tuple(-1 if i == axis else 1 for i in range(rank))


def trim_zeros(filt, trim="fb", axis=None):
    """`numpy.trim_zeros`: the value says where the zeros are."""
    array = packed(filt)
    value = calls.stripped(array)
    rank = dense.rank(value)
    np.trim_zeros(value, trim, **({} if axis is None else {"axis": axis}))  # its own errors
    chosen = range(rank) if axis is None else [i % rank for i in np.atleast_1d(axis)]
    slices = [slice(None)] * rank
    where = np.argwhere(value)
    for i in chosen:
        if not len(where):
            slices[i] = slice(0, 0)
            continue
        start = where[:, i].min() if "f" in trim.lower() else None
        slices[i] = slice(start, where[:, i].max() + 1 if "b" in trim.lower() else None)
    return filt[slices[0]] if isinstance(filt, (list, tuple)) else array[tuple(slices)]


def real_if_close(a, tol=100):
    """`numpy.real_if_close`: the real part, where the value decides to give it."""
    a = packed(a)
    is_real = not np.iscomplexobj(np.real_if_close(calls.stripped(a), tol))
    return np.real(a) if is_real and np.iscomplexobj(a) else np.reshape(a, np.shape(a))


composed(np.broadcast_arrays, broadcast_arrays)
composed(np.meshgrid, meshgrid)
composed(np.ix_, ix_)
composed(np.trim_zeros, trim_zeros)
composed(np.real_if_close, real_if_close)
