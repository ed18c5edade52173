"""The short way of + - * / for tangents that are plain arrays: one level, no alignment, no options.

Same results as the general dispatch, without its search for levels, sequences and lost digits. A case that is not
plain (an outer level, an invalid operation, an operand of another kind) gives None, and the caller takes
the general way. The tests run the whole table both ways.
"""

import functools
import operator

import numpy as np

from dualad.doubles import DOUBLE, FLOATS, HIGHEST, LOWEST, NUMBERS
from dualad.quiet import ORDINARY, STRICT, enter, leave
from dualad.rules.partials import evaluate
from dualad.rules.table import PARTIALS, find
from dualad.tangents import dense

IN_PLACE_FROM = 8192  # bytes: from there on a new array costs more than the look whether one is spare

_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE = (PARTIALS[f] for f in (np.add, np.subtract, np.multiply, np.divide))
_new = object.__new__
_array = np.ndarray


def with_value(partials, z, *inputs):
    """The general way for a value that is known already: computed again, it would warn again."""
    return evaluate(find(partials.function), partials.function, lambda *primals: z, inputs, {})


def combined(compute, x, y):
    """``compute(x, y)``, x + y or x - y, for a Dual x and a Dual or a number y."""
    if type(y) is not type(x):
        return shifted(x, compute(x.primal, y)) if type(y) in NUMBERS else None
    if not fit_together(x, y):
        return aligned(functools.partial(combined, compute), x, y)
    z = compute(x.primal, y.primal)
    token = enter(STRICT)
    try:
        dz = compute(x.tangent, y.tangent)
    except ArithmeticError:
        dz = None
    except ValueError:
        return None  # they do not fit
    finally:
        leave(token)
    return with_value(_ADD if compute is operator.add else _SUBTRACT, z, x, y) if dz is None else result(x, z, dz)


def multiply(x, y):
    """x * y for a Dual x and a Dual or a number y."""
    if type(y) is not type(x):
        return scaled(_MULTIPLY, x, x.primal * y, operator.mul, y) if type(y) in NUMBERS else None
    if not fit_together(x, y):
        return aligned(multiply, x, y)
    a = x.primal
    b = y.primal
    z = a * b
    token = enter(STRICT)
    try:
        if x is y:
            dz = a * x.tangent
            dz += dz  # both terms are the same
        else:
            dz = a * y.tangent
            dz += b * x.tangent
    except ArithmeticError:
        dz = None
    except ValueError:
        return None  # they do not fit
    finally:
        leave(token)
    return with_value(_MULTIPLY, z, x, y) if dz is None else result(x, z, dz)


def divide(x, y):
    """x / y for a Dual x and a Dual or a number y."""
    if type(y) is not type(x):
        return scaled(_DIVIDE, x, x.primal / y, operator.truediv, y) if type(y) in NUMBERS else None
    if not fit_together(x, y):
        return aligned(divide, x, y)
    b = y.primal
    token = enter(ORDINARY)  # a quotient that leaves the range needs care, and has lost digits itself
    try:
        z = x.primal / b
        if type(z) is float and not LOWEST < abs(z) < HIGHEST:
            return None  # Python's arithmetic raises no flags
        dz = z * y.tangent
        dx = x.tangent
        dz = np.subtract(dx, dz, out=dz) if dz.nbytes > IN_PLACE_FROM and dx.shape == dz.shape else dx - dz
        dz /= b
    except (ArithmeticError, ValueError):
        return None
    finally:
        leave(token)
    return result(x, z, dz)


def inverted(x, c):
    """c / x for a number c."""
    b = x.primal
    token = enter(ORDINARY)
    try:
        z = c / b
        if type(z) is float and not LOWEST < abs(z) < HIGHEST:
            return None  # Python's arithmetic raises no flags
        dz = z / b * x.tangent
        dz *= -1.0
    except ArithmeticError:
        return None
    finally:
        leave(token)
    return result(x, z, dz)


