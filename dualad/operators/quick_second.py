"""The short way into and out of f for the second derivatives by one short vector."""

import numpy as np

from dualad.doubles import DOUBLE, FLOATS
from dualad.dual import Dual
from dualad.hyperduals.number import hyperdual, parts_of
from dualad.levels import make, new_level
from dualad.tangents import identity
from dualad.watching import WATCHER

SHORT = 24  # elements of a vector: more take another way to their second derivatives


def is_short(x):
    """Whether x is a short vector of doubles."""
    return type(x) is np.ndarray and x.dtype is DOUBLE and x.ndim == 1 and 1 < x.size <= SHORT


def seeded_twice(args, n):
    """The arguments with a short vector at number n seeded at two levels, and these levels; None otherwise."""
    x = args[n] if 0 <= n < len(args) else None
    if not is_short(x):
        return None
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
    outer, inner = new_level(), new_level()
    return hyperdual(x.copy(), outer, inner, v[None].copy(), identity.basis(x.size)), outer, inner


def second_order(result, outer, inner):
    """Value, outer tangent and second tangent of a number with tangents at both levels; None if f returned another."""
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
