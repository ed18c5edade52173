"""The short way of numbers that depend on few of many inputs: + - * / ** and ufuncs on their entries.

Same table, same coefficients and same order of operations as on rows (`arraywise`, `ufuncs`), so the same results to
the last bit, but for the sign of zeros; a ufunc of one number has the formula for Python's floats, as in
`ufuncs.of_number`. What is not plain (another level, another operand, an invalid operation) is done on rows. The tests
prove it.
"""

import functools
import math
import operator

import numpy as np

from dualad.doubles import DOUBLE, HIGH, HIGHEST, LOW, LOWEST, NUMBERS
from dualad.levels import Perturbed, dual_class, make
from dualad.quiet import STRICT, enter, leave
from dualad.rules.partials import evaluate
from dualad.rules.table import PARTIALS, find
from dualad.tangents.entries import (
    WithEntries,
    added,
    combined,
    divided,
    is_row,
    negated,
    number,
    of_square,
    onto_row,
    quotient,
    scaled,
    subtracted,
)
from dualad.tangents.waiting import Waiting, settle, written_out

_new = object.__new__
_double = np.float64
_POWER = np.power


def on_rows(compute, x, y):
    """``compute(x, y)`` with tangents that are written out."""
    return compute(written_out(x), written_out(y))


def with_row(compute, x, y, kind, dy):
    """``compute(x, y)``, a sum, of a Dual with a row and a ``kind`` with entries dy; None if this is another case."""
    if not isinstance(x, Perturbed) or type(dy) is not dict or x.level != y.level:
        return None
    if type(x.primal) is not _double or not is_row(x.held, kind.count):
        return None
    return make(dual_class(), compute(x.primal, y.primal), onto_row(x.held, dy), x.level)


