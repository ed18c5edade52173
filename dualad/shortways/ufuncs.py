"""The short way: elementwise rules on dense tangents of one level, without the general dispatch.

Same table, same coefficients, same order of operations as `rules.partials.evaluate`; what it leaves out is the search
for levels, sequences, options and several outputs. Anything unusual (an outer level, an invalid operation,
an operand that is neither a number nor an array) gives None, and the caller takes the general way. The tests
run the whole table both ways.
"""

import sys

import numpy as np

from dualad.doubles import DOUBLE, FLOATS, HIGHEST, LOWEST, NUMBERS
from dualad.quiet import ORDINARY, STRICT, enter, leave
from dualad.references import VARIABLE
from dualad.rules.table import PARTIALS, SHORTLY
from dualad.shortways import nested, recorded
from dualad.shortways.arraywise import IN_PLACE_FROM, result, with_value
from dualad.tangents import dense
from dualad.tangents.rows import LARGE

_new = object.__new__
_array = np.ndarray
_double = np.float64
_FEW = 512  # elements: above, one slope for all directions costs less than their quotients
_OBJECT = np.dtype(object)
_CARRIED = frozenset({float, np.float64, np.float32, np.ndarray})


def of_number(cls, partials, compute, x):
    """``compute(x)`` for a number in one direction; None if this is no case for the short way."""
    a, dx = x.primal, x.tangent
    if type(a) not in FLOATS:
        return nested.unary(cls, partials[0], compute, x) if type(a) is cls else None
    y = compute(a)
    formula = partials.of_floats
    if formula is not None and type(y) is _double:
        value = float(y)
        try:
            slope = formula(value, float(a))
            dy = float(dx) * slope if partials.over is None else float(dx) / slope
        except (ArithmeticError, ValueError):  # Python's math knows no infinities
            dy = 0.0
        # else digits may be lost: floats raise no flags
        if (LOWEST < dy < HIGHEST or -HIGHEST < dy < -LOWEST) and value - value == 0.0:
            z = _new(cls)
            z.primal = y
            z.tangent = _double(dy)
            z.level = x.level
            return z
    dy = _scaled(partials[0], y, (a,), dx)
    if dy is None or dy != dy or type(y) not in FLOATS or type(dy) not in FLOATS:
        return with_value(partials, y, x)
    z = _new(cls)
    z.primal = y
    z.tangent = type(y)(dy)
    z.level = x.level
    return z


def unary(cls, partials, compute, x):
    """``compute(x)`` for any other Dual; None if this is no case for the short way."""
    a, dx = x.primal, x.tangent
    if type(dx) is not _array or (type(a) is not _array and type(a) not in FLOATS):
        if type(a) is cls or type(dx) is cls:
            return nested.unary(cls, partials[0], compute, x)
        return recorded.elementwise(cls, partials, compute, (x,))
    if partials.plain is not None and dx.dtype is DOUBLE:
        return _plainly(partials, compute, x)
    y = compute(a)
    dy = _scaled(partials[0], y, (a,), dx)
    z = None if dy is None else result(x, y, dy)
    return with_value(partials, y, x) if z is None else z


def absolute(compute, x):
    """``abs(x)`` for real doubles, with the partial of `numpy.fabs`; None for others, and where a watcher took that."""
    partials = PARTIALS.get(np.fabs)
    if partials is None or dense.dtype_of(x.primal) is not DOUBLE:
        return None
    return (of_number if type(x.tangent) in FLOATS else unary)(type(x), partials, compute, x)


SHORTLY[np.absolute] = absolute


def _scaled(partial, y, operands, dx):
    """The tangent of y by the table's partial; None for a zero, and where an infinity meets a zero."""
    if type(partial) is int:
        return None if partial == 0 else -dx if partial < 0 else dx.copy() if type(dx) is _array else dx
    token = enter(STRICT)
    try:
        return _times(partial(y, *operands), dx)
    except ArithmeticError:
        return None
    finally:
        leave(token)


def _plainly(partials, compute, x):
    """``compute(x)`` with the plain partial or its inverse; None where the value or the tangent raises a flag."""
    a, dx = x.primal, x.tangent
    token = enter(ORDINARY)
    try:
        y = compute(a)
        if partials.over is not None and (y.size < _FEW or dx.size == y.size):
            dy = partials.over(y, a)
            dy = np.divide(dx, dy, out=dy) if dx.nbytes > IN_PLACE_FROM and is_spare(dy, dx) else dx / dy
        else:
            dy = _times(partials.plain(y, a), dx)
    except ArithmeticError:
        return None
    finally:
        leave(token)
    return result(x, y, dy)


def _times(coefficient, dx):
    """Their product, in the memory of the coefficient where nothing else needs it."""
    if type(dx) is _array and dx.nbytes > IN_PLACE_FROM and is_spare(coefficient, dx):
        coefficient *= dx
        return coefficient
    return coefficient * dx


def binary(cls, partials, compute, x, y):
    """``compute(x, y)`` with a Dual on at least one side; None if this is no case for the short way."""
    if has_levels(cls, x) or has_levels(cls, y):
        return nested.binary(cls, partials, compute, x, y)
    if type(x) is cls:
        if type(y) is cls:
            if x.level != y.level:
                return nested.binary(cls, partials, compute, x, y)
            return _both(cls, partials, compute, x, y)
        if type(y) in NUMBERS:
            return _one(cls, partials, compute, (x, y), 0)
        return _with_array(cls, partials, compute, (x, y), 0)
    if type(x) in NUMBERS:
        return _one(cls, partials, compute, (x, y), 1)
    return _with_array(cls, partials, compute, (x, y), 1)


