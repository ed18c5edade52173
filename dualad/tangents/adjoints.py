"""Adjoints of linear functions, for the real inner product sum(Re(conj(u) * v)); u may have directions in front.

A function without one here gets the adjoint of its matrix (see `operations.Apply`).
"""

import numpy as np

from dualad.rules.linalg.solving import solve_stack
from dualad.rules.linear import trailing_axes
from dualad.rules.products import times
from dualad.tangents import dense
from dualad.tangents.operations import unbroadcast


def of_broadcast(shape, rank):
    """Sums over what was repeated."""
    return lambda u: (unbroadcast(u, shape, dense.rank(u) - rank),)


def of_product(ufunc, factors, slot, kwargs):
    """Of ``numpy.matmul`` in one factor: the product with the other one, transposed and conjugated."""
    if ufunc is not np.matmul or kwargs:
        return None
    a, b = factors
    left = a if a.ndim > 1 else a[None, :]
    right = b if b.ndim > 1 else b[:, None]
    shape = (a, b)[slot].shape
    y_rank = max(left.ndim, right.ndim) - (a.ndim == 1) - (b.ndim == 1)

    def adjoint(u):
        lead = dense.rank(u) - y_rank
        directions = np.shape(u)[:lead]
        u = u if hasattr(u, "ndim") else np.asarray(u)
        u = u[..., None] if b.ndim == 1 else u
        u = u[..., None, :] if a.ndim == 1 else u
        other = np.swapaxes(right if slot == 0 else left, -1, -2)
        other = np.conjugate(other) if dense.dtype_of(other).kind == "c" else other
        w = times(u, other) if slot == 0 else times(other, u)
        return (unbroadcast(w, (left, right)[slot].shape, lead).reshape(directions + shape),)

    return adjoint


def of_function(call, name, y):
    """The adjoint of a function in one argument, None where it has none of its own."""
    builder = _BUILDERS.get(call.function)
    return None if builder is None else builder(call, call.given[name], y)


def _cumsum(call, x, y):
    axis = -1 if call.axis is None else trailing_axes(call.axis, x.ndim)

    def adjoint(u):
        lead = u.shape[: u.ndim - np.ndim(y)]
        w = np.flip(np.cumsum(np.flip(u, axis), axis=axis), axis)
        return (w.reshape(lead + x.shape),)

    return adjoint


def _solve(call, b, y):
    transposed = np.swapaxes(call.a, -1, -2)
    transposed = np.conjugate(transposed) if dense.dtype_of(transposed).kind == "c" else transposed

    def adjoint(u):
        lead = u.ndim - np.ndim(y)
        if b.ndim == 1:
            return (unbroadcast(solve_stack(transposed, u[..., None])[..., 0], b.shape, lead),)
        return (unbroadcast(solve_stack(transposed, u), b.shape, lead),)

    return adjoint


_BUILDERS = {np.cumsum: _cumsum, np.linalg.solve: _solve}
