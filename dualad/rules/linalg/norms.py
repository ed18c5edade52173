"""Norms and condition numbers.

Each norm has a coefficient c of the shape of x such that dy = sum(real(conj(c) dx)) over the axes of the norm. At a
kink it is the mean of the one-sided derivatives: 0 for the norm of zeros, equal shares for equal largest values.
"""

import numpy as np

from dualad.rules import calls
from dualad.rules.kinds import pushforward, refused
from dualad.rules.linalg.clusters import mean
from dualad.rules.linalg.lapack import inverse
from dualad.rules.linalg.matrices import is_complex, real
from dualad.rules.linalg.singular_values import singular_clusters, values_tangent
from dualad.rules.products import times
from dualad.tangents import dense


def trailing(axis, rank):
    """The axes as a tuple, counted from the end; None is all."""
    if axis is None:
        return tuple(range(-rank, 0))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(int(i) - rank if i >= 0 else int(i) for i in axes)


def _norm(call, y, dx):
    x, order = call.x, call.ord
    axes = trailing(call.axis, dense.rank(x))
    if order == 0 and len(axes) == 1:
        return None
    is_flat = len(axes) != 2 or order in (None, "fro", "f")
    c = vector_coefficient(x, 2 if order in (None, "fro", "f") else order, axes) if is_flat else matrix(x, order, axes)
    return contracted(c, dx, axes, call.keepdims)


def _vector_norm(call, y, dx):
    if call.ord == 0:
        return None
    axes = trailing(call.axis, dense.rank(call.x))
    return contracted(vector_coefficient(call.x, call.ord, axes), dx, axes, call.keepdims)


def _matrix_norm(call, y, dx):
    dy = _size_tangent(call.x, call.ord, dx)
    return dy[..., None, None] if call.keepdims else dy


def contracted(c, dx, axes, keepdims):
    """sum(real(conj(c) dx)) over the axes; over all of them one matrix-vector product."""
    rank = dense.rank(c)
    if len(axes) == rank > 0 and not keepdims and not is_complex(c):
        return np.matmul(dx.reshape((*dx.shape[: dx.ndim - rank], -1)), c.reshape(-1))
    return np.sum(real(np.conjugate(c) * dx), axis=axes, keepdims=keepdims)


def vector_coefficient(x, order, axes):
    """For a norm of all elements along the axes."""
    if order == 1:
        return np.sign(x)
    size = np.abs(x)
    if order in (np.inf, -np.inf):
        return np.sign(x) * shares(calls.stripped(size), axes, order > 0)
    scale, length = scaled_length(x, size, order, axes)
    ratio = ((x if order == 2 else size) / scale) / length
    ratio = np.where(np.equal(length, 0) | np.equal(size, 0), 0.0, ratio)
    if order == 2:
        return ratio
    return np.sign(x) * np.where(np.equal(ratio, 0), 0.0, np.where(np.equal(ratio, 0), 1.0, ratio) ** (order - 1))


def scaled_length(x, size, order, axes):
    """A power of two, and the norm of the elements divided by it, with the axes kept: so no power overflows."""
    plain = calls.stripped(size)
    bound = (np.max if order > 0 else np.min)(plain, axis=axes, keepdims=True) if plain.size else np.ones(())
    scale = np.where((bound > 0) & np.isfinite(bound), np.exp2(np.floor(np.log2(np.where(bound > 0, bound, 1.0)))), 1.0)
    scale = scale.astype(plain.dtype)
    if order == 2:
        z = x / scale
        squares = np.real(z) ** 2 + np.imag(z) ** 2 if is_complex(x) else z * z
        return scale, np.sqrt(np.sum(squares, axis=axes, keepdims=True))
    return scale, np.sum((size / scale) ** order, axis=axes, keepdims=True) ** (1 / order)


def shares(sizes, axes, largest):
    """Equal weights for the elements that are the largest, or the least, along the axes."""
    if not sizes.size:
        return sizes
    bound = (np.max if largest else np.min)(sizes, axis=axes, keepdims=True)
    chosen = sizes == bound
    return (chosen / np.sum(chosen, axis=axes, keepdims=True)).astype(sizes.dtype)


def matrix(x, order, axes):
    """For a norm of the matrices in two axes, that is not one of its elements."""
    if not x.size:
        return x
    row, column = axes
    if order in (1, -1, np.inf, -np.inf):
        summed, compared = (row, column) if abs(order) == 1 else (column, row)
        sums = np.sum(np.abs(calls.stripped(x)), axis=summed, keepdims=True)
        return np.sign(x) * shares(sums, compared, order > 0)
    y = np.moveaxis(x, axes, (-2, -1))
    u, s, vh = np.linalg.svd(y, full_matrices=False)
    c = np.matmul(u * value_weights(y, u, s, vh, order)[..., None, :], vh)
    return np.moveaxis(c, (-2, -1), axes)


def value_weights(a, u, s, vh, order):
    """The derivative of the norm by the singular values: shared among equal ones, 0 at the kink at 0."""
    plain = calls.stripped(s)
    if order == "nuc":
        weights = np.ones_like(plain)
    else:
        weights = np.zeros_like(plain)
        weights[..., 0 if order == 2 else -1] = 1.0
        weights = mean(weights, singular_clusters(a, u, s, vh))
    return np.where(plain == 0, 0.0, weights)


def _cond(call, y, dx):
    """The quotient of two singular values, or norm(x) * norm(inv(x)); undefined where x is singular."""
    x, order = call.x, call.p
    if order in (None, 2, -2):
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        ds = values_tangent(x, u, s, vh, dx)
        above, below = (-1, 0) if order == -2 else (0, -1)
        return (ds[..., above] - s[..., above] / s[..., below] * ds[..., below]) / s[..., below]
    root = inverse(x)
    broken = np.isnan(calls.stripped(root))
    root = np.where(broken, 0.0, root)  # the SVD of NaN is an error
    dsize = _size_tangent(x, order, dx) * np.linalg.norm(root, order, (-2, -1))
    droot = -times(np.matmul(root, dx), root)
    dsize = dsize + np.linalg.norm(x, order, (-2, -1)) * _size_tangent(root, order, droot)
    return np.where(np.any(broken, axis=(-2, -1)), np.nan, dsize)


def _size_tangent(x, order, dx):
    """The tangent of a norm of matrices in the last two axes."""
    axes = (-2, -1)
    c = vector_coefficient(x, 2, axes) if order in (None, "fro", "f") else matrix(x, order, axes)
    return contracted(c, dx, axes, False)


pushforward(np.linalg.norm, "x", _norm)
pushforward(np.linalg.vector_norm, "x", _vector_norm)
pushforward(np.linalg.matrix_norm, "x", _matrix_norm)
pushforward(np.linalg.cond, "x", _cond)
refused(np.linalg.matrix_rank, "it jumps, and nowhere else does it change. Give it dualad.stop_derivative(x).")
