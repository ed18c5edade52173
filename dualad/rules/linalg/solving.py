"""Linear equations and inverses."""

import math

import numpy as np

from dualad.rules import calls
from dualad.rules.kinds import composed, of_diagonals
from dualad.rules.linalg.lapack import solve
from dualad.rules.linalg.matrices import transposed
from dualad.rules.products import times
from dualad.tangents import dense
from dualad.tangents.diagonal import Diagonal


def _solve(call, x, da, db):
    """a x = b, so a dx = db - da x. Source: Giles (2008), 2.3.1."""
    a, b = call.a, call.b
    is_vector = dense.rank(b) == 1
    if is_vector and a.ndim == 2:
        return _solve_for_vector(a, x, da, db)
    columns = x[..., None] if is_vector else x
    rank = max(a.ndim, columns.ndim)
    right = None
    if db is not None:
        right = dense.align(db[..., None] if is_vector else db, 2 if is_vector else b.ndim, rank)
    if da is not None:
        moved = times(dense.align(da, a.ndim, rank), columns)
        right = -moved if right is None else right - moved
    dx = solve_stack(a, right)
    return dx[..., 0] if is_vector else dx


def _solve_for_vector(a, x, da, db):
    """One system with one right-hand side."""
    right = db
    if da is not None:
        moved = times(da, x[:, None])[..., 0] if isinstance(da, Diagonal) else np.matmul(da, x)
        right = -moved if db is None else db - moved
    return solve(a, right[:, None])[:, 0] if right.ndim == 1 else transposed(solve(a, transposed(right)))


def solve_stack(a, right):
    """``solve(a, right)``, where axes that ``a`` does not have become columns: each matrix is factored once."""
    extra = right.ndim - a.ndim
    if extra <= 0:
        return solve(a, right)
    rank = right.ndim
    columns = right.transpose(*range(extra, rank - 1), *range(extra), rank - 1)
    folded = columns.shape[-1 - extra :]
    x = solve(a, columns.reshape((*columns.shape[: -1 - extra], math.prod(folded))))
    first = rank - 1 - extra
    return x.reshape(x.shape[:-1] + folded).transpose(*range(first, rank - 1), *range(first), rank - 1)


def _inv(call, y, da):
    """From a y = 1. Source: Giles (2008), 2.2.2."""
    return times(times(-y, da), y)


def tensorsolve(a, b, axes=None):
    """`numpy.linalg.tensorsolve`, which is `solve` between two reshapes."""
    shape = np.shape(a)
    rank, rank_of_b = len(shape), np.ndim(b)
    order = list(range(rank))
    for k in axes or ():
        order.remove(k)
        order.insert(rank, k)
    result_shape = tuple(shape[i] for i in order)[rank_of_b - rank :]
    size = math.prod(result_shape)
    if np.size(a) != size**2:
        return np.linalg.tensorsolve(calls.stripped(a), calls.stripped(b), axes)  # NumPy's own error
    matrix = np.reshape(np.transpose(a, order), (size, size))
    return np.reshape(np.linalg.solve(matrix, np.ravel(b)), result_shape)


def tensorinv(a, ind=2):
    """`numpy.linalg.tensorinv`, which is `inv` between two reshapes."""
    shape = np.shape(a)
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    matrix = np.reshape(a, (math.prod(shape[ind:]), -1))
    return np.reshape(np.linalg.inv(matrix), shape[ind:] + shape[:ind])


of_diagonals(np.linalg.solve, "a b", _solve)
of_diagonals(np.linalg.inv, "a", _inv)
composed(np.linalg.tensorsolve, tensorsolve)
composed(np.linalg.tensorinv, tensorinv)
