"""Linear algebra: one factorisation for all directions where NumPy allows it."""

import numpy as np

from dualad.rules.kinds import pushforward
from dualad.rules.products import times
from dualad.tangents import dense


def _solve(call, x, da, db):
    """a x = b, so a dx = db - da x. Source: Giles (2008), "Collected matrix derivative results", 2.3.1."""
    a, b = call.a, call.b
    is_vector = dense.rank(b) == 1
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


def solve_stack(a, right):
    """``solve(a, right)`` for a stack of right-hand sides: one matrix is factored once for all of them."""
    if a.ndim > 2 or right.ndim == 2:
        return np.linalg.solve(a, right)
    columns = np.moveaxis(right, -2, 0)
    return np.moveaxis(np.linalg.solve(a, columns.reshape(a.shape[0], -1)).reshape(columns.shape), 0, -2)


pushforward(np.linalg.solve, "a b", _solve)