class Number(WithEntries):
    """The operators and ufuncs of a Dual of a number with entries."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if method == "__call__" and not kwargs:
            partials = PARTIALS.get(ufunc)
            if partials is None:
                result = None
            elif len(inputs) == 1:
                result = of_one(ufunc, ufunc, partials, 0, self, (self.primal,))
            elif type(inputs[0]) is _double and ufunc in _REFLECTED:
                return _REFLECTED[ufunc](self, inputs[0])
            else:
                result = by_rule(ufunc, ufunc, *inputs) if len(inputs) == 2 else None
            if result is not None:
                return result
        return Waiting.__array_ufunc__(self, ufunc, method, *inputs, **kwargs)  # if a thread made it a plain Dual too

    def __add__(self, other):
        kind, dx = type(self), self.held
        if type(dx) is dict:
            if type(other) is kind:
                dy = other.held
                if self.level == other.level and type(dy) is dict:
                    return number(kind, self.primal + other.primal, added(dx, dy), self.level)
            elif type(other) in NUMBERS:
                z = _new(kind)
                z.primal = self.primal + other
                z.held = dx
                z.level = self.level
                return z
        z = with_row(operator.add, other, self, kind, dx)
        return on_rows(operator.add, self, other) if z is None else z

    def __radd__(self, other):
        if type(other) in NUMBERS:
            return self.__add__(other)
        z = with_row(operator.add, other, self, type(self), self.held)
        return on_rows(operator.add, other, self) if z is None else z

    def __sub__(self, other):
        kind, dx = type(self), self.held
        if type(dx) is dict:
            if type(other) is kind:
                dy = other.held
                if self.level == other.level and type(dy) is dict:
                    return number(kind, self.primal - other.primal, subtracted(dx, dy), self.level)
            elif type(other) in NUMBERS:
                z = _new(kind)
                z.primal = self.primal - other
                z.held = dx
                z.level = self.level
                return z
        return on_rows(operator.sub, self, other)

    def __rsub__(self, other):
        kind, dx = type(self), self.held
        z = None
        if type(dx) is dict:
            dz = negated(dx)
            if type(other) in NUMBERS:
                return number(kind, other - self.primal, dz, self.level)
            z = with_row(operator.sub, other, self, kind, dz)
        return on_rows(operator.sub, other, self) if z is None else z

    def __mul__(self, other):
        kind, dx = type(self), self.held
        if type(dx) is dict:
            if type(other) is kind:
                dy = other.held
                if self.level == other.level and type(dy) is dict:
                    dz = combined(dx, float(other.primal), dy, float(self.primal))
                    if dz is not None:
                        return number(kind, self.primal * other.primal, dz, self.level)
            elif type(other) in NUMBERS:
                dz = scaled(dx, float(other))
                if dz is not None:
                    z = _new(kind)
                    z.primal = self.primal * other
                    z.held = dz
                    z.level = self.level
                    return z
        return on_rows(operator.mul, self, other)

    def __rmul__(self, other):
        return self.__mul__(other) if type(other) in NUMBERS else on_rows(operator.mul, other, self)

    def __truediv__(self, other):
        kind, dx = type(self), self.held
        if type(dx) is dict:
            if type(other) is kind:
                x, y, dy = self.primal, other.primal, other.held
                if self.level == other.level and type(dy) is dict:
                    if LOW < abs(x) < HIGH and LOW < abs(y) < HIGH:
                        z = x / y
                        dz = quotient(dx, dy, float(z), float(y))
                        if dz is not None:
                            return number(kind, z, dz, self.level)
            elif type(other) in NUMBERS:
                dz = divided(dx, float(other))
                if dz is not None:
                    return number(kind, self.primal / other, dz, self.level)
        return on_rows(operator.truediv, self, other)

    def __rtruediv__(self, other):
        z = by_rule(np.divide, operator.truediv, other, self)
        return on_rows(operator.truediv, other, self) if z is None else z

    def __neg__(self):
        kind, dx = type(self), self.held
        return number(kind, -self.primal, negated(dx), self.level) if type(dx) is dict else -settle(self)

    def __pow__(self, other, modulo=None):
        kind, dx = type(self), self.held
        if modulo is None and type(dx) is dict and _POWER in PARTIALS:
            if type(other) is int and other == 2:
                x = self.primal
                dz = of_square(dx, float(x))
                if dz is not None:
                    return number(kind, x**2, dz, self.level)
            else:
                z = by_rule(_POWER, operator.pow, self, other)
                if z is not None:
                    return z
        return on_rows(operator.pow, self, other) if modulo is None else settle(self).__pow__(other, modulo)

    def __rpow__(self, other):
        z = by_rule(_POWER, operator.pow, other, self)
        return on_rows(operator.pow, other, self) if z is None else z

    __iadd__ = __add__
    __isub__ = __sub__
    __imul__ = __mul__
    __itruediv__ = __truediv__
    __ipow__ = __pow__


_REFLECTED = {np.add: Number.__radd__, np.subtract: Number.__rsub__, np.multiply: Number.__rmul__}


def by_rule(ufunc, compute, x, y):
    """``compute(x, y)`` of numbers, one or both with entries, by the rule of the ufunc; None if this is another."""
    partials = PARTIALS.get(ufunc)
    if partials is None:
        return None
    if type(y) in NUMBERS:
        return of_one(ufunc, compute, partials, 0, x, (x.primal, y))
    if type(x) in NUMBERS:
        return of_one(ufunc, compute, partials, 1, y, (x, y.primal))
    return of_two(ufunc, compute, partials, x, y) if type(x) is type(y) and x.level == y.level else None


def of_one(ufunc, compute, partials, position, dual, operands):
    """``compute(*operands)``, one of which is the value of a Dual."""
    kind, dx = type(dual), dual.held
    if type(dx) is not dict:
        return None
    z = compute(*operands)
    dz = None
    if type(z) is _double:
        if partials.of_floats is not None:
            dz = by_formula(partials, z, operands[0], dx)
        if dz is None:
            dz = by_table(partials[position], z, operands, dx)
    if dz is None:
        return with_value(z, ufunc, *operands[:position], settle(dual), *operands[position + 1 :])
    return number(kind, z, dz, dual.level)


def by_formula(partials, z, x, dx):
    """The entries of z, a function of x, as `ufuncs.of_number` computes a tangent."""
    try:
        value = float(z)
        slope = partials.of_floats(value, float(x))
    except (ArithmeticError, ValueError):  # Python's math knows no infinities
        return None
    if value - value or not LOWEST < abs(slope) < HIGHEST:
        return None
    return scaled(dx, slope) if partials.over is None else divided(dx, slope)


def by_table(partial, z, operands, dx):
    """The entries of z by the partial of the table."""
    if type(partial) is int:
        return negated(dx) if partial < 0 else dx if partial else None
    token = enter(STRICT)
    try:
        return scaled(dx, as_float(partial(z, *operands)))
    except ArithmeticError:
        return None
    finally:
        leave(token)


def of_two(ufunc, compute, partials, x, y):
    """``compute(x, y)`` of two numbers of one level."""
    kind, dx, dy = type(x), x.held, y.held
    if type(dx) is not dict or type(dy) is not dict or partials.together is not None:
        return None
    operands = x.primal, y.primal
    z = compute(*operands)
    token = enter(STRICT)
    try:
        c, d = (as_float(partial if type(partial) is int else partial(z, *operands)) for partial in partials)
        dz = combined(dx, c, dy, d)
    except ArithmeticError:
        dz = None
    finally:
        leave(token)
    if dz is not None and type(z) is _double:
        return number(kind, z, dz, x.level)
    return with_value(z, ufunc, settle(x), settle(y))


def as_float(slope):
    """A slope as a Python float; NaN for one that is no plain number."""
    kind = type(slope)
    if kind in NUMBERS or (kind is np.ndarray and slope.dtype is DOUBLE and not slope.ndim):
        return float(slope)
    return math.nan


def with_value(z, ufunc, *inputs):
    """The ufunc on rows in the general way, with the value that is known: computed again it would warn again."""
    return evaluate(find(ufunc), ufunc, lambda *primals: z, inputs, {})


@functools.cache
def in_directions(count):
    """The class of numbers with entries in so many directions."""
    members = {"__slots__": (), "__module__": dual_class().__module__, "count": count}
    return type("Dual", (Number, dual_class()), members)
