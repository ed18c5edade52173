"""The short way into and out of f for one number or one vector: operators run in the inner loops of solvers."""

import numpy as np

from dualad.doubles import CARRIED, DOUBLE
from dualad.dual import Dual
from dualad.levels import make, new_level
from dualad.objects import pack
from dualad.operators.blocks import FEW_COLUMNS
from dualad.shortways import entrywise
from dualad.tangents import dense, identity
from dualad.tangents.waiting import written_out
from dualad.watching import WATCHER

_OBJECT = np.dtype(object)


def seeded(args, n, numbers_only):
    """The arguments with number n seeded in all columns, the level and the count; None if this is another case."""
    if not 0 <= n < len(args):
        return None
    x = args[n]
    if type(x) is float or type(x) is np.float64:
        level, count = new_level(), 1
        dual = make(Dual, x, type(x)(1), level)
    elif not numbers_only and type(x) is np.ndarray and x.dtype is DOUBLE and x.ndim == 1 and 1 < x.size <= FEW_COLUMNS:
        level, count = new_level(), x.size
        if WATCHER.get() is None:
            dual = identity.seed(x.copy(), entrywise.in_directions(count), level)
        else:
            dual = make(Dual, x.copy(), identity.basis(count), level)
    else:
        return None
    return (dual,) if len(args) == 1 else (*args[:n], dual, *args[n + 1 :]), level, count


def extracted(result, level, count, number_out):
    """Value and Jacobian from what f returned, a Dual or an array of numbers; None if this is another case."""
    if type(result) is not Dual:
        is_list = type(result) is np.ndarray and result.dtype is _OBJECT and result.ndim == 1
        result = pack(result) if is_list else written_out(result)
        if type(result) is not Dual:
            return None
    if result.level != level:
        return None
    y, dy = result.primal, dense.settled(result)
    if type(y) not in CARRIED or type(dy) not in CARRIED:
        return None
    if type(y) is not np.ndarray:
        return y, dy
    if number_out and y.ndim:
        return None
    if count == 1 or not y.ndim:
        return y, dy
    return y, dy.T if y.ndim == 1 else np.moveaxis(dy, 0, -1)