def has_levels(cls, x):
    """Whether x is a Dual with outer levels inside."""
    return type(x) is cls and (type(x.primal) is cls or type(x.tangent) is cls)


def _one(cls, partials, compute, inputs, i):
    """The Dual number i of two inputs, beside a Python number: the result has its shape."""
    dual = inputs[i]
    dx = dual.tangent
    kind = type(dx)
    if kind not in _CARRIED:
        return recorded.elementwise(cls, partials, compute, inputs)
    operands = (inputs[0], dual.primal) if i else (dual.primal, inputs[1])
    y = compute(*operands)
    dy = _scaled(partials[i], y, operands, dx)
    if dy is None:
        return with_value(partials, y, *inputs)
    if kind is _array:
        if not dx.ndim or dy.dtype is not (y.dtype if type(y) is _array else DOUBLE if type(y) in FLOATS else None):
            dy = dense.fit(dy, y, dx.shape[: dx.ndim - getattr(dual.primal, "ndim", 0)])
        if dy.ndim > 1 and not _alike(y, dy):
            dy = dense.laid_out_as(dy, y)
    elif dy != dy or type(y) not in FLOATS or type(dy) not in FLOATS:
        return with_value(partials, y, *inputs)
    elif type(dy) is float:
        dy = type(y)(dy)
    z = _new(cls)
    z.primal = y
    z.tangent = dy
    z.level = dual.level
    return z


def is_spare(array, like):
    """Whether nothing but the caller's variable refers to an array, which may then be overwritten."""
    return (
        type(array) is _array
        and array.base is None
        and array.shape == like.shape
        and array.dtype is like.dtype
        and sys.getrefcount(array) <= VARIABLE
    )


def _with_array(cls, partials, compute, inputs, i):
    """The Dual number i of two inputs, beside a plain array: they broadcast."""
    dual, array, partial = inputs[i], inputs[1 - i], partials[i]
    dx = dual.tangent
    x = dual.primal
    if type(array) is not _array or array.dtype is _OBJECT:
        return None
    if type(dx) not in _CARRIED:
        return recorded.elementwise(cls, partials, compute, inputs)
    if array.size >= LARGE and type(x) is not _array and type(dx) is _array:
        return None  # the general way leaves out the directions in which a number does not move
    operands = (array, x) if i else (x, array)
    z = compute(*operands)
    rank = getattr(z, "ndim", 0)
    own_rank = getattr(x, "ndim", 0)
    if type(partial) is int and partial == 1 and type(z) is type(x) is type(dx) is _array:
        if z.shape == x.shape and z.dtype is x.dtype:
            del dx  # who lends it counts its references
            return _finished(cls, z, dense.lent(dual), dual.level)
    lead = dx.shape[: dx.ndim - own_rank] if type(dx) is _array else ()
    if lead and own_rank < rank:
        dx = dense.align(dx, own_rank, rank)
    dz = _scaled(partial, z, operands, dx)
    return with_value(partials, z, *inputs) if dz is None else _finished(cls, z, dense.fit(dz, z, lead), dual.level)


def _finished(cls, z, dz, level):
    """The Dual of a value and its tangent, which may lie in memory in another order."""
    dual = _new(cls)
    dual.primal = z
    dual.tangent = dz if _alike(z, dz) else dense.laid_out_as(dz, z)
    dual.level = level
    return dual


def _alike(y, dy):
    """Whether value and tangent surely lie in memory in the same order."""
    return type(y) is not _array or y.ndim < 2 or (y.flags.c_contiguous and dy.flags.c_contiguous)


def _both(cls, partials, compute, x, y):
    """Two Duals of one level that broadcast as they are: same rank, or one direction each."""
    a, b, dx, dy = x.primal, y.primal, x.tangent, y.tangent
    kind = type(a)
    if type(dx) is not _array or type(dy) is not _array:
        return recorded.elementwise(cls, partials, compute, (x, y))
    if kind is _array and type(b) is _array:
        lead = dx.ndim - a.ndim
        if dy.ndim - b.ndim != lead or (lead and (a.ndim != b.ndim or len(dx) != len(dy))):
            return None
    elif kind not in FLOATS or type(b) not in FLOATS or dx.shape != dy.shape:
        return None
    first, second = partials
    together = partials.together
    if together is None:
        z = compute(a, b)
    token = enter(STRICT if together is None else ORDINARY)
    try:
        if together is not None:
            z = compute(a, b)  # here, because digits that it loses count
            dz = together(z, a, b, dx, dy)
        elif type(second) is int:
            if first != 1 or not second:
                return None
            dz = dx + dy if second == 1 else dx - dy
        else:
            dz = second(z, a, b) * dy
            if type(first) is not int:
                dz += first(z, a, b) * dx
            elif first == 1:
                dz += dx
            else:
                return None
    except (ArithmeticError, TypeError, ValueError):
        return None if together is not None else with_value(partials, z, x, y)
    finally:
        leave(token)
    if kind is _array:
        if dz.dtype is not z.dtype or (dz.shape[lead:] if lead else dz.shape) != z.shape:
            return None
        if z.ndim > 1 and not _alike(z, dz):
            return None
    elif dz.ndim != dx.ndim or dz.dtype is not DOUBLE:
        return None
    dual = _new(cls)
    dual.primal = z
    dual.tangent = dz
    dual.level = x.level
    return dual
