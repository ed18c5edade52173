"""The short way into and out of f for one number or one vector: operators run in the inner loops of solvers."""

import numpy as np

from dualad.dual import Dual
from dualad.levels import make, new_level
from dualad.operators.blocks import FEW_COLUMNS

_DOUBLE = np.dtype(float)
_PLAIN = frozenset({float, np.float64, np.ndarray})


def seeded(args, n, numbers_only):
    """The arguments with number n seeded in all columns, the level and the count; None if this is another case."""
    if not 0 <= n < len(args):
        return None
    x = args[n]
    if type(x) is float or type(x) is np.float64:
        level, count = new_level(), 1
        dual = make(Dual, x, 1.0, level)
    elif (
        not numbers_only and type(x) is np.ndarray and x.dtype is _DOUBLE and x.ndim == 1 and 1 < x.size <= FEW_COLUMNS
    ):
        level, count = new_level(), x.size
        basis = np.zeros((count, count))
        basis.reshape(-1)[:: count + 1] = 1
        dual = make(Dual, x.copy(), basis, level)
    else:
        return None
    return (*args[:n], dual, *args[n + 1 :]), level, count


def matrix(result, level, count, number_out):
    """The Jacobian from one Dual; None if f returned something else."""
    if type(result) is not Dual or result.level != level:
        return None
    y, dy = result.primal, result.tangent
    if type(y) not in _PLAIN or type(dy) not in _PLAIN:
        return None
    if type(y) is not np.ndarray:
        return dy
    if number_out and y.ndim:
        return None
    if count == 1 or not y.ndim:
        return dy
    return dy.T if y.ndim == 1 else np.moveaxis(dy, 0, -1)
