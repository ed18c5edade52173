"""The short way: elementwise rules on dense tangents of one level, without the general dispatch.

Same table, same coefficients, same order of operations as `rules.kinds.evaluate`; what it leaves out is the search
for levels, sequences, options and several outputs. Anything unusual (an outer level, an invalid operation,
an operand that is neither a number nor an array) gives None, and the caller takes the general way. The tests
run the whole table both ways.
"""

import numpy as np

from dualad.quiet import STRICT, enter, leave
from dualad.tangents import dense

_new = object.__new__
_array = np.ndarray
_PLAIN = frozenset({float, int, np.float64, np.float32, np.ndarray})
_DOUBLE = np.dtype(float)
_OBJECT = np.dtype(object)
_DOUBLES = frozenset({float, np.float64})
_CARRIED = frozenset({float, np.float64, np.float32, np.ndarray})


def unary(cls, partial, compute, x):
    """``compute(x)`` for a Dual; None if this is no case for the short way."""
    a = x.primal
    dx = x.tangent
    kind = type(dx)
    if kind not in _CARRIED or type(partial) is int or type(a) is cls:
        return None
    y = compute(a)
    token = enter(STRICT)
    try:
        dy = partial(y, a) * dx
    except ArithmeticError:
        return None
    finally:
        leave(token)
    if kind is _array:
        if dy.dtype is not dx.dtype or (type(y) is not _array and type(y) not in _DOUBLES):
            dy = dense.fit(dy, y, dx.shape[: dx.ndim - getattr(a, "ndim", 0)])
        if not _alike(y, dy):
            dy = dense.laid_out_as(dy, y)
    elif dy != dy or type(y) not in _DOUBLES or type(dy) not in _DOUBLES:
        return None
    z = _new(cls)
    z.primal = y
    z.tangent = dy
    z.level = x.level
    return z


def binary(cls, partials, compute, x, y):
    """``compute(x, y)`` with a Dual on at least one side; None if this is no case for the short way."""
    dx = dy = None
    if type(x) is cls:
        if type(y) is cls and type(x.tangent) is _array:
            both = _both(cls, partials, compute, x, y)
            if both is not None:
                return both
        level = x.level
        a = x.primal
        dx = x.tangent
        if type(dx) not in _CARRIED or type(a) is cls:
            return None
        if type(y) is cls:
            b = y.primal
            dy = y.tangent
            if y.level != level or type(dy) not in _CARRIED or type(b) is cls:
                return None
        elif type(y) in _PLAIN and (type(y) is not _array or y.dtype is not _OBJECT):
            b = y
        else:
            return None
    elif type(x) in _PLAIN and (type(x) is not _array or x.dtype is not _OBJECT):
        level = y.level
        a = x
        b = y.primal
        dy = y.tangent
        if type(dy) not in _CARRIED or type(b) is cls:
            return None
    else:
        return None
    z = compute(a, b)
    token = enter(STRICT)
    try:
        dz, fresh, lead = _total(partials, z, a, b, dx, dy)
    except ArithmeticError:
        return None
    finally:
        leave(token)
    if dz is None:
        return None
    if type(dz) is _array:
        if type(z) is not _array:
            if type(z) not in _DOUBLES or dz.dtype is not _DOUBLE or dz.ndim != len(lead):
                dz = dense.fit(dz, z, lead)
        elif dz.dtype is not z.dtype or dz.shape[len(lead) :] != z.shape:
            dz = dense.fit(dz, z, lead)
            fresh = True
        if not fresh:
            dz = dz.copy()
        if not _alike(z, dz):
            dz = dense.laid_out_as(dz, z)
    elif dz != dz or type(z) not in _DOUBLES or type(dz) not in _DOUBLES:
        return None
    dual = _new(cls)
    dual.primal = z
    dual.tangent = dz
    dual.level = level
    return dual


def _alike(y, dy):
    """Whether value and tangent surely lie in memory in the same order."""
    return type(y) is not _array or y.ndim < 2 or (y.flags.c_contiguous and dy.flags.c_contiguous)


def _both(cls, partials, compute, x, y):
    """The commonest case of `binary`: two Duals alike in level, shape and dtype."""
    a, b, dx, dy = x.primal, y.primal, x.tangent, y.tangent
    kind = type(a)
    if (
        x.level != y.level
        or kind is not type(b)
        or kind is cls
        or type(dy) is not _array
        or dx.shape != dy.shape
        or dx.dtype is not dy.dtype
        or (kind is _array and a.shape != b.shape)
    ):
        return None
    z = compute(a, b)
    first, second = partials
    token = enter(STRICT)
    try:
        if type(second) is not int:
            dz = second(z, a, b) * dy
            if type(first) is int:
                if first != 1:
                    return None
                dz += dx
            else:
                dz += first(z, a, b) * dx
        elif first == 1 and second:
            dz = dx + dy if second == 1 else dx - dy
        else:
            return None
    except (ArithmeticError, TypeError):
        return None
    finally:
        leave(token)
    if dz.dtype is not dx.dtype or dz.shape != dx.shape or not _alike(z, dz):
        return None
    dual = _new(cls)
    dual.primal = z
    dual.tangent = dz
    dual.level = x.level
    return dual


def _total(partials, z, a, b, dx, dy):
    """The sum of the scaled tangents, whether its memory is new, and the directions."""
    rank = getattr(z, "ndim", 0)
    total = None
    fresh = False
    lead = ()
    if dx is not None:
        own_rank = getattr(a, "ndim", 0)
        if type(dx) is _array and dx.ndim > own_rank:
            lead = dx.shape[:1]
            if own_rank < rank:
                dx = dense.align(dx, own_rank, rank)
        partial = partials[0]
        if type(partial) is int:
            if partial == 1:
                total = dx
            elif partial:
                total, fresh = partial * dx, True
        else:
            total, fresh = partial(z, a, b) * dx, True
    if dy is not None:
        own_rank = getattr(b, "ndim", 0)
        if type(dy) is _array and dy.ndim > own_rank:
            if dx is not None and lead != dy.shape[:1]:
                return None, False, ()
            lead = dy.shape[:1]
            if own_rank < rank:
                dy = dense.align(dy, own_rank, rank)
        elif lead:
            return None, False, ()
        partial = partials[1]
        if type(partial) is int:
            if partial == 1:
                return (dy, False, lead) if total is None else (total + dy, True, lead)
            if partial == -1 and total is not None:
                return total - dy, True, lead
            if not partial:
                return total, fresh, lead
            term = partial * dy
        else:
            term = partial(z, a, b) * dy
        if total is None:
            return term, True, lead
        if fresh and type(total) is _array and type(term) is _array and total.shape == term.shape:
            total += term
            return total, True, lead
        return total + term, True, lead
    return total, fresh, lead
