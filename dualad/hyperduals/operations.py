"""Operations on value and parts; each gives None where it does not know how, and a Dual inside a Dual takes over.

Slopes and the slopes of slopes come from the table: a partial is evaluated for a Dual in the direction of the operand.
Linear functions take all tangents at once, as directions of one. What raises a floating-point flag is left to others.
"""

import numpy as np

from dualad.doubles import DOUBLE, NUMBERS
from dualad.hyperduals.parts import Parts, added, chained, divided, multiplied
from dualad.levels import HAND_MADE, Perturbed, dual_class, make
from dualad.quiet import ORDINARY, enter, leave
from dualad.rules.axes import reduced
from dualad.rules.kinds import Implemented
from dualad.rules.table import PARTIALS, get
from dualad.rules.views import View
from dualad.tangents import dense

_array = np.ndarray
_LINEAR = frozenset({"linear", "movement"})
OF_VECTORS = frozenset({np.dot, np.vdot, np.inner})
_VECTOR_PRODUCTS = OF_VECTORS | {np.matmul, np.vecdot}
_TWO = {
    np.add: lambda p, q, v, w, z: added(p, q, 1),
    np.subtract: lambda p, q, v, w, z: added(p, q, -1),
    np.multiply: lambda p, q, v, w, z: multiplied(p, q, v, w),
    np.divide: lambda p, q, v, w, z: divided(p, q, z, w),
}


def is_value(z):
    """Whether a result is of double precision, and lies in memory as its tangents will."""
    return type(z) is np.float64 or (type(z) is _array and z.dtype is DOUBLE and (z.ndim < 2 or z.flags.c_contiguous))


def is_constant(x):
    """Whether an operand is a number or an array that the formulas take."""
    return type(x) in NUMBERS or (type(x) is _array and x.dtype is DOUBLE)


def elementwise(ufunc, compute, operands):
    """Value and parts of an elementwise ufunc; an operand is a pair (value, parts), with parts None for a constant."""
    token = enter(ORDINARY)
    try:
        found = (_of_two if len(operands) == 2 else _of_any)(ufunc, compute, *operands)
    except ArithmeticError:
        return None
    finally:
        leave(token)
    if found is None or found[1] is None:
        return None
    z, parts = found
    shape = z.shape
    for value, p in operands:
        if p is not None and value.shape != shape:
            return z, parts.broadcast(shape)
    return found


def _of_two(ufunc, compute, first, second):
    """The same for two operands, before the parts are broadcast."""
    (v, p), (w, q) = first, second
    z = compute(v, w)
    if not is_value(z):
        return None
    rank = z.ndim
    if p is not None and v.ndim != rank:
        p = p.raised(rank - v.ndim)
    if q is not None and w.ndim != rank:
        q = q.raised(rank - w.ndim)
    if p is None:
        return z, _along_one(ufunc, z, (v, w), 1, q)
    if q is None:
        return z, _along_one(ufunc, z, (v, w), 0, p)
    two = _TWO.get(ufunc)
    return None if two is None else (z, two(p, q, v, w, z))


def _of_any(ufunc, compute, *operands):
    """The same for another number of operands, of which one moves."""
    moving = [i for i, (_, p) in enumerate(operands) if p is not None]
    values = [value for value, _ in operands]
    z = compute(*values) if len(moving) == 1 else None
    if not is_value(z):
        return None
    (i,) = moving
    return z, _along_one(ufunc, z, values, i, operands[i][1].raised(z.ndim - values[i].ndim))


def _along_one(ufunc, z, values, i, p):
    """The parts of z where the operand number i moves and has these."""
    partials = PARTIALS.get(np.fabs if ufunc is np.absolute else ufunc)  # the same for real numbers
    if partials is None or len(partials) != len(values):
        return None
    partial = partials[i] if partials.plain is None else partials.plain
    if type(partial) is int:
        return p.each(np.copy if partial > 0 else np.negative) if partial else None
    if ufunc is np.multiply:
        return p.each(lambda t: values[1 - i] * t)
    if ufunc is np.square or (ufunc is np.power and i == 0 and type(values[1]) in NUMBERS and values[1] == 2):
        return chained(p, 2 * values[0], 2.0)
    slope = partial(z, *values)
    moved = list(values)
    moved[i] = make(dual_class(), values[i], np.ones_like(values[i])[()], HAND_MADE)
    curved = partial(make(dual_class(), z, slope, HAND_MADE), *moved)
    if not isinstance(curved, Perturbed):
        return chained(p, slope, None)
    return None if dense.has_nan(curved.tangent) else chained(p, slope, curved.tangent)  # it would meet zeros


def product_of_vectors(function, compute, operands):
    """Value and parts of the inner product of two vectors that move."""
    (v, p), (w, q) = operands
    if p is None or q is None or function not in _VECTOR_PRODUCTS or not np.ndim(v) == np.ndim(w) == 1:
        return None
    token = enter(ORDINARY)
    try:
        z = compute(v, w)
        symmetric = p.a is None and q.a is None
        b = p.b @ w + q.b @ v
        a = None if symmetric else p.inner @ w + q.inner @ v
        h = p.b @ q.inner.T
        h = h + (h.T if symmetric else q.b @ p.inner.T)
        for one, other in ((p, w), (q, v)):
            if one.h is not None:
                h += one.h @ other
        return z, Parts(p.outer, b, a, h)
    except ArithmeticError:
        return None
    finally:
        leave(token)


def total(value, parts, axis=None):
    """Value and parts of a sum."""
    if axis is not None and type(axis) is not int:
        return None
    axes = reduced(axis, value.ndim)
    token = enter(ORDINARY)
    try:
        z = np.add.reduce(value, axis=axis)
        return (z, parts.each(lambda t: np.add.reduce(t, axis=axes))) if is_value(z) else None
    except ArithmeticError:
        return None
    finally:
        leave(token)


def is_composed(rule):
    """Whether a function is written with other functions of NumPy's."""
    return isinstance(rule, Implemented) and rule.kind == "composed"


def is_linear(function, count):
    """Whether a function is linear in ``count`` arguments that move together."""
    rule = get(function)
    if rule is None or isinstance(rule, View):
        return False
    return rule.kind in _LINEAR or (rule.kind == "product" and count == 1)


def linear(call, known, level):
    """Value and parts of ``call(duals)``, linear in all of them together; ``known`` has their values and parts."""
    parts = [p.as_it_is() for _, p in known]  # another thread may settle the operands
    if any(p.a is not None for p in parts):
        for p in parts:
            p.own()
    duals = [make(dual_class(), value, p.stacked(), level) for (value, _), p in zip(known, parts, strict=True)]
    token = enter(ORDINARY)
    try:
        y = call(duals)
    except ArithmeticError:
        return None
    finally:
        leave(token)
    if type(y) is not dual_class() or y.level != level:
        return None
    z, dz = y.primal, y.tangent
    if not is_value(z) or type(dz) is not _array or dz.dtype is not DOUBLE:
        return None
    if any(np.may_share_memory(z, value) for value, _ in known):
        return None
    return z, parts[0].unstacked(dz)


def element(value, parts, index):
    """Value and parts of ``x[index]``, by an index that gives views."""
    z = value[index]
    if type(z) is np.float64:
        return z, parts.view(index).each(np.copy)
    return (z, parts.view(index)) if is_value(z) else None