def shifted(x, z):
    """The Dual of the value z with the tangent of x: x plus or minus a number."""
    # the tangent of a number is never written to, that of an array may be
    return result(x, z, dense.lent(x) if type(x.primal) is _array else x.tangent)


def scaled(partials, x, z, operation, y):
    """The Dual of the value z with the tangent ``operation(dx, y)``: x times or by the number y."""
    token = enter(STRICT)
    try:
        dz = operation(x.tangent, y)
    except ArithmeticError:
        dz = None
    finally:
        leave(token)
    return with_value(partials, z, x, y) if dz is None else result(x, z, dz)


def square(x):
    """x**2."""
    a = x.primal
    z = a**2
    token = enter(STRICT)
    try:
        dz = a * x.tangent
        dz += dz
    except ArithmeticError:
        return None
    finally:
        leave(token)
    return result(x, z, dz)


def is_overwritten(x, compute, y):
    """``compute(x, y)`` in the memory of x; False if this is no case for the short way, and x is as it was."""
    a = x.primal
    if type(a) is not _array or a.dtype is not DOUBLE or not a.flags.writeable or type(x.tangent) is not _array:
        return False
    if type(y) is not type(x) and type(y) not in NUMBERS and (type(y) is not _array or y.dtype is not DOUBLE):
        return False
    z = compute(x, y)
    if type(z) is not type(x) or z.level != x.level or type(z.primal) is not _array or z.primal.shape != a.shape:
        return False
    if z.primal.dtype is not DOUBLE or type(z.tangent) is not _array or z.tangent.shape != x.tangent.shape:
        return False
    if z.tangent is x.tangent:  # lent to z, which nobody else knows
        z.tangent.flags.writeable = True
    else:
        dense.settled(x)[...] = z.tangent
    a[...] = z.primal
    return True


def fit_together(x, y):
    """Whether the tangents of two Duals meet as they are: both levels, directions and ranks agree."""
    dx = x.tangent
    dy = y.tangent
    if type(dx) is not _array or type(dy) is not _array or x.level != y.level:
        return False
    a = x.primal
    b = y.primal
    if type(a) is not _array:
        return type(a) in FLOATS and type(b) in FLOATS and dx.shape == dy.shape
    if type(b) is not _array:
        return False
    rank = a.ndim
    if dx.ndim == rank:
        return dy.ndim == b.ndim
    return b.ndim == rank and dy.ndim == dx.ndim and len(dx) == len(dy)


def aligned(operation, x, y):
    """The operation on two Duals that carry the same K directions and differ in rank; None if this is another case."""
    dx = x.tangent
    dy = y.tangent
    a = x.primal
    b = y.primal
    if type(dx) is not _array or type(dy) is not _array or x.level != y.level:
        return None
    if type(a) is not _array or type(b) is not _array or dx.ndim != a.ndim + 1 or dy.ndim != b.ndim + 1:
        return None
    if len(dx) != len(dy):
        return None
    rank = max(a.ndim, b.ndim)
    return operation(raised(x, rank), raised(y, rank))


def raised(x, rank):
    """A Dual in K directions with axes of length 1 in front, so that its tangent broadcasts as its primal does."""
    a, dx = x.primal, x.tangent
    front = (1,) * (rank - a.ndim)
    if not front:
        return x
    dual = _new(type(x))
    dual.primal = a.reshape(front + a.shape)
    dual.tangent = dx.reshape((len(dx), *front, *a.shape))
    dual.level = x.level
    return dual


def result(x, z, dz):
    """The Dual of a value and its tangent beside x, if they are of one type and lie in memory in the same order."""
    if type(z) is _array:
        rank = z.ndim
        if not rank or dz.dtype is not z.dtype or (rank > 1 and not (z.flags.c_contiguous and dz.flags.c_contiguous)):
            return None
    elif type(z) not in FLOATS or not (type(dz) in FLOATS or (type(dz) is _array and dz.ndim and dz.dtype is DOUBLE)):
        return None
    elif type(dz) is float:
        dz = type(z)(dz)
    dual = _new(type(x))
    dual.primal = z
    dual.tangent = dz
    dual.level = x.level
    return dual
