"""The short way into and out of f for one number or one vector: operators run in the inner loops of solvers."""

import numpy as np

from dualad import entrywise
from dualad.doubles import CARRIED, DOUBLE, FLOATS
from dualad.dual import Dual
from dualad.levels import make, new_level
from dualad.objects import pack
from dualad.operators.blocks import FEW_COLUMNS
from dualad.tangents import dense, identity
from dualad.tangents.waiting import written_out
from dualad.watching import WATCHER

SHORT = 24  # elements of a vector: more take another way to their second derivatives

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


def is_short(x):
    """Whether x is a short vector of doubles."""
    return type(x) is np.ndarray and x.dtype is DOUBLE and x.ndim == 1 and 1 < x.size <= SHORT


def seeded_twice(args, n):
    """The arguments with a short vector at number n seeded at two levels, and these levels; None otherwise."""
    x = args[n] if 0 <= n < len(args) else None
    if not is_short(x):
        return None
    from dualad.hyperduals.number import hyperdual  # here, because few programs need it: it takes time to import

    outer, inner, count = new_level(), new_level(), x.size
    if WATCHER.get() is None:
        dual = hyperdual(x.copy(), outer, inner, identity.basis(count))
    else:
        dual = make(Dual, make(Dual, x.copy(), identity.basis(count), outer), identity.basis(count), inner)
    return (*args[:n], dual, *args[n + 1 :]), outer, inner


def seeded_along(x, v):
    """A short vector along one outer direction v and all inner ones, and the levels; None if this is another case."""
    if not is_short(x) or not is_short(v) or x.shape != v.shape or WATCHER.get() is not None:
        return None
    from dualad.hyperduals.number import hyperdual

    outer, inner = new_level(), new_level()
    return hyperdual(x.copy(), outer, inner, v[None].copy(), identity.basis(x.size)), outer, inner


def second_order(result, outer, inner):
    """Value, outer tangent and second tangent of a number with tangents at both levels; None if f returned another."""
    from dualad.hyperduals.number import parts_of

    known = parts_of(result, outer, inner)
    if known is not None:
        value, parts = known
        return (value, parts.b, parts.second()) if type(value) is np.float64 else None
    if type(result) is not Dual or result.level != inner:
        return None
    value, tangent = result.primal, result.tangent
    if type(value) is not Dual or type(tangent) is not Dual or not value.level == tangent.level == outer:
        return None
    second = tangent.tangent
    if type(value.primal) not in FLOATS or type(second) is not np.ndarray or second.ndim != 2:
        return None
    return value.primal, value.tangent, second
