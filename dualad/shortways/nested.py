"""The short way for Duals of several levels: the elementwise rules, with Duals for primals and tangents.

The same table and the same sums as `rules.partials.evaluate`, without its search through sequences and options. What is
not plain (an invalid operation, a NaN, an operand of another kind) gives None, and the caller takes the general way.
"""

import numpy as np

from dualad.quiet import ORDINARY, STRICT, enter, leave
from dualad.rules.partials import product
from dualad.tangents import dense

_new = object.__new__
_OBJECT = np.dtype(object)
_PLAIN = frozenset({float, int, np.float64, np.ndarray})


def is_plain(cls, x):
    """Whether x is a Dual, a real number or an array of numbers."""
    return type(x) is cls or (type(x) in _PLAIN and (type(x) is not np.ndarray or x.dtype is not _OBJECT))


def unary(cls, partial, compute, x):
    """``compute(x)`` for a Dual with outer levels."""
    a, dx = x.primal, x.tangent
    if not is_plain(cls, a) or not is_plain(cls, dx):
        return None
    y = compute(a)
    token = enter(STRICT)
    try:
        dy = -dx if type(partial) is int else product(partial(y, a), dx)
    except ArithmeticError:
        return None
    finally:
        leave(token)
    lead = dense.directions(dx, a)
    return None if partial in (0, 1) else finished(cls, y, dy, lead, x.level)


def binary(cls, partials, compute, x, y):
    """``compute(x, y)`` with a Dual that has outer levels on at least one side."""
    level = max(z.level for z in (x, y) if type(z) is cls)
    a, dx = (x.primal, x.tangent) if type(x) is cls and x.level == level else (x, None)
    b, dy = (y.primal, y.tangent) if type(y) is cls and y.level == level else (y, None)
    if not (is_plain(cls, a) and is_plain(cls, b) and (dx is None or is_plain(cls, dx))) or (
        dy is not None and not is_plain(cls, dy)
    ):
        return None
    lead = dense.directions(dy, b) if dx is None else dense.directions(dx, a)
    if dx is not None and dy is not None and dense.directions(dy, b) != lead:
        return None
    together = None if dy is None else partials.together
    if together is None:
        z = compute(a, b)
    token = enter(STRICT if together is None else ORDINARY)
    try:
        if together is not None:
            z = compute(a, b)  # here, because digits that it loses count
        if lead:
            rank = dense.rank(z)
            dx, dy = (None if dp is None else dense.align(dp, dense.rank(p), rank) for dp, p in ((dx, a), (dy, b)))
        total = combined(partials, z, a, b, dx, dy) if together is None else together(z, a, b, dx, dy)
    except ArithmeticError:
        return None
    finally:
        leave(token)
    if total is None:
        return None
    if total is dx or total is dy:
        total = dense.owned(total)
    return finished(cls, z, total, lead, level)


def combined(partials, z, a, b, dx, dy):
    """The sum of the partials times the tangents; None if nothing moves."""
    total = None
    for partial, dp in zip(partials, (dx, dy), strict=True):
        if dp is None or (type(partial) is int and partial == 0):
            continue
        if type(partial) is not int:
            dp = product(partial(z, a, b), dp)
        elif partial < 0:
            dp = -dp
        total = dp if total is None else total + dp
    return total


def finished(cls, z, dz, lead, level):
    """The Dual of a value and its tangent, unless that holds a NaN, which the general way may know better."""
    if dense.has_nan(dz) or dense.dtype_of(dz) is not dense.dtype_of(z):
        return None
    if dense.shape_of(dz) != lead + dense.shape_of(z):
        dz = dense.fit(dz, z, lead)
    dual = _new(cls)
    dual.primal = z
    dual.tangent = dense.laid_out_as(dz, z)
    dual.level = level
    return dual
